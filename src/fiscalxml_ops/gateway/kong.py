"""Kong 3.9 without a database: `kong.yml`, and the settings that stand in no such file.

Fields are checked against Kong's published schemas by tests/ops/gateway/kong_schema.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import yaml

from fiscalxml_ops.cloudflare.origin import KEEPALIVE_SECONDS
from fiscalxml_ops.gateway import policies
from fiscalxml_ops.gateway.installation import Instalacao
from fiscalxml_ops.gateway.keys import Chave
from fiscalxml_ops.gateway.kong_plugins import ANONIMO, plugins, rate_limiting
from fiscalxml_ops.gateway.operations import SERVICOS
from fiscalxml_ops.gateway.policies import POLITICAS
from fiscalxml_ops.gateway.routes import NENHUMA, Rota
from fiscalxml_ops.gateway.scripts import Trechos
from fiscalxml_server.kit.settings import MEGABYTE, Settings

Json = dict[str, Any]

_ENVELOPE: Final = MEGABYTE
"""around an upload: boundaries and heads of multipart"""


def declarative(
    instalacao: Instalacao, rotas: Sequence[Rota], trechos: Trechos, chaves: Sequence[Chave] = ()
) -> Json:
    """The whole of kong.yml. Without keys, tokens are verified by the services alone."""
    return {
        "_format_version": "3.0",
        "_transform": True,
        "upstreams": [_upstream(instalacao, nome) for nome in SERVICOS],
        "services": list(_services(instalacao, rotas)),
        "routes": [_nowhere()],
        "consumers": _consumers(chaves) if chaves else [],
        "plugins": list(plugins(instalacao, trechos, with_tokens=bool(chaves))),
    }


def render(document: Json) -> str:
    """As YAML; texts of several lines stay readable."""
    head = "# Feito por `make operacao` ou `fiscalxml-ops gateway`; não edite.\n"
    return head + yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=99)


class _Dumper(yaml.SafeDumper):
    """Without anchors: Kong's file is read by people, too."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - as it is there
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def _upstream(instalacao: Instalacao, nome: str) -> Json:
    return {
        "name": _upstream_name(nome),
        "algorithm": "least-connections",
        "healthchecks": {
            "active": {
                "type": "http",
                # Not /pronto: what a service depends on is away for each of its processes, and Kong
                # lets nobody in where all are out of turn, to what works without it either.
                "http_path": "/saude",
                "timeout": 3,
                "concurrency": 4,
                "healthy": {
                    "interval": policies.HEALTH_SECONDS,
                    "successes": 1,
                    "http_statuses": [200],
                },
                "unhealthy": {
                    "interval": policies.HEALTH_SECONDS,
                    "http_failures": 2,
                    "tcp_failures": 1,
                    "timeouts": 2,
                    "http_statuses": [500, 502, 503, 504],
                },
            },
            # 503 may be said of one part, to one caller: only a process that cannot be reached is
            # out of turn before it is asked for /saude.
            "passive": {"type": "http", "unhealthy": {"tcp_failures": 2, "timeouts": 0}},
        },
        "targets": [{"target": alvo, "weight": 100} for alvo in instalacao.servico(nome).alvos],
    }


def _services(instalacao: Instalacao, rotas: Sequence[Rota]) -> Iterator[Json]:
    """Times and retries belong to a service of Kong's: there is one for each of ours and class."""
    for nome in SERVICOS:
        for classe, politica in POLITICAS.items():
            own = [each for each in rotas if (each.servico, each.classe) == (nome, classe)]
            if not own:
                continue
            yield {
                "name": f"{nome}.{classe.value}",
                "protocol": "http",
                "host": _upstream_name(nome),
                "connect_timeout": policies.CONNECT_SECONDS * 1000,
                "write_timeout": politica.escreve * 1000,
                "read_timeout": politica.le * 1000,
                "retries": politica.tentativas,
                "routes": [_route(instalacao, each) for each in own],
            }


def _route(instalacao: Instalacao, rota: Rota) -> Json:
    politica = POLITICAS[rota.classe]
    route: Json = {
        "name": rota.nome,
        "hosts": [instalacao.servico(rota.servico).host],
        "methods": list(rota.metodos),
        "paths": [f"~{rota.regex}"],
        "regex_priority": rota.prioridade,
        "strip_path": False,
        "preserve_host": True,
        "request_buffering": politica.guarda_corpo,
        "response_buffering": politica.guarda_resposta,
        "tags": rota.etiquetas,
    }
    if rota.aberta:
        route["plugins"] = [rate_limiting(instalacao, instalacao.limites.aberta)]
    return route


def _nowhere() -> Json:
    """What no other route takes; `pedido.lua` answers it."""
    return {"name": NENHUMA, "paths": ["/"], "strip_path": False, "tags": [NENHUMA]}


def _consumers(chaves: Sequence[Chave]) -> list[Json]:
    tokens = [
        {
            "key": chave.kid,
            "algorithm": "ES256",
            "rsa_public_key": chave.pem,
            "secret": chave.kid,  # asked for, and of no use to a public key
        }
        for chave in chaves
    ]
    return [{"username": "token", "jwt_secrets": tokens}, {"username": ANONIMO}]


def environment(instalacao: Instalacao, settings: Settings) -> str:
    """`kong.env`: what the server under Kong does, for `env_file` or a unit's EnvironmentFile."""
    values = {
        "KONG_DATABASE": "off",
        "KONG_DECLARATIVE_CONFIG": "/kong/kong.yml",
        "KONG_ROUTER_FLAVOR": "traditional_compatible",
        "KONG_PROXY_LISTEN": "0.0.0.0:8000 reuseport backlog=16384",
        "KONG_ADMIN_LISTEN": "off",
        "KONG_ADMIN_GUI_LISTEN": "off",
        "KONG_STATUS_LISTEN": "0.0.0.0:8100",
        "KONG_ANONYMOUS_REPORTS": "off",
        # Lines of its logs have the whole address of a request: it may name a person.
        "KONG_PROXY_ACCESS_LOG": "off",
        "KONG_LOG_LEVEL": "crit",
        "KONG_HEADERS": "off",
        "KONG_HEADERS_UPSTREAM": "off",
        "KONG_UNTRUSTED_LUA": "sandbox",
        "KONG_TRACING_INSTRUMENTATIONS": "request",
        "KONG_TRACING_SAMPLING_RATE": str(instalacao.amostragem),
        "KONG_TRUSTED_IPS": ",".join(instalacao.proxies),
        "KONG_REAL_IP_HEADER": instalacao.cliente,
        "KONG_REAL_IP_RECURSIVE": "on",
        "KONG_UPSTREAM_KEEPALIVE_POOL_SIZE": "512",
        "KONG_UPSTREAM_KEEPALIVE_IDLE_TIMEOUT": str(policies.KEEPALIVE_SECONDS),
        "KONG_NGINX_HTTP_CLIENT_MAX_BODY_SIZE": str(settings.max_upload_bytes + _ENVELOPE),
        # Longer than the load balancer keeps a connection, which would use one that closes.
        "KONG_NGINX_HTTP_KEEPALIVE_TIMEOUT": f"{KEEPALIVE_SECONDS}s",
        "KONG_NGINX_HTTP_CLIENT_HEADER_TIMEOUT": "30s",
        "KONG_NGINX_HTTP_CLIENT_BODY_TIMEOUT": "60s",
        "KONG_NGINX_HTTP_LARGE_CLIENT_HEADER_BUFFERS": "4 16k",
        "KONG_MEM_CACHE_SIZE": "64m",
    }
    head = "# Feito por `make operacao`; não edite. Senha do Valkey: GATEWAY_REDIS_PASSWORD.\n"
    return head + "".join(f"{name}={value}\n" for name, value in values.items())


def _upstream_name(servico: str) -> str:
    return f"fiscalxml-{servico}"
