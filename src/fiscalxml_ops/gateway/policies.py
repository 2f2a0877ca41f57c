"""How each class of operations is carried, and what passes in neither direction. One table for
every gateway that is made from it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from fiscalxml_ops.gateway.operations import Classe
from fiscalxml_server.kit.http.events import HEARTBEAT_SECONDS
from fiscalxml_server.kit.telemetry.headers import add_security

CONNECT_SECONDS: Final = 2
KEEPALIVE_SECONDS: Final = 20
"""that an idle connection to a service is kept: granian closes its own after 30"""
HEALTH_SECONDS: Final = 5
"""between two questions for /saude"""


class Politica(msgspec.Struct, frozen=True):
    """Seconds are between one byte and the next, not of the whole."""

    le: int
    """seconds for something of the answer to come"""
    escreve: int
    """seconds for the service to take something of the body"""
    tentativas: int
    """at other processes, where one cannot be reached: only of what may be done twice"""
    guarda_corpo: bool = False
    guarda_resposta: bool = True


# A body is passed on as it comes: how long it may be is the service's to see while it reads.
POLITICAS: Final[Mapping[Classe, Politica]] = MappingProxyType(
    {
        Classe.LEITURA: Politica(le=75, escreve=30, tentativas=2),
        Classe.ESCRITA: Politica(le=60, escreve=60, tentativas=0),
        Classe.DOCUMENTO: Politica(le=60, escreve=60, tentativas=0),
        Classe.ENVIO: Politica(le=300, escreve=300, tentativas=0),
        Classe.ACOMPANHAMENTO: Politica(
            le=4 * HEARTBEAT_SECONDS, escreve=30, tentativas=2, guarda_resposta=False
        ),
        Classe.ARQUIVO: Politica(le=300, escreve=30, tentativas=2, guarda_resposta=False),
    }
)

DO_PORTAL: Final = (
    "X-Consumer-ID",
    "X-Consumer-Custom-ID",
    "X-Consumer-Username",
    "X-Credential-Identifier",
    "X-Anonymous-Consumer",
)
"""what the gateway's plugins add for services that believe it; ours verify for themselves"""

ALHEIOS: Final = (
    *DO_PORTAL,
    *("Forwarded", "X-Real-IP", "True-Client-IP", "X-Client-IP", "X-Cluster-Client-IP"),
    *("X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Path", "X-Forwarded-Prefix"),
    *("X-Forwarded-Server", "X-Original-URL", "X-Original-Host", "X-Rewrite-URL"),
    *("X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override", "X-Host", "Proxy"),
    *("X-Authenticated-UserId", "X-Authenticated-Scope", "X-User-ID", "X-Organization-ID"),
)
"""by which a caller could pretend to be the gateway, somebody, or at another address"""

PESSOAIS: Final = ("http.url", "http.client_ip", "net.peer.ip")
"""attributes of Kong's spans that tell of a person, or of a document"""

CORS_HEADERS: Final = (
    *("Authorization", "X-API-Key", "Content-Type", "Content-Encoding", "Idempotency-Key"),
    *("If-None-Match", "If-Match", "Last-Event-ID", "Range", "X-Request-ID", "traceparent"),
)
CORS_EXPOSED: Final = (
    *("X-Request-ID", "Location", "ETag", "Retry-After", "RateLimit", "RateLimit-Policy"),
    *("Content-Disposition", "Content-Range", "Link"),
)
CORS_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
CORS_SECONDS: Final = 3600


def security_headers() -> Mapping[str, str]:
    """Of an answer that no service made: those of the services."""
    headers: list[tuple[bytes, bytes]] = []
    add_security(headers)
    return {name.decode().title(): value.decode() for name, value in headers}
