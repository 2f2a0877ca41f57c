"""Rows of machines. Every function works in the caller's transaction and organisation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, and_, func, select, text, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.maquinas.models import assercoes, maquinas
from fiscalxml_server.auth.organizacoes.models import organizacoes

_LOCK: Final = text(
    "SELECT pg_advisory_xact_lock(hashtext('auth.maquinas'), hashtext(:organizacao))"
)


async def count(conn: AsyncConnection, organizacao: UUID) -> int:
    """How many there are, locked against others who would add one."""
    await conn.execute(_LOCK, {"organizacao": str(organizacao)})
    query = select(func.count()).where(maquinas.c.organizacao == organizacao)
    return int((await conn.execute(query)).scalar_one())


async def add(conn: AsyncConnection, **values: Any) -> RowMapping:
    """Write one."""
    done = await conn.execute(maquinas.insert().values(**values).returning(*maquinas.c))
    return done.mappings().one()


async def find(
    conn: AsyncConnection, organizacao: UUID, maquina: UUID, empresas: frozenset[str] | None
) -> RowMapping | None:
    """One that is within `empresas`."""
    rows = await conn.execute(select(maquinas).where(_of(organizacao, maquina), _within(empresas)))
    return rows.mappings().one_or_none()


async def page(
    conn: AsyncConnection,
    organizacao: UUID,
    empresas: frozenset[str] | None,
    before: UUID | None,
    limit: int,
) -> Sequence[RowMapping]:
    """Those within `empresas` from the newest on, older than `before`."""
    query = select(maquinas).where(maquinas.c.organizacao == organizacao, _within(empresas))
    if before is not None:
        query = query.where(maquinas.c.id < before)
    rows = await conn.execute(query.order_by(maquinas.c.id.desc()).limit(limit))
    return rows.mappings().all()


async def remove(conn: AsyncConnection, organizacao: UUID, maquina: UUID) -> bool:
    """Whether it was there."""
    done = await conn.execute(maquinas.delete().where(_of(organizacao, maquina)))
    return bool(done.rowcount)


async def find_client(conn: AsyncConnection, organizacao: UUID, maquina: UUID) -> RowMapping | None:
    """One, with `epoca` and `organizacao_de_teste`, of an organisation that is active."""
    of = organizacoes.c
    rows = await conn.execute(
        select(maquinas, of.epoca, of.teste.label("organizacao_de_teste"))
        .join(organizacoes, of.id == maquinas.c.organizacao)
        .where(_of(organizacao, maquina), of.situacao == "ativa")
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
        .where(_of(organizacao, maquina), earlier)
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


def _of(organizacao: UUID, maquina: UUID) -> ColumnElement[bool]:
    return and_(maquinas.c.organizacao == organizacao, maquinas.c.id == maquina)


def _within(empresas: frozenset[str] | None) -> ColumnElement[bool]:
    """Those that see nothing which these companies' documents are not."""
    if empresas is None:
        return true()
    within: ColumnElement[bool] = maquinas.c.empresas.contained_by(sorted(empresas))
    return within
