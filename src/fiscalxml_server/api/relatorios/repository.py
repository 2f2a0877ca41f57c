"""Stored reports, many at a time. Every function works in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import RowMapping, case, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.api.documentos.models import documentos, validacoes
from fiscalxml_server.api.lotes.models import lote_itens
from fiscalxml_server.kit.jobs import dia


async def worst_of_lote(
    conn: AsyncConnection, organizacao: UUID, lote: UUID, limit: int
) -> Sequence[RowMapping]:
    """`nome`, `documento` and `relatorio` (compressed) of stored documents of a lote: those that
    are not valid first."""
    wrong = case({"invalido": 0, "nao_avaliado": 1}, value=lote_itens.c.veredito, else_=2)
    rows = await conn.execute(
        select(lote_itens.c.nome, lote_itens.c.documento, validacoes.c.relatorio)
        .join(
            documentos,
            (documentos.c.organizacao == organizacao) & (documentos.c.id == lote_itens.c.documento),
        )
        .join(
            validacoes,
            (validacoes.c.organizacao == organizacao) & (validacoes.c.id == documentos.c.validacao),
        )
        .where(
            lote_itens.c.organizacao == organizacao,
            lote_itens.c.dia == dia(lote),
            lote_itens.c.lote == lote,
        )
        .order_by(wrong, lote_itens.c.indice, lote_itens.c.parte)
        .limit(limit)
    )
    return rows.mappings().all()
