"""Stored reports, many at a time. Every function works in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, and_, case, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.api.documentos.filters import Filtro, matching
from fiscalxml_server.api.documentos.models import documentos, validacoes
from fiscalxml_server.api.documentos.searching import plan_each
from fiscalxml_server.api.lotes.models import lote_itens
from fiscalxml_server.kit.jobs import dia


async def worst_of_lote(
    conn: AsyncConnection, organizacao: UUID, lote: UUID, limit: int
) -> Sequence[RowMapping]:
    """`nome` and `relatorio` (compressed) of stored documents of a lote: those that are not valid
    first."""
    wrong = case({"invalido": 0, "nao_avaliado": 1}, value=lote_itens.c.veredito, else_=2)
    order = wrong.label("wrong"), lote_itens.c.indice, lote_itens.c.parte
    chosen = (
        select(lote_itens.c.documento, lote_itens.c.nome, *order)
        .where(
            lote_itens.c.organizacao == organizacao,
            lote_itens.c.dia == dia(lote),
            lote_itens.c.lote == lote,
            lote_itens.c.documento.is_not(None),
        )
        .order_by(*order)
        .limit(limit)
        .subquery()
    )
    rows = await conn.execute(
        select(chosen.c.nome, validacoes.c.relatorio)
        .join_from(
            chosen,
            documentos,
            and_(documentos.c.organizacao == organizacao, documentos.c.id == chosen.c.documento),
        )
        .join(validacoes, _of_document(organizacao))
        .order_by(chosen.c.wrong, chosen.c.indice, chosen.c.parte)
    )
    return rows.mappings().all()


async def page_reports(
    conn: AsyncConnection,
    organizacao: UUID,
    filtro: Filtro,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[RowMapping]:
    """`id`, `data`, `chave` and `relatorio` (compressed) of documents that a filter chooses, the
    newest first, those behind `after` (data, id)."""
    order = documentos.c.data, documentos.c.id
    chosen = matching(organizacao, filtro)
    if after is not None:
        chosen &= tuple_(*order) < after
    newest = [column.desc() for column in order]
    places = select(documentos.c.id).where(chosen).order_by(*newest).limit(limit).subquery()
    own = and_(documentos.c.organizacao == organizacao, documentos.c.id == places.c.id)
    await plan_each(conn)
    rows = await conn.execute(
        select(documentos.c.id, documentos.c.data, documentos.c.chave, validacoes.c.relatorio)
        .join_from(places, documentos, own)
        .join(validacoes, _of_document(organizacao))
        .order_by(*newest)
    )
    return rows.mappings().all()


def _of_document(organizacao: UUID) -> ColumnElement[bool]:
    """The document's last validation."""
    return and_(validacoes.c.organizacao == organizacao, validacoes.c.id == documentos.c.validacao)
