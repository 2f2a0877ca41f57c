"""Rows of what was told. Every function works in the caller's transaction and organisation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, Subquery, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.notifying.days import day_of
from fiscalxml_server.kit.notifying.models import (
    FLUXO,
    REMOVIDA,
    assinaturas,
    entregas,
    notificacoes,
)
from fiscalxml_server.webhooks.walking import Pagina, Recorte, newest_first, read_page


async def page(
    conn: AsyncConnection, organizacao: UUID, recorte: Recorte, cursor: str | None, limite: int
) -> Pagina:
    """From the newest on. Raises `ParametrosInvalidos`."""
    told = notificacoes.c
    mine = told.organizacao == organizacao
    rows: Select[Any] = select(told.dia, told.id, told.tipo, told.alvo).where(mine)
    if recorte.alvo is not None:
        rows = rows.where(told.alvo == recorte.alvo)

    def wanted(part: Subquery) -> Select[Any]:
        shown = select(part)
        return shown if recorte.tipo is None else shown.where(part.c.tipo == recorte.tipo)

    rows = newest_first(rows, told.dia, told.id, recorte, cursor)
    return await read_page(conn, rows, wanted, limite)


async def find(conn: AsyncConnection, organizacao: UUID, notificacao: UUID) -> RowMapping | None:
    """One, with its body."""
    told = notificacoes.c
    rows = await conn.execute(
        select(told.id, told.tipo, told.alvo, told.corpo).where(
            told.organizacao == organizacao,
            told.dia == day_of(notificacao),
            told.id == notificacao,
        )
    )
    return rows.mappings().one_or_none()


async def told_to(
    conn: AsyncConnection, organizacao: UUID, notificacao: UUID
) -> Sequence[RowMapping]:
    """Its deliveries, to the subscriptions that are there: an organisation has few."""
    made = entregas.c
    rows = await conn.execute(
        select(
            assinaturas.c.id.label("webhook"),
            made.situacao,
            made.tentativas,
            made.codigo,
            made.terminado_em,
        )
        .join(
            entregas,
            and_(
                made.organizacao == organizacao,
                made.assinatura == assinaturas.c.id,
                made.dia == day_of(notificacao),
                made.notificacao == notificacao,
            ),
        )
        .where(
            assinaturas.c.organizacao == organizacao,
            assinaturas.c.situacao.not_in((FLUXO, REMOVIDA)),
        )
        .order_by(assinaturas.c.id.desc())
    )
    return rows.mappings().all()
