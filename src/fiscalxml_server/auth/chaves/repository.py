"""Rows of API keys. Every function works in the caller's transaction and organisation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    RowMapping,
    and_,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.chaves.models import (
    chaves_api,
    politicas_de_chaves,
    segredos_de_chaves,
)
from fiscalxml_server.auth.credenciais import lock_number, one


async def count_alive(conn: AsyncConnection, organizacao: UUID) -> int:
    """Keys that work, locked against others who would add one."""
    await lock_number(conn, chaves_api, organizacao)
    alive = (
        select(func.count())
        .select_from(chaves_api)
        .where(
            chaves_api.c.organizacao == organizacao,
            chaves_api.c.revogada_em.is_(None),
            chaves_api.c.expira_em > func.now(),
        )
    )
    return int((await conn.execute(alive)).scalar_one())


async def insert_key(conn: AsyncConnection, **values: Any) -> None:
    """Write a key that has no secret yet."""
    await conn.execute(insert(chaves_api).values(**values))


async def insert_secret(conn: AsyncConnection, **values: Any) -> None:
    """Write what opens a key."""
    await conn.execute(insert(segredos_de_chaves).values(**values))


async def lock(conn: AsyncConnection, organizacao: UUID, chave: UUID) -> RowMapping | None:
    """A key that nobody else changes until the commit."""
    rows = await conn.execute(
        select(chaves_api).where(one(chaves_api, organizacao, chave)).with_for_update()
    )
    return rows.mappings().one_or_none()


async def secrets_of(
    conn: AsyncConnection, organizacao: UUID, chaves: Sequence[UUID]
) -> Sequence[RowMapping]:
    """What opens these keys, the newest first; without the hashes."""
    table = segredos_de_chaves.c
    rows = await conn.execute(
        select(table.chave, table.consulta, table.criado_em, table.expira_em, table.usado_em)
        .where(table.organizacao == organizacao, table.chave.in_(chaves))
        .order_by(table.criado_em.desc())
    )
    return rows.mappings().all()


async def keep_newest_secret(
    conn: AsyncConnection, organizacao: UUID, chave: UUID, until: datetime
) -> None:
    """Let the newest work until then at most, and none of those before it."""
    table = segredos_de_chaves.c
    mine = and_(table.organizacao == organizacao, table.chave == chave)
    newest = (
        select(table.consulta)
        .where(mine)
        .order_by(table.criado_em.desc())
        .limit(1)
        .scalar_subquery()
    )
    await conn.execute(delete(segredos_de_chaves).where(mine, table.consulta != newest))
    await conn.execute(
        update(segredos_de_chaves).where(mine).values(expira_em=func.least(table.expira_em, until))
    )


async def change(conn: AsyncConnection, organizacao: UUID, chave: UUID, **values: Any) -> None:
    """Write these columns of a key."""
    await conn.execute(
        update(chaves_api).where(one(chaves_api, organizacao, chave)).values(**values)
    )


async def find_secret(conn: AsyncConnection, consulta: str) -> RowMapping | None:
    """The secret and its key, of whichever organisation, in whatever state."""
    rows = await conn.execute(_PROCURAR, {"consulta": consulta})
    return rows.mappings().one_or_none()


async def mark_used(conn: AsyncConnection, consulta: str, impressao: bytes) -> None:
    """Remember that it is in use in this hour, and what is kept of its text from now on."""
    hour = func.date_trunc("hour", func.now())
    table = segredos_de_chaves.c
    await conn.execute(
        update(segredos_de_chaves)
        .where(table.consulta == consulta, func.coalesce(table.usado_em < hour, True))
        .values(usado_em=hour, impressao=impressao)
    )


async def ending(conn: AsyncConnection, limit: int) -> Sequence[tuple[UUID, UUID]]:
    """Organisation and id of keys of whose end people are to be told now; of all organisations."""
    rows = await conn.execute(_A_VENCER, {"quantas": limit})
    return [(row.organizacao, row.id) for row in rows]


async def read_policy(conn: AsyncConnection, organizacao: UUID) -> str | None:
    """What is done with a key that leaked; None where that was never said."""
    table = politicas_de_chaves.c
    found = await conn.execute(select(table.ao_vazar).where(table.organizacao == organizacao))
    return found.scalar_one_or_none()


async def write_policy(conn: AsyncConnection, organizacao: UUID, ao_vazar: str) -> None:
    """Say it from now on."""
    row = upsert(politicas_de_chaves).values(organizacao=organizacao, ao_vazar=ao_vazar)
    await conn.execute(
        row.on_conflict_do_update(
            index_elements=["organizacao"], set_={"ao_vazar": row.excluded.ao_vazar}
        )
    )


_PROCURAR: Final = text("SELECT * FROM auth.procurar_segredo(:consulta)")
_A_VENCER: Final = text("SELECT * FROM auth.chaves_a_vencer(:quantas)")
