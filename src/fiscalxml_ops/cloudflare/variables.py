"""What a zone's folder asks for, and what it tells. None of it is a secret."""

from __future__ import annotations

from collections.abc import Set
from typing import Any, Final

from fiscalxml_ops.cloudflare.logpush import DATASETS

Json = dict[str, Any]

_ID: Final = "^[0-9a-f]{32}$"
_REGION: Final = "^[a-z]{2}-[a-z]+-[0-9]$"
_TEXTS: Final = {
    "conta": ("Id da conta na Cloudflare.", _ID),
    "origem": ("Nome DNS do balanceador (ALB).", "^[a-z0-9.-]+[.][a-z]+$"),
    "email_seguranca": ("A quem uma autoridade avisa de emissão indevida (CAA).", "^[^@]+@[^@]+$"),
    "slack_id": ("Id do destino Slack, criado à mão.", _ID),
    "pagerduty_id": ("Id do serviço do PagerDuty, ligado à mão.", _ID),
    "estado_kms": ("ARN ou alias da chave KMS que cifra o estado.", "^(arn:aws|alias/)"),
    "estado_regiao": ("Região dessa chave.", _REGION),
    "logs_balde": ("Balde S3 dos logs.", "^[a-z0-9.-]{3,63}$"),
    "logs_regiao": ("Região desse balde.", _REGION),
    **{
        f"logs_prova_{dataset}": (
            f"O que a Cloudflare gravou no balde para provar que é nosso ({dataset}).",
            "^[^ ]+$",
        )
        for dataset in DATASETS
    },
}
"""name -> description, and the regular expression that its value must match"""
_VALIDATIONS: Final[Json] = {
    "description": "CNAME que validam o certificado do balanceador: nome = valor.",
    "type": "map(string)",
    "default": {},
}


def declared(used: Set[str]) -> dict[str, Json]:
    """Of these names; each with the form that it must have. Raises KeyError for another."""
    return {
        name: _VALIDATIONS if name == "validacoes_acm" else _text(name) for name in sorted(used)
    }


def _text(name: str) -> Json:
    description, pattern = _TEXTS[name]
    return {
        "description": description,
        "type": "string",
        "validation": [
            {
                "condition": f'${{can(regex("{pattern}", var.{name}))}}',
                "error_message": f"{name}: {description}",
            }
        ],
    }


def outputs() -> dict[str, Json]:
    """What the registrar and AWS must be told."""
    return {
        "servidores_de_nomes": {
            "description": "Para o registro do domínio.",
            "value": "${cloudflare_zone.zona.name_servers}",
        },
        "ds": {
            "description": "Registro DS, para o registro do domínio (DNSSEC).",
            "value": "${cloudflare_zone_dnssec.zona.ds}",
        },
    }
