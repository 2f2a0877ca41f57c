"""Causes of many stored documents, gathered in bounded steps and off the event loop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping

from fiscalxml.causes import Causas, cause_ids
from fiscalxml.pages.rows import Listados
from fiscalxml.report import read_report
from fiscalxml_server.api.documentos.filters import Filtro
from fiscalxml_server.api.lotes import repository as lotes
from fiscalxml_server.api.relatorios import repository
from fiscalxml_server.api.relatorios.merging import merged_causes
from fiscalxml_server.kit.compression import decompress
from fiscalxml_server.kit.http.work import run_sized
from fiscalxml_server.kit.resources import Recursos

LISTADOS: Final = 500
"""documents that a page lists"""
_REPORTS: Final = 1000  # that are counted at a time


class Achadas(msgspec.Struct):
    """The causes of the documents of a search."""

    causas: Causas
    listados: Listados
    parcial: bool = False
    """there are more documents than were counted"""


async def causes_of_lote(recursos: Recursos, organizacao: UUID, lote: UUID) -> Causas:
    """What the blocks of a lote have counted up to now."""
    read = partial(lotes.page_causes, organizacao=organizacao, lote=lote)
    return await merged_causes(recursos, organizacao, read)


async def listed_of_lote(
    recursos: Recursos, organizacao: UUID, lote: UUID, causas: Causas
) -> Listados:
    """The worst documents of a lote, for a page. `causas`: of the same lote."""
    async with recursos.banco.leitura(organizacao) as conn:
        rows = await repository.worst_of_lote(conn, organizacao, lote, LISTADOS)
    listados = await run_sized(sum(len(row["relatorio"]) for row in rows), partial(_list, rows))
    listados.total = causas.panorama().total.documentos
    return listados


async def causes_of_search(
    recursos: Recursos, organizacao: UUID, filtro: Filtro, most: int
) -> Achadas:
    """The causes of the newest `most` documents that a filter chooses, by their last validation."""
    achadas = Achadas(Causas(), Listados(LISTADOS))
    after: tuple[datetime, UUID] | None = None
    left = most
    while True:
        # One more than is counted tells whether there are more.
        size = min(_REPORTS, left + 1)
        async with recursos.banco.leitura(organizacao) as conn:
            rows = await repository.page_reports(conn, organizacao, filtro, after, size)
        counted = rows[:left]
        weight = sum(len(row["relatorio"]) for row in counted)
        await run_sized(weight, partial(_count, achadas, counted))
        left -= len(counted)
        if len(counted) < len(rows):
            achadas.parcial = True
        if len(rows) < size or achadas.parcial:
            return achadas
        after = rows[-1]["data"], rows[-1]["id"]


def _list(rows: Sequence[RowMapping]) -> Listados:
    listados = Listados(LISTADOS)
    for row in rows:
        report = read_report(decompress(row["relatorio"]))
        # Of a duplicate, the report was stored under the name that the first one had.
        report = msgspec.structs.replace(report, arquivo=row["nome"])
        listados.add(report, cause_ids(report.achados))
    return listados


def _count(achadas: Achadas, rows: Sequence[RowMapping]) -> None:
    for row in rows:
        report = read_report(decompress(row["relatorio"]))
        # The names of files are of the uploads that brought them: here a document is its chave.
        name = row["chave"] or str(row["id"])
        report = msgspec.structs.replace(report, arquivo=name, indice=0)
        ids = achadas.causas.add(report, documento=str(row["id"]))
        achadas.listados.add(report, ids)
