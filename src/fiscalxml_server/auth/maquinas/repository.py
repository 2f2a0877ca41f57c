"""Rows of machines. Every function works in the caller's transaction and organisation."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.credenciais import lock_number, one
from fiscalxml_server.auth.maquinas.models import assercoes, maquinas
from fiscalxml_server.auth.organizacoes.models import organizacoes


async def count(conn: AsyncConnection, organizacao: UUID) -> int:
    """How many there are, locked against others who would add one."""
    await lock_number(conn, maquinas, organizacao)
    query = select(func.count()).where(maquinas.c.organizacao == organizacao)
    return int((await conn.execute(query)).scalar_one())


async def add(conn: AsyncConnection, **values: Any) -> RowMapping:
    """Write one."""
    done = await conn.execute(maquinas.insert().values(**values).returning(*maquinas.c))
    return done.mappings().one()


async def remove(conn: AsyncConnection, organizacao: UUID, maquina: UUID) -> bool:
    """Whether it was there."""
    done = await conn.execute(maquinas.delete().where(one(maquinas, organizacao, maquina)))
    return bool(done.rowcount)


async def find_client(conn: AsyncConnection, organizacao: UUID, maquina: UUID) -> RowMapping | None:
    """One, with `epoca` and `organizacao_de_teste`, of an organisation that is active."""
    of = organizacoes.c
    rows = await conn.execute(
        select(maquinas, of.epoca, of.teste.label("organizacao_de_teste"))
        .join(organizacoes, of.id == maquinas.c.organizacao)
        .where(one(maquinas, organizacao, maquina), of.situacao == "ativa")
    )
    return rows.mappings().one_or_none()


async def mark_used(
    conn: AsyncConnection, organizacao: UUID, maquina: UUID, segredo: bytes | None
) -> None:
    """Remember that it is in use in this hour, and what is kept of its secret from now on."""
    hour = func.date_trunc("hour", func.now())
    earlier = func.coalesce(maquinas.c.usada_em < hour, True)
    await conn.execute(
        update(maquinas)
        .where(one(maquinas, organizacao, maquina), earlier)
        .values(usada_em=hour, segredo=segredo)
    )


async def use_once(conn: AsyncConnection, impressao: bytes, expira_em: datetime) -> bool:
    """Whether an assertion comes for the first time."""
    row = insert(assercoes).values(impressao=impressao, expira_em=expira_em)
    return bool((await conn.execute(row.on_conflict_do_nothing())).rowcount)


async def forget_assertions(conn: AsyncConnection) -> None:
    """Those that could not be used again anyway."""
    expired = assercoes.c.expira_em < func.now()
    await conn.execute(assercoes.delete().where(expired))
