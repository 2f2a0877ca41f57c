"""Rows of subscriptions. Every function works in the caller's transaction and organisation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Label,
    RowMapping,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.listing import newest_first
from fiscalxml_server.kit.notifying.models import FLUXO, REMOVIDA, assinaturas, entregas
from fiscalxml_server.kit.secrets import ID_BYTES

_THERE: Final = assinaturas.c.situacao.not_in((FLUXO, REMOVIDA))
_LOCK: Final = text(
    "SELECT pg_advisory_xact_lock(hashtext('webhooks.assinaturas'), hashtext(:organizacao))"
)

_SETTLES: Final = timedelta(minutes=5)
"""after which no transaction goes on that saw a subscription as it was before"""


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
    conn: AsyncConnection, organizacao: UUID, cursor: str | None, limit: int
) -> tuple[Sequence[RowMapping], str | None]:
    """From the newest on; with the cursor of what follows."""
    return await newest_first(conn, assinaturas, organizacao, cursor, limit, _THERE)


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


def _settled(when: Column[datetime]) -> Label[bool]:
    return (when < func.now() - _SETTLES).label("settled")


def _of_all(organizacao: UUID) -> ColumnElement[bool]:
    return and_(assinaturas.c.organizacao == organizacao, _THERE)


def _of(organizacao: UUID, assinatura: UUID) -> ColumnElement[bool]:
    return and_(_of_all(organizacao), assinaturas.c.id == assinatura)


async def requeue_held(
    conn: AsyncConnection, organizacao: UUID, assinatura: UUID, fatia: int, limit: int
) -> int:
    """Queue what was held of it, the oldest first, this many at most; gives how many.

    Of a subscription whose row the transaction has locked.
    """
    which = {"organizacao": organizacao, "assinatura": assinatura, "fatia": fatia}
    return int((await conn.execute(_REQUEUE, {**which, "limite": limit})).scalar_one())


async def resumed(conn: AsyncConnection, limit: int) -> Sequence[tuple[UUID, UUID]]:
    """Organisation and id of those of which something held may be left; of all organisations.

    First those of which it is known, or seen.
    """
    table = assinaturas.c
    held = exists().where(
        entregas.c.organizacao == table.organizacao,
        entregas.c.assinatura == table.id,
        entregas.c.situacao == "retida",
    )
    rows = await conn.execute(
        select(table.organizacao, table.id)
        .where(table.retomada_em.is_not(None))
        .order_by(table.situacao == "ativa", ~held, table.retomada_em)
        .limit(limit)
    )
    return [(row.organizacao, row.id) for row in rows]


async def lock_resumed(
    conn: AsyncConnection, organizacao: UUID, assinatura: UUID
) -> RowMapping | None:
    """Its row, locked, if it still is one and nobody has it. `settled`: it was some time ago."""
    table = assinaturas.c
    rows = await conn.execute(
        select(assinaturas, _settled(table.retomada_em))
        .where(_of(organizacao, assinatura), table.retomada_em.is_not(None))
        .with_for_update(skip_locked=True)
    )
    return rows.mappings().one_or_none()


async def note(conn: AsyncConnection, organizacao: UUID, assinatura: UUID, **values: Any) -> None:
    """Write these columns, by which nothing changes for who delivers."""
    await conn.execute(update(assinaturas).where(_of(organizacao, assinatura)).values(**values))


async def lock_sealed_before(
    conn: AsyncConnection, secret: bytes, limit: int
) -> Sequence[RowMapping]:
    """Those of which something is sealed by another secret, locked; of all organisations."""
    table = assinaturas.c
    rows = await conn.execute(
        select(table.organizacao, table.id, table.segredos, table.cabecalhos)
        .where(
            _THERE,
            or_(
                *(
                    func.substring(column, 1, ID_BYTES) != secret
                    for column in (table.segredos, table.cabecalhos)
                )
            ),
        )
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return rows.mappings().all()


async def removed(conn: AsyncConnection, limit: int) -> Sequence[RowMapping]:
    """`organizacao`, `id` and `settled` of those that were removed; of all organisations.

    Until it is settled, who saw it before may still queue something for it.
    """
    table = assinaturas.c
    rows = await conn.execute(
        select(table.organizacao, table.id, _settled(table.alterado_em))
        .where(table.situacao == REMOVIDA)
        .order_by(table.alterado_em)
        .limit(limit)
    )
    return rows.mappings().all()


async def unqueue(conn: AsyncConnection, organizacao: UUID, assinatura: UUID, limit: int) -> int:
    """Take what waits for it out of the queue, this many at most; gives how many."""
    which = {"organizacao": organizacao, "assinatura": assinatura, "limite": limit}
    return int((await conn.execute(_UNQUEUE, which)).scalar_one())


async def drop(conn: AsyncConnection, organizacao: UUID, assinatura: UUID) -> None:
    """Delete the row of one that was removed."""
    table = assinaturas.c
    await conn.execute(
        delete(assinaturas).where(
            table.organizacao == organizacao, table.id == assinatura, table.situacao == REMOVIDA
        )
    )


_REQUEUE: Final = text("""
    WITH held AS (
        SELECT notificacao, dia FROM webhooks.entregas
        WHERE organizacao = :organizacao AND assinatura = :assinatura AND situacao = 'retida'
        ORDER BY dia, notificacao LIMIT :limite FOR UPDATE
    ), freed AS (
        UPDATE webhooks.entregas AS entrega SET situacao = 'pendente', terminado_em = NULL FROM held
        WHERE entrega.organizacao = :organizacao AND entrega.assinatura = :assinatura
            AND entrega.notificacao = held.notificacao AND entrega.dia = held.dia
        RETURNING entrega.notificacao, entrega.dia, entrega.tentativas
    ), queued AS (
        INSERT INTO webhooks.fila
            (assinatura, notificacao, organizacao, dia, fatia, tentativas)
        SELECT :assinatura, notificacao, :organizacao, dia, :fatia, tentativas
        FROM freed ORDER BY notificacao
        ON CONFLICT DO NOTHING
    )
    SELECT count(*) FROM freed
""")

# By key, not by ctid: a row that is written meanwhile has another ctid, and would stay.
_UNQUEUE: Final = text("""
    WITH gone AS (
        DELETE FROM webhooks.fila WHERE assinatura = :assinatura AND notificacao = ANY (ARRAY(
            SELECT notificacao FROM webhooks.fila WHERE assinatura = :assinatura LIMIT :limite))
        RETURNING notificacao, dia
    ), told AS (
        UPDATE webhooks.entregas AS entrega SET situacao = 'retida' FROM gone
        WHERE entrega.organizacao = :organizacao AND entrega.assinatura = :assinatura
            AND entrega.notificacao = gone.notificacao AND entrega.dia = gone.dia
    )
    SELECT count(*) FROM gone
""")
