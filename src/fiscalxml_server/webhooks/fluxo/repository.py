"""Rows of fluxos. Every function works in the caller's transaction and organisation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    and_,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.notifying.models import (
    FLUXO,
    REMOVIDA,
    assinaturas,
    entregas,
    notificacoes,
)
from fiscalxml_server.webhooks.assinaturas import repository

IDLE: Final = timedelta(hours=1)
"""after which nobody reads a fluxo any more"""

_LOCK: Final = text(
    "SELECT pg_advisory_xact_lock(hashtext('webhooks.fluxos'), hashtext(:organizacao))"
)
_TOUCHED: Final = timedelta(minutes=1)
"""how exactly it is known when a fluxo was read"""


async def count(conn: AsyncConnection, organizacao: UUID) -> int:
    """How many there are, locked against others who would add one."""
    await conn.execute(_LOCK, {"organizacao": str(organizacao)})
    there = select(func.count()).select_from(assinaturas).where(_of_all(organizacao))
    return int((await conn.execute(there)).scalar_one())


async def add(conn: AsyncConnection, **values: Any) -> RowMapping:
    """Write one; gives its row."""
    return await repository.add(conn, situacao=FLUXO, url="", segredos=b"", simultaneas=1, **values)


async def find(conn: AsyncConnection, organizacao: UUID, fluxo: UUID) -> RowMapping | None:
    """One that is open."""
    rows = await conn.execute(select(assinaturas).where(_of(organizacao, fluxo)))
    return rows.mappings().one_or_none()


async def touch(conn: AsyncConnection, organizacao: UUID, fluxo: UUID) -> None:
    """It is read, now."""
    stale = assinaturas.c.alterado_em < func.now() - _TOUCHED
    await conn.execute(
        update(assinaturas).where(_of(organizacao, fluxo), stale).values(alterado_em=func.now())
    )


async def close(conn: AsyncConnection, organizacao: UUID, fluxo: UUID) -> bool:
    """What happens is not held any more; whether it was open. Those who deliver drop the row."""
    closed = await conn.execute(
        update(assinaturas)
        .where(_of(organizacao, fluxo))
        .values(situacao=REMOVIDA, alterado_em=func.now())
        .returning(assinaturas.c.id)
    )
    return closed.one_or_none() is not None


async def close_idle(conn: AsyncConnection) -> int:
    """Close those that nobody reads, of all that the role sees; gives how many."""
    closed = await conn.execute(
        update(assinaturas)
        .where(
            assinaturas.c.situacao == FLUXO,
            assinaturas.c.alterado_em < func.now() - IDLE,
        )
        .values(situacao=REMOVIDA, alterado_em=func.now())
    )
    return closed.rowcount


async def held(
    conn: AsyncConnection, organizacao: UUID, fluxo: UUID, since: date, limit: int
) -> Sequence[str]:
    """The oldest of what is held for it since a day, as bodies."""
    rows = await conn.execute(
        select(notificacoes.c.corpo)
        .join(
            entregas,
            and_(
                entregas.c.organizacao == notificacoes.c.organizacao,
                entregas.c.notificacao == notificacoes.c.id,
                entregas.c.dia == notificacoes.c.dia,
            ),
        )
        .where(
            _held_for(organizacao, fluxo),
            entregas.c.dia >= since,
            notificacoes.c.dia >= since,
        )
        .order_by(entregas.c.notificacao)
        .limit(limit)
    )
    return rows.scalars().all()


async def forget(
    conn: AsyncConnection, organizacao: UUID, fluxo: UUID, since: date, ids: Sequence[UUID]
) -> None:
    """These are held for it no more."""
    await conn.execute(
        delete(entregas).where(
            _held_for(organizacao, fluxo),
            entregas.c.dia >= since,
            entregas.c.notificacao.in_(bindparam("ids", expanding=True)),
        ),
        {"ids": list(ids)},
    )


def _held_for(organizacao: UUID, fluxo: UUID) -> ColumnElement[bool]:
    return and_(
        entregas.c.organizacao == organizacao,
        entregas.c.assinatura == fluxo,
        entregas.c.situacao == "retida",
    )


def _of_all(organizacao: UUID) -> ColumnElement[bool]:
    return and_(assinaturas.c.organizacao == organizacao, assinaturas.c.situacao == FLUXO)


def _of(organizacao: UUID, fluxo: UUID) -> ColumnElement[bool]:
    return and_(_of_all(organizacao), assinaturas.c.id == fluxo)
