"""Deliveries that are queued again. Every function works in the caller's transaction; where it
queues, with the row of the subscription locked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, and_, delete, func, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.notifying.days import day_of
from fiscalxml_server.kit.notifying.models import assinaturas, fila, reenvios

_DELIVERING: Final = ("ativa", "retomando")
_KEPT_DAYS: Final = 90


async def requeue_one(
    conn: AsyncConnection, organizacao: UUID, assinatura: UUID, fatia: int, notificacao: UUID
) -> bool:
    """Queue one now, whatever became of it; False where there is none."""
    which = {"organizacao": organizacao, "assinatura": assinatura, "fatia": fatia}
    one = {"notificacao": notificacao, "dia": day_of(notificacao)}
    return bool((await conn.execute(_ONE, {**which, **one})).scalar_one())


async def add(conn: AsyncConnection, **values: Any) -> RowMapping:
    """Write down what is asked for; gives its row."""
    done = await conn.execute(insert(reenvios).values(**values).returning(reenvios))
    row: RowMapping = done.mappings().one()
    return row


async def under_way(conn: AsyncConnection, organizacao: UUID, assinatura: UUID) -> bool:
    """Whether one of the subscription's has not ended."""
    rows = await conn.execute(
        select(reenvios.c.id).where(
            reenvios.c.organizacao == organizacao,
            reenvios.c.assinatura == assinatura,
            reenvios.c.terminado_em.is_(None),
        )
    )
    return rows.first() is not None


async def find(
    conn: AsyncConnection, organizacao: UUID, assinatura: UUID, reenvio: UUID
) -> RowMapping | None:
    """One of a subscription's."""
    rows = await conn.execute(
        select(reenvios).where(
            reenvios.c.organizacao == organizacao,
            reenvios.c.assinatura == assinatura,
            reenvios.c.id == reenvio,
        )
    )
    return rows.mappings().one_or_none()


async def waiting(conn: AsyncConnection, limit: int) -> Sequence[RowMapping]:
    """Those that have not ended, of subscriptions that deliver; of all organisations.

    First the one that has waited longest.
    """
    rows = await conn.execute(
        select(reenvios.c.organizacao, reenvios.c.assinatura, reenvios.c.id)
        .join(
            assinaturas,
            and_(
                assinaturas.c.organizacao == reenvios.c.organizacao,
                assinaturas.c.id == reenvios.c.assinatura,
            ),
        )
        .where(reenvios.c.terminado_em.is_(None), assinaturas.c.situacao.in_(_DELIVERING))
        .order_by(reenvios.c.avancou_em)
        .limit(limit)
    )
    return rows.mappings().all()


async def lock(
    conn: AsyncConnection, organizacao: UUID, assinatura: UUID, reenvio: UUID
) -> RowMapping | None:
    """Its row and its subscription's `fatia`, both locked, if it goes on and nobody has it."""
    rows = await conn.execute(
        select(reenvios, assinaturas.c.fatia)
        .join(
            assinaturas,
            and_(
                assinaturas.c.organizacao == reenvios.c.organizacao,
                assinaturas.c.id == reenvios.c.assinatura,
            ),
        )
        .where(
            reenvios.c.organizacao == organizacao,
            reenvios.c.assinatura == assinatura,
            reenvios.c.id == reenvio,
            reenvios.c.terminado_em.is_(None),
            assinaturas.c.situacao.in_(_DELIVERING),
        )
        .with_for_update(skip_locked=True)
    )
    return rows.mappings().one_or_none()


async def queued(conn: AsyncConnection, assinatura: UUID, enough: int) -> int:
    """How many wait for a subscription, counted up to `enough`."""
    some = select(fila.c.notificacao).where(fila.c.assinatura == assinatura).limit(enough)
    found = await conn.execute(select(func.count()).select_from(some.subquery()))
    return int(found.scalar_one())


async def advance(conn: AsyncConnection, row: RowMapping, fatia: int, limit: int) -> RowMapping:
    """Look at the next so many deliveries, and queue those that are wanted; gives its new row."""
    which = {"organizacao": row["organizacao"], "assinatura": row["assinatura"]}
    span = {**which, "de": row["de"], "ate": row["ate"]}
    days = {"primeiro": day_of(row["de"]), "ultimo": day_of(row["ate"])}
    found = await conn.execute(_NEXT, {**span, **days, "limite": limit})
    then = found.scalar_one_or_none()
    until = row["ate"] if then is None else then
    wanted = {"situacoes": row["situacoes"], "tipos": row["tipos"], "fatia": fatia}
    part = {**span, **days, **wanted, "ate": until, "ultimo": day_of(until)}
    moved = int((await conn.execute(_PART, part)).scalar_one())
    return await _change(
        conn,
        row,
        de=until,
        reenviadas=reenvios.c.reenviadas + moved,
        terminado_em=func.now() if then is None else None,
    )


async def put_off(conn: AsyncConnection, row: RowMapping) -> None:
    """Let others have their turn first."""
    await _change(conn, row)


async def forget(conn: AsyncConnection) -> None:
    """Delete those that are as old as what they are about may be; of all organisations."""
    kept = func.now() - text(f"interval '{_KEPT_DAYS} days'")
    gone = or_(
        reenvios.c.terminado_em.is_not(None),
        ~select(assinaturas.c.id)
        .where(
            assinaturas.c.organizacao == reenvios.c.organizacao,
            assinaturas.c.id == reenvios.c.assinatura,
        )
        .exists(),
    )
    await conn.execute(delete(reenvios).where(reenvios.c.pedido_em < kept, gone))


async def _change(conn: AsyncConnection, row: RowMapping, **values: Any) -> RowMapping:
    done = await conn.execute(
        update(reenvios)
        .where(
            reenvios.c.organizacao == row["organizacao"],
            reenvios.c.assinatura == row["assinatura"],
            reenvios.c.id == row["id"],
        )
        .values(**values, avancou_em=func.now())
        .returning(reenvios)
    )
    changed: RowMapping = done.mappings().one()
    return changed


# One that is being sent goes on as it is: what comes of it is what is asked for.
_ONE: Final = text("""
    WITH pedida AS (
        UPDATE webhooks.entregas SET situacao = 'pendente', terminado_em = NULL
        WHERE organizacao = :organizacao AND assinatura = :assinatura
            AND dia = :dia AND notificacao = :notificacao
        RETURNING tentativas
    ), na_fila AS (
        INSERT INTO webhooks.fila (assinatura, notificacao, organizacao, dia, fatia, tentativas)
        SELECT :assinatura, :notificacao, :organizacao, :dia, :fatia, tentativas FROM pedida
        ON CONFLICT (assinatura, notificacao) DO UPDATE SET proxima_em = now(), seguidas = 0
            WHERE fila.estado = 'livre'
    )
    SELECT count(*) FROM pedida
""")

_NEXT: Final = text("""
    SELECT notificacao FROM webhooks.entregas
    WHERE organizacao = :organizacao AND assinatura = :assinatura
        AND dia BETWEEN :primeiro AND :ultimo AND notificacao >= :de AND notificacao < :ate
    ORDER BY dia, notificacao OFFSET :limite LIMIT 1
""")

_PART: Final = text("""
    WITH pedidas AS (
        UPDATE webhooks.entregas AS entrega SET situacao = 'pendente', terminado_em = NULL
        WHERE organizacao = :organizacao AND assinatura = :assinatura
            AND dia BETWEEN :primeiro AND :ultimo AND notificacao >= :de AND notificacao < :ate
            AND situacao = ANY (CAST(:situacoes AS text[]))
            AND (CAST(:tipos AS text[]) = '{}' OR EXISTS (
                SELECT FROM webhooks.notificacoes AS dita
                WHERE dita.organizacao = :organizacao AND dita.dia = entrega.dia
                    AND dita.id = entrega.notificacao AND dita.tipo = ANY (CAST(:tipos AS text[]))))
        RETURNING notificacao, dia, tentativas
    ), na_fila AS (
        INSERT INTO webhooks.fila (assinatura, notificacao, organizacao, dia, fatia, tentativas)
        SELECT :assinatura, notificacao, :organizacao, dia, :fatia, tentativas
        FROM pedidas ORDER BY notificacao
        ON CONFLICT DO NOTHING
    )
    SELECT count(*) FROM pedidas
""")
