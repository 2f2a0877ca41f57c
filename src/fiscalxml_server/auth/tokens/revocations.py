"""What was issued and is not good any more, told to every service within seconds.

A token, or a key that a service remembers, lives for minutes at most: what was revoked is told for
that long, and forgotten.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.organizacoes.models import organizacoes
from fiscalxml_server.auth.tokens import keys
from fiscalxml_server.auth.tokens.models import revogacoes
from fiscalxml_server.kit.revocations import Epoca, Revogacao, Revogacoes, revocable
from fiscalxml_server.kit.tokens import LEEWAY, SECONDS, Claims

TOLD_FOR: Final = timedelta(seconds=SECONDS + LEEWAY + 120)
"""the two minutes: a transaction that revokes may be seen that much after its moment"""


# Medida: revogacao
async def revoke(conn: AsyncConnection, tipo: str, id: str) -> None:  # noqa: A002
    """From the commit on, every service refuses it for good, in seconds.

    `tipo`: `sessao` (the `sid` of tokens), `maquina`, `chave` (of the API); `id`: its UUID.
    """
    row = insert(revogacoes).values(tipo=tipo, id=id, em=func.clock_timestamp())
    await conn.execute(
        row.on_conflict_do_update(index_elements=["tipo", "id"], set_={"em": row.excluded.em})
    )


async def raise_epoch(conn: AsyncConnection, organizacao: UUID) -> None:
    """Revoke every token of the organisation; who is still welcome gets another by itself.

    For what changes what its tokens may do: a role, a member who leaves, the organisation's end.
    """
    await conn.execute(
        update(organizacoes)
        .where(organizacoes.c.id == organizacao)
        .values(epoca=organizacoes.c.epoca + 1, epoca_em=func.clock_timestamp())
    )


async def recent(conn: AsyncConnection) -> Revogacoes:
    """What services have to know."""
    since = func.now() - TOLD_FOR
    ids = select(revogacoes.c.tipo, revogacoes.c.id).where(revogacoes.c.em > since)
    epochs = select(organizacoes.c.id, organizacoes.c.teste, organizacoes.c.epoca).where(
        organizacoes.c.epoca_em > since, organizacoes.c.epoca > 0
    )
    return Revogacoes(
        revogacoes=[Revogacao(row.tipo, row.id) for row in await conn.execute(ids)],
        epocas=[
            Epoca(organizacao, row.epoca)
            for row in await conn.execute(epochs)
            for organizacao in (row.id, row.teste)
        ],
        chaves=await keys.public(conn),
    )


async def revoked(conn: AsyncConnection, claims: Claims) -> bool:
    """Whether a token is not good any more, as of now."""
    ids = [(each.tipo, each.id) for each in revocable(claims)]
    of_it = select(revogacoes.c.id).where(tuple_(revogacoes.c.tipo, revogacoes.c.id).in_(ids))
    later = select(organizacoes.c.id).where(
        or_(organizacoes.c.id == claims.org, organizacoes.c.teste == claims.org),
        organizacoes.c.epoca > claims.epoca,
    )
    return bool((await conn.execute(select(or_(of_it.exists(), later.exists())))).scalar_one())


async def forget_old(conn: AsyncConnection) -> None:
    """Remove what nothing depends on any more."""
    await conn.execute(revogacoes.delete().where(revogacoes.c.em < func.now() - 2 * TOLD_FOR))
