"""A small request body, read whole; in JSON, into a struct."""

from __future__ import annotations

import re
from typing import Final, TypeVar

import msgspec
from fastapi import Request
from starlette.requests import ClientDisconnect

from fiscalxml_server.kit.errors import CorpoGrandeDemais, Problema, TipoNaoAceito
from fiscalxml_server.kit.http.body import (
    JSON,
    CorpoIncompleto,
    CorpoInvalido,
    CorpoVazio,
    readable_size,
)

SMALL_BYTES: Final = 64 * 1024
"""of a body, where an operation says nothing else"""

JSON_PROBLEMS: Final[tuple[type[Problema], ...]] = (
    CorpoIncompleto,
    CorpoGrandeDemais,
    TipoNaoAceito,
    CorpoVazio,
    CorpoInvalido,
)
"""what may be wrong with such a body"""

_MISSING: Final = re.compile(r"missing required field `([^`]+)`")
_UNKNOWN: Final = "Object contains unknown field"
_PLACE: Final = re.compile(r" - at `\$\.([^`]+)`$")
"""in what msgspec says"""

T = TypeVar("T")


async def read_json(request: Request, kind: type[T], hint: str, max_bytes: int = SMALL_BYTES) -> T:
    """The body as `kind`; `hint`, a sentence, says what it should be. Raises `JSON_PROBLEMS`."""
    return decode_json(await read_json_bytes(request, hint, max_bytes), kind, hint)


async def read_json_bytes(request: Request, hint: str, max_bytes: int = SMALL_BYTES) -> bytes:
    """The same, as it came: what a signature covers."""
    media_type = request.headers.get("content-type", JSON).partition(";")[0].strip().lower()
    if media_type != JSON or request.headers.get("content-encoding", "identity") != "identity":
        raise TipoNaoAceito(f"Mande application/json, sem Content-Encoding. {hint}")
    body = await read_small(request, max_bytes)
    if not body:
        raise CorpoVazio(hint)
    return body


async def read_small(request: Request, max_bytes: int) -> bytes:
    """The bytes of a body. Raises `CorpoIncompleto`, `CorpoGrandeDemais`."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > max_bytes:
                raise larger_than(max_bytes)
    except ClientDisconnect:
        raise CorpoIncompleto("O envio parou antes do fim.") from None
    return bytes(body)


def larger_than(max_bytes: int) -> CorpoGrandeDemais:
    """The problem of such a body over `max_bytes`."""
    return CorpoGrandeDemais(f"O corpo passa de {readable_size(max_bytes)}.", limite=max_bytes)


# Medida: entrada-estrita
def decode_json(body: bytes, kind: type[T], hint: str) -> T:
    """Raises `CorpoInvalido`, which says where the fault is, if it is in a member of ours."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise CorpoInvalido(hint + _where(str(error))) from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise CorpoInvalido(hint) from None


def _where(fault: str) -> str:
    """A sentence, of names that are ours: what a caller wrote is not repeated."""
    if missing := _MISSING.search(fault):
        return f" Falta {missing[1]}."
    if fault.startswith(_UNKNOWN):
        return " Há um membro que não existe aqui."
    place = _PLACE.search(fault)
    return f" O que não serve é o valor de {place[1]}." if place else ""
