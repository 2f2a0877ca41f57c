"""Causes of many documents, gathered in bounded steps and off the event loop."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping

from fiscalxml.causes import Causas, cause_ids
from fiscalxml.pages.rows import Listados
from fiscalxml.report import read_report
from fiscalxml_server.api.lotes import repository as lotes
from fiscalxml_server.api.relatorios import repository
from fiscalxml_server.kit.compression import decompress
from fiscalxml_server.kit.http.work import run_sized
from fiscalxml_server.kit.resources import Recursos

_BLOCKS: Final = 100  # merged at a time
LISTADOS: Final = 500
"""documents of a lote that a page lists"""


async def causes_of_lote(recursos: Recursos, organizacao: UUID, lote: UUID) -> Causas:
    """What the blocks of a lote have counted up to now."""
    causas = Causas()
    after = (-1, -1)
    while True:
        async with recursos.banco.leitura(organizacao) as conn:
            page = await lotes.page_causes(conn, organizacao, lote, after, _BLOCKS)
        states = [state for _, state in page]
        await run_sized(sum(map(len, states)), partial(_merge, causas, states))
        if len(page) < _BLOCKS:
            return causas
        after = page[-1][0]


async def listed_of_lote(
    recursos: Recursos, organizacao: UUID, lote: UUID, causas: Causas
) -> Listados:
    """The worst documents of a lote, for a page. `causas`: of the same lote."""
    async with recursos.banco.leitura(organizacao) as conn:
        rows = await repository.worst_of_lote(conn, organizacao, lote, LISTADOS)
    listados = await run_sized(sum(len(row["relatorio"]) for row in rows), partial(_list, rows))
    listados.total = causas.panorama().total.documentos
    return listados


def _merge(causas: Causas, states: Sequence[bytes]) -> None:
    for state in states:
        causas.merge(decompress(state))


def _list(rows: Sequence[RowMapping]) -> Listados:
    listados = Listados()
    for row in rows:
        report = read_report(decompress(row["relatorio"]))
        # Of a duplicate, the report was stored under the name that the first one had.
        report = msgspec.structs.replace(report, arquivo=row["nome"])
        listados.add(report, cause_ids(report.achados))
    return listados
