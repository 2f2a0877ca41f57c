"""Kong's plugins as the gateway has them. In the order in which they look at a request:
pre-function, cors, jwt, rate-limiting, opentelemetry, prometheus, correlation-id, post-function.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from fiscalxml_ops.gateway import policies
from fiscalxml_ops.gateway.installation import Instalacao
from fiscalxml_ops.gateway.scripts import Trechos

Json = dict[str, Any]

ANONIMO: Final = "sem-token"
"""the consumer that everybody without a known token is"""


def plugins(instalacao: Instalacao, trechos: Trechos, *, with_tokens: bool) -> Iterator[Json]:
    """Of every route; those of a route replace one of the same name."""
    yield {
        "name": "pre-function",
        "config": {"access": [trechos.pedido], "log": [trechos.rastro]},
    }
    after: Json = {"header_filter": [trechos.resposta], "body_filter": [trechos.corpo]}
    yield {
        "name": "post-function",
        "config": {"access": [trechos.token], **after} if with_tokens else after,
    }
    yield {
        "name": "correlation-id",
        "config": {"header_name": "X-Request-ID", "generator": "uuid", "echo_downstream": True},
    }
    yield {
        "name": "cors",
        "config": {
            "origins": list(instalacao.origens),
            "methods": list(policies.CORS_METHODS),
            "headers": list(policies.CORS_HEADERS),
            "exposed_headers": list(policies.CORS_EXPOSED),
            "max_age": policies.CORS_SECONDS,
            "credentials": False,
            "preflight_continue": False,
        },
    }
    if with_tokens:
        yield {
            "name": "jwt",
            "config": {
                "key_claim_name": "kid",
                "claims_to_verify": ["exp"],
                "header_names": ["authorization"],
                "uri_param_names": [],
                "cookie_names": [],
                "run_on_preflight": False,
                "anonymous": ANONIMO,
            },
        }
    yield rate_limiting(instalacao, instalacao.limites.endereco)
    if instalacao.otlp:
        yield {
            "name": "opentelemetry",
            "config": {
                "traces_endpoint": instalacao.otlp,
                "resource_attributes": {"service.name": "gateway"},
                "sampling_rate": instalacao.amostragem,
                "propagation": {
                    "extract": ["w3c"],
                    "inject": ["w3c"],
                    "default_format": "w3c",
                },
            },
        }
    yield {
        "name": "prometheus",
        "config": {
            "per_consumer": False,
            "status_code_metrics": True,
            "latency_metrics": True,
            "bandwidth_metrics": True,
            "upstream_health_metrics": True,
        },
    }


def rate_limiting(instalacao: Instalacao, limit: int) -> Json:
    """So many requests a minute from one address, counted by all gateways together."""
    limites = instalacao.limites
    return {
        "name": "rate-limiting",
        "config": {
            "minute": limit,
            "limit_by": "ip",
            "policy": "redis",
            "fault_tolerant": True,
            "hide_client_headers": True,
            "sync_rate": 1,
            "redis": {
                "host": limites.servidor,
                "port": limites.porta,
                "username": "{vault://env/gateway-redis-username}",
                "password": "{vault://env/gateway-redis-password}",
                "ssl": limites.tls,
                "ssl_verify": limites.tls,
                **({"server_name": limites.servidor} if limites.tls else {}),
                "timeout": 500,
            },
        },
    }
