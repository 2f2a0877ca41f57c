"""Headers of the user's own that go with each delivery: checked, and kept sealed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from uuid import UUID

import msgspec

from fiscalxml_server.kit.secrets import Segredos
from fiscalxml_server.webhooks.assinaturas.schemas import MAX_CABECALHOS

MAX_BYTES: Final = 4 * 1024
"""of all names and values"""

_USE: Final = b"cabecalhos de webhook"
_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_VALUE: Final = re.compile(r"[\x21-\x7e]([\x20-\x7e\t]*[\x21-\x7e])?")
_OURS: Final = frozenset(
    {
        *("host", "connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade"),
        *("transfer-encoding", "proxy-authenticate", "proxy-authorization", "expect", "cookie"),
        *("accept-encoding", "user-agent", "date", "traceparent", "tracestate", "http2-settings"),
    }
)
_OUR_PREFIXES: Final = ("content-", "webhook-", "sec-", "forwarded", "x-forwarded-")


def require_headers(cabecalhos: Mapping[str, str]) -> None:
    """Raises ValueError, in Portuguese."""
    if len(cabecalhos) > MAX_CABECALHOS:
        raise ValueError(f"são mais de {MAX_CABECALHOS}")
    names = [name.lower() for name in cabecalhos]
    if len(set(names)) < len(names):
        raise ValueError("o mesmo nome vem mais de uma vez")
    for name, value in cabecalhos.items():
        if not _NAME.fullmatch(name):
            raise ValueError("há um nome que um cabeçalho não pode ter")
        if name.lower() in _OURS or name.lower().startswith(_OUR_PREFIXES):
            raise ValueError(f"{name} não pode ser mudado")
        if not _VALUE.fullmatch(value):
            raise ValueError(f"o valor de {name} deve ser um texto em ASCII, em uma linha")
    if sum(len(name) + len(value) for name, value in cabecalhos.items()) > MAX_BYTES:
        raise ValueError(f"passam, juntos, de {MAX_BYTES} bytes")


def seal_headers(
    segredos: Segredos, assinatura: UUID, cabecalhos: Mapping[str, str]
) -> bytes | None:
    """As they are kept; None for none."""
    if not cabecalhos:
        return None
    return segredos.seal(_USE, assinatura.bytes, msgspec.msgpack.encode(cabecalhos))


def open_headers(segredos: Segredos, assinatura: UUID, sealed: bytes | None) -> dict[str, str]:
    """What was sealed, in the order in which it was given."""
    if sealed is None:
        return {}
    data = segredos.open(_USE, assinatura.bytes, sealed)
    return msgspec.msgpack.decode(data, type=dict[str, str])
