"""Sums are exact, also where they are more than the fast way of adding can hold."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import pytest
from benchmarks.search_data import fill
from sqlalchemy.engine import make_url

from fiscalxml_server.api.documentos import totals
from fiscalxml_server.api.documentos.filters import Filtro
from services.servers.postgres import Servidor
from services.servico import Servico

HUGE = 2**62
"""centavos; two of them are more than a bigint"""


@pytest.fixture(scope="module")
def organizacao(servico: Servico, postgres: Servidor, banco: str) -> UUID:
    """One whose three dearest notes are beyond all measure."""

    async def filled() -> UUID:
        admin = await asyncpg.connect(postgres.admin_url(str(make_url(banco).database)))
        try:
            await fill(admin, 200, 2)
            found: UUID = await admin.fetchval("SELECT id FROM amostra WHERE n = 1")
            await admin.execute(
                "UPDATE documentos SET valor = $2 WHERE organizacao = $1 AND id IN"
                " (SELECT id FROM documentos WHERE organizacao = $1 AND tipo = 'nfe' LIMIT 3)",
                found,
                HUGE,
            )
            return found
        finally:
            await admin.close()

    return servico.run(filled())


@pytest.mark.parametrize("por", [(), ("tipo",), ("emitente", "situacao")])
def test_sums_beyond_the_range_of_whole_numbers_are_exact(
    servico: Servico, organizacao: UUID, por: tuple[totals.Grupo, ...]
) -> None:
    found = servico.run(totals.totals(servico.api, organizacao, Filtro(), por, 100))
    other = servico.run(totals.totals(servico.api, organizacao, Filtro(valor_max=HUGE - 1), (), 1))
    whole = round(float(other["total"]["valor"]) * 100) + 3 * HUGE
    assert found["total"]["valor"] == f"{whole // 100}.{whole % 100:02}"
    parts = sum(
        int(group["valor"].replace(".", "")) for group in found["grupos"] or [found["total"]]
    )
    assert parts == whole
