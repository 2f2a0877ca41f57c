"""Rows of deliveries. Every function works in the caller's transaction and organisation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    RowMapping,
    Select,
    Subquery,
    and_,
    bindparam,
    literal_column,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.notifying.days import day_of
from fiscalxml_server.kit.notifying.models import entregas, fila, notificacoes, tentativas
from fiscalxml_server.webhooks.walking import Pagina, Recorte, newest_first, read_page

_HISTORY: Final = 100
_STATE: Final = (
    entregas.c.situacao,
    entregas.c.tentativas,
    entregas.c.codigo,
    entregas.c.terminado_em,
)


async def page(
    conn: AsyncConnection,
    organizacao: UUID,
    assinatura: UUID,
    recorte: Recorte,
    situacao: str | None,
    cursor: str | None,
    limite: int,
) -> Pagina:
    """From the newest on. Raises `ParametrosInvalidos`.

    What is about one thing is looked for there: it is little. All else, among the deliveries.
    """
    mine = and_(entregas.c.organizacao == organizacao, entregas.c.assinatura == assinatura)
    if situacao is not None:
        # Written out, not as a parameter: the index is of those that are not `entregue`.
        written: BindParameter[str] = bindparam("situacao", situacao, literal_execute=True)
        mine = and_(mine, entregas.c.situacao == written)
    if recorte.alvo is not None:
        rows = _about(organizacao, recorte, cursor)
        return await read_page(conn, rows, lambda part: _delivered(part, mine), limite)
    walked = select(entregas.c.dia, entregas.c.notificacao.label("id"), *_STATE).where(mine)
    rows = newest_first(walked, entregas.c.dia, entregas.c.notificacao, recorte, cursor)
    return await read_page(conn, rows, lambda part: _told(part, organizacao, recorte.tipo), limite)


async def find(
    conn: AsyncConnection, organizacao: UUID, assinatura: UUID, notificacao: UUID
) -> RowMapping | None:
    """One, with what was told and, if it waits, `proxima_em`."""
    dia = day_of(notificacao)
    told, waits = notificacoes.c, fila.c
    rows = await conn.execute(
        select(told.id, told.tipo, told.alvo, told.corpo, *_STATE, waits.proxima_em)
        .select_from(entregas)
        .join(
            notificacoes,
            and_(
                told.organizacao == organizacao,
                told.dia == dia,
                told.id == entregas.c.notificacao,
            ),
        )
        .outerjoin(
            fila, and_(waits.assinatura == assinatura, waits.notificacao == entregas.c.notificacao)
        )
        .where(
            entregas.c.organizacao == organizacao,
            entregas.c.assinatura == assinatura,
            entregas.c.dia == dia,
            entregas.c.notificacao == notificacao,
        )
    )
    return rows.mappings().one_or_none()


async def attempts(
    conn: AsyncConnection, organizacao: UUID, assinatura: UUID, notificacao: UUID
) -> Sequence[RowMapping]:
    """The last of them, the newest first."""
    made = tentativas.c
    rows = await conn.execute(
        select(made.numero, made.em, made.milissegundos, made.codigo, made.erro, made.resposta)
        .where(
            made.organizacao == organizacao,
            made.assinatura == assinatura,
            made.dia == day_of(notificacao),
            made.notificacao == notificacao,
        )
        .order_by(made.numero.desc())
        .limit(_HISTORY)
    )
    return rows.mappings().all()


def _about(organizacao: UUID, recorte: Recorte, cursor: str | None) -> Select[Any]:
    told = notificacoes.c
    rows = select(told.dia, told.id, told.tipo, told.alvo).where(
        told.organizacao == organizacao, told.alvo == recorte.alvo
    )
    if recorte.tipo is not None:
        rows = rows.where(told.tipo == recorte.tipo)
    return newest_first(rows, told.dia, told.id, recorte, cursor)


def _delivered(part: Subquery, mine: ColumnElement[bool]) -> Select[Any]:
    one = select(*_STATE).where(
        mine, entregas.c.dia == part.c.dia, entregas.c.notificacao == part.c.id
    )
    return _each(part, one)


def _told(part: Subquery, organizacao: UUID, tipo: str | None) -> Select[Any]:
    told = notificacoes.c
    one = select(told.tipo, told.alvo).where(
        told.organizacao == organizacao, told.dia == part.c.dia, told.id == part.c.id
    )
    return _each(part, one if tipo is None else one.where(told.tipo == tipo))


def _each(part: Subquery, one: Select[Any]) -> Select[Any]:
    """The rows of `part` that have one of these, with it."""
    found = one.limit(literal_column("1")).lateral("uma")
    return select(part, *found.c).select_from(part.join(found, true()))
