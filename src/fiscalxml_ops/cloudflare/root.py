"""A zone's folder as OpenTofu reads it: JSON, with nothing left to decide but ids and addresses."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from fiscalxml_ops.cloudflare import dns, logpush, notifications, settings, variables
from fiscalxml_ops.cloudflare.custom_rules import custom_rules
from fiscalxml_ops.cloudflare.managed_rules import ddos_rules, managed_rules
from fiscalxml_ops.cloudflare.origin import CLOUDFLARE
from fiscalxml_ops.cloudflare.paths import let_in
from fiscalxml_ops.cloudflare.plans import Plano
from fiscalxml_ops.cloudflare.rate_rules import rate_rules
from fiscalxml_ops.cloudflare.response_rules import cache_rules, error_rules, header_rules
from fiscalxml_ops.cloudflare.rules import ruleset
from fiscalxml_ops.cloudflare.zones import Zona
from fiscalxml_server.kit.settings import Settings

Json = dict[str, Any]

PROVIDER: Final = "5.28.0"
"""what `infra/cloudflare/esquema.json` was read from"""
OPENTOFU: Final = ">= 1.10.0, < 2.0.0"
"""the first that locks a state in S3 without a table"""
_VARIABLE: Final = re.compile(r"\bvar\.(\w+)")
_ZONE: Final = "${cloudflare_zone.zona.id}"


def files(zona: Zona, app: Settings) -> Mapping[str, str]:
    """Name -> content; `app` are the services' own settings."""
    made = {
        "versoes.tf.json": _versions(zona),
        "estado.tofu.json": _encryption(),
        "zona.tf.json": {"resource": _zone(zona)},
        "regras.tf.json": {"resource": {"cloudflare_ruleset": rulesets(zona, app)}},
        "avisos.tf.json": {
            "resource": {"cloudflare_notification_policy": notifications.policies(zona)}
        },
        "enderecos.tf.json": _ranges(),
        "saidas.tf.json": {"output": variables.outputs()},
    }
    if zona.limites.logpush:
        jobs = {dataset: logpush.job(dataset) for dataset in logpush.DATASETS}
        made["logs.tf.json"] = {"resource": {"cloudflare_logpush_job": jobs}}
    texts = {name: _written(content) for name, content in made.items()}
    used = {each for text in texts.values() for each in _VARIABLE.findall(text)}
    return {**texts, "variaveis.tf.json": _written({"variable": variables.declared(used)})}


def _written(content: Json) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def rulesets(zona: Zona, app: Settings) -> Mapping[str, Json]:
    """Phase -> its ruleset."""
    operacoes = let_in(zona, app)
    rules = {
        "http_request_firewall_custom": custom_rules(zona, operacoes),
        "http_request_firewall_managed": managed_rules(zona, operacoes),
        "http_ratelimit": rate_rules(zona, operacoes, app),
        "http_request_cache_settings": cache_rules(zona, operacoes),
        "http_custom_errors": error_rules(),
        "http_response_headers_transform": header_rules(),
        "ddos_l7": ddos_rules(),
    }
    return {phase: ruleset(phase, of_phase) for phase, of_phase in rules.items()}


def _versions(zona: Zona) -> Json:
    source = {"source": "cloudflare/cloudflare", "version": PROVIDER}
    key = f"cloudflare/{zona.ambiente}.tfstate"
    return {
        "terraform": {
            "required_version": OPENTOFU,
            "required_providers": {"cloudflare": source},
            "backend": {"s3": {"key": key, "encrypt": True, "use_lockfile": True}},
        },
        # The token is CLOUDFLARE_API_TOKEN of the environment: no variable, so in no plan.
        "provider": {"cloudflare": {}},
    }


def _encryption() -> Json:
    """Of state and plans, before they leave the process. Terraform does not read `.tofu.json`."""
    method = {"method": "${method.aes_gcm.estado}", "enforced": True}
    return {
        "terraform": {
            "encryption": {
                "key_provider": {
                    "aws_kms": {
                        "estado": {
                            "kms_key_id": "${var.estado_kms}",
                            "region": "${var.estado_regiao}",
                            "key_spec": "AES_256",
                        }
                    }
                },
                "method": {"aes_gcm": {"estado": {"keys": "${key_provider.aws_kms.estado}"}}},
                "state": method,
                "plan": method,
            }
        }
    }


def _zone(zona: Zona) -> Json:
    enterprise = zona.plano is Plano.ENTERPRISE
    resources: Json = {
        "cloudflare_zone": {
            "zona": {
                "account": {"id": "${var.conta}"},
                "name": zona.nome,
                "type": "full",
                "lifecycle": {"prevent_destroy": True},
            }
        },
        "cloudflare_zone_dnssec": {"zona": {"zone_id": _ZONE, "status": "active"}},
        "cloudflare_dns_record": dns.records(zona),
        "cloudflare_zone_setting": {
            f"zona_{name}": {"zone_id": _ZONE, "setting_id": name, "value": value}
            for name, value in settings.zone_settings(enterprise=enterprise).items()
        },
        "cloudflare_url_normalization_settings": {
            "zona": {"zone_id": _ZONE, "type": "cloudflare", "scope": "incoming"}
        },
        "cloudflare_bot_management": {"zona": settings.BOTS},
        "cloudflare_authenticated_origin_pulls_settings": {
            "zona": {"zone_id": _ZONE, "enabled": True}
        },
    }
    if zona.vinculos:
        resources["cloudflare_certificate_authorities_hostname_associations"] = {
            "zona": {"zone_id": _ZONE, "hostnames": list(zona.hosts)}
        }
    return resources


def _ranges() -> Json:
    """A plan warns where Cloudflare's networks are others than those that our edge and the load
    balancer's security group believe."""
    data = "data.cloudflare_ip_ranges.publicados"
    return {
        "locals": {"enderecos": list(CLOUDFLARE)},
        "check": {
            "enderecos": {
                "data": {"cloudflare_ip_ranges": {"publicados": {}}},
                "assert": [
                    {
                        "condition": (
                            f"${{toset(concat(tolist({data}.ipv4_cidrs), "
                            f"tolist({data}.ipv6_cidrs))) == toset(local.enderecos)}}"
                        ),
                        "error_message": (
                            "As redes da Cloudflare mudaram: atualize CLOUDFLARE em "
                            "fiscalxml_ops/cloudflare/origin.py, rode make operacao e aplique "
                            "a AWS antes."
                        ),
                    }
                ],
            }
        },
    }
