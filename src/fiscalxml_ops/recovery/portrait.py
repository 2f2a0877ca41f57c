"""A *retrato*: what a database holds at a moment, small enough to be kept beside its backups.

After a restore it says what should have come back.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from fiscalxml_ops.recovery import database
from fiscalxml_server.kit.db import Banco


class Fim(msgspec.Struct, frozen=True):
    """The last entry of a chain; `elo` in hexadecimal."""

    numero: int
    elo: str


class Retrato(msgspec.Struct, frozen=True):
    """No document, no name: counts, the shape of the tables, ends of chains."""

    quando: datetime
    migracao: str
    forma: list[str]
    linhas: dict[str, int]
    cadeias: dict[UUID, Fim]


async def take(banco: Banco) -> Retrato:
    """Of now, as the tables' owner. Rows that come meanwhile may be counted or not."""
    async with banco.transacao() as conn:
        state = await database.state(conn)
        shape = await database.shape(conn)
    ends = await database.heads(banco)
    return Retrato(
        quando=datetime.now(UTC),
        migracao=state.migracao,
        forma=shape,
        linhas=await database.count(banco),
        cadeias={each: Fim(numero, elo.hex()) for each, (numero, elo) in ends.items()},
    )


def encode(retrato: Retrato) -> bytes:
    """As it is kept."""
    return msgspec.json.format(msgspec.json.encode(retrato))


def decode(data: bytes) -> Retrato:
    """Raises msgspec.ValidationError, msgspec.DecodeError."""
    return msgspec.json.decode(data, type=Retrato)
