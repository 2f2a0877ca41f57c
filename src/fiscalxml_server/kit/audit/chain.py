"""Entries and their chain, as the database computes it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.audit.acoes import Acao

INSTALACAO: Final = UUID(int=0)
"""the chain of what belongs to no organisation"""
ANONIMO: Final = "anonimo"
"""`ator` of who has not said who it is: sign-up, a wrong password"""
SISTEMA: Final = "sistema"
"""`ator` of what nobody asked for: schedules, expiry"""
ENDERECO: Final = "endereco"
"""`ator` of who has a signed address: it says what may be read, and not by whom"""
SALT_BYTES: Final = 16
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Registro(msgspec.Struct, frozen=True):
    """An entry to be. `alvo`: `<kind>:<id>`, such as `documento:<uuid>`; empty for none."""

    ator: str
    acao: Acao
    alvo: str = ""
    detalhes: Mapping[str, object] | None = None


# Medida: auditoria
async def record(conn: AsyncConnection, organizacao: UUID, *registros: Registro) -> int:
    """Append to the organisation's chain; they are there if the transaction commits.

    Call it last: the chain waits from here to the commit. Gives the number of the last one.
    """
    details = [_details(each.detalhes) for each in registros]
    done = await conn.execute(
        _REGISTRAR,
        {
            "de": organizacao,
            "atores": [each.ator for each in registros],
            "acoes": [each.acao.value for each in registros],
            "alvos": [each.alvo for each in registros],
            "textos": details,
            "impressoes": [hashlib.sha256(each or b"").digest() for each in details],
        },
    )
    return int(done.scalar_one())


def link(
    before: bytes, organizacao: UUID, numero: int, micros: int, texts: Sequence[str], details: bytes
) -> bytes:
    """The hash of an entry as the database computes it.

    `micros`: microseconds since 1970; `texts`: ator, acao, alvo; `details`: SHA-256 of the details.
    """
    parts = [before, organizacao.bytes, numero.to_bytes(8, "big"), micros.to_bytes(8, "big")]
    for each in texts:
        data = each.encode()
        parts += [len(data).to_bytes(4, "big"), data]
    return hashlib.sha256(b"".join([*parts, details])).digest()


def micros(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _details(detalhes: Mapping[str, object] | None) -> bytes | None:
    """Behind random bytes, so that what was erased cannot be guessed from its hash."""
    if detalhes is None:
        return None
    return os.urandom(SALT_BYTES) + msgspec.json.encode(detalhes)


_REGISTRAR = text("SELECT auditoria.registrar(:de, :atores, :acoes, :alvos, :textos, :impressoes)")
