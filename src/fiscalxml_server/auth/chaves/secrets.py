"""The texts of keys: made here, kept as a keyed hash, never read again."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.chaves import repository
from fiscalxml_server.kit.api_keys import new_key, parse
from fiscalxml_server.kit.secrets import Segredos

_USE: Final = b"chave de api"


def digest(segredos: Segredos, chave: str) -> bytes:
    """What is kept of a key's text."""
    return segredos.digest(_USE, chave.encode())


def matches(segredos: Segredos, chave: str, kept: bytes) -> bool:
    """Whether that was kept of this text."""
    return segredos.matches(_USE, chave.encode(), kept)


async def add_secret(
    conn: AsyncConnection,
    segredos: Segredos,
    organizacao: UUID,
    chave: UUID,
    until: datetime,
    teste: bool,
) -> str:
    """Write another secret of a key; gives its text."""
    text = new_key(teste=teste)
    partes = parse(text)
    assert partes is not None  # noqa: S101 - made above
    await repository.insert_secret(
        conn,
        organizacao=organizacao,
        chave=chave,
        consulta=partes.consulta,
        impressao=digest(segredos, text),
        expira_em=until,
    )
    return text
