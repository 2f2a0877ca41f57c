"""Rows of subscriptions. Every function works in the caller's transaction and organisation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, and_, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.notifying.models import REMOVIDA, assinaturas

_LOCK: Final = text(
    "SELECT pg_advisory_xact_lock(hashtext('webhooks.assinaturas'), hashtext(:organizacao))"
)


async def count(conn: AsyncConnection, organizacao: UUID) -> int:
    """How many there are, locked against others who would add one."""
    await conn.execute(_LOCK, {"organizacao": str(organizacao)})
    there = select(func.count()).select_from(assinaturas).where(_of_all(organizacao))
    return int((await conn.execute(there)).scalar_one())


async def add(conn: AsyncConnection, **values: Any) -> RowMapping:
    """Write one; gives its row."""
    done = await conn.execute(insert(assinaturas).values(**values).returning(assinaturas))
    row: RowMapping = done.mappings().one()
    return row


async def find(
    conn: AsyncConnection, organizacao: UUID, assinatura: UUID, *, lock: bool = False
) -> RowMapping | None:
    """One that was not removed."""
    query = select(assinaturas).where(_of(organizacao, assinatura))
    rows = await conn.execute(query.with_for_update() if lock else query)
    return rows.mappings().one_or_none()


async def page(
    conn: AsyncConnection, organizacao: UUID, before: UUID | None, limit: int
) -> Sequence[RowMapping]:
    """From the newest on, those older than `before`."""
    query = select(assinaturas).where(_of_all(organizacao))
    if before is not None:
        query = query.where(assinaturas.c.id < before)
    rows = await conn.execute(query.order_by(assinaturas.c.id.desc()).limit(limit))
    return rows.mappings().all()


async def change(
    conn: AsyncConnection, organizacao: UUID, assinatura: UUID, **values: Any
) -> RowMapping:
    """Write these columns, of which those who deliver hear by `alterado_em`; gives the row."""
    done = await conn.execute(
        update(assinaturas)
        .where(_of(organizacao, assinatura))
        .values(**values, alterado_em=func.now())
        .returning(assinaturas)
    )
    row: RowMapping = done.mappings().one()
    return row


def _of_all(organizacao: UUID) -> ColumnElement[bool]:
    return and_(assinaturas.c.organizacao == organizacao, assinaturas.c.situacao != REMOVIDA)


def _of(organizacao: UUID, assinatura: UUID) -> ColumnElement[bool]:
    return and_(_of_all(organizacao), assinaturas.c.id == assinatura)
