"""What the benchmark of the search asks can be asked, of documents as it makes them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest
from benchmarks.search_data import fill
from benchmarks.search_page import Medida, Tempos, write_page
from benchmarks.search_shapes import BUSCAS, SOMAS, Amostra, Forma, Soma, sample
from sqlalchemy.engine import make_url

from fiscalxml_server.api.documentos import searching, totals
from services.servers.postgres import Servidor
from services.servico import Servico

DOCUMENTS = 2000


@pytest.fixture(scope="module")
def amostra(servico: Servico, postgres: Servidor, banco: str) -> Amostra:
    """The largest organisation of a few."""

    async def filled() -> Amostra:
        admin = await asyncpg.connect(postgres.admin_url(str(make_url(banco).database)))
        try:
            await fill(admin, DOCUMENTS, 5)
            return await sample(admin, 0)
        finally:
            await admin.close()

    return servico.run(filled())


def rows(servico: Servico, amostra: Amostra, query: Any) -> Sequence[Any]:
    async def ask() -> Sequence[Any]:
        async with servico.api.banco.leitura(amostra.id) as conn:
            await searching.plan_page(conn)
            found: Sequence[Any] = (await conn.execute(query)).mappings().all()
            return found

    return servico.run(ask())


def test_the_largest_organisation_has_a_good_part_of_all(amostra: Amostra) -> None:
    assert DOCUMENTS / 5 < amostra.documentos < DOCUMENTS
    assert amostra.rows


@pytest.mark.parametrize("forma", BUSCAS, ids=lambda forma: forma.nome)
def test_each_shape_of_a_search_is_answered(
    servico: Servico, amostra: Amostra, forma: Forma
) -> None:
    filtro = forma.filtro(amostra, random.Random(1))  # noqa: S311
    found = rows(servico, amostra, searching.page_query(amostra.id, filtro, forma.ordem, None, 10))
    assert len(found) <= 10
    nobody = any(words in forma.nome for words in ("ninguém", "nenhum", "nunca"))
    assert not (nobody and found)


@pytest.mark.parametrize("soma", SOMAS, ids=lambda soma: soma.nome)
def test_each_shape_of_a_sum_is_answered(servico: Servico, amostra: Amostra, soma: Soma) -> None:
    filtro = soma.filtro(amostra, random.Random(1))  # noqa: S311
    found = rows(servico, amostra, totals.totals_query(amostra.id, filtro, soma.por, 10))
    assert len(found) <= 10
    if soma.nome == "tudo":
        assert found[0]["documentos"] == amostra.documentos


def test_the_page_tells_what_misses_its_mark(tmp_path: Any) -> None:
    fast, slow = Tempos([0.001] * 3, [0.001] * 3), Tempos([0.9] * 3, [0.9] * 3)
    page = tmp_path / "busca.md"
    medidas = [
        Medida("rápida", soma=False, tempos={"maior": fast}, plano="Index Scan"),
        Medida("lenta", soma=True, tempos={"maior": slow}, plano="Seq Scan"),
    ]
    write_page(page, medidas, {"vazio": fast, "cheio": slow}, "Dez documentos.")
    text = page.read_text()
    assert "| rápida | 1.0 / 1.0 / 1.0 |" in text
    assert "| lenta | **900.0** / **900.0** / **900.0** |" in text
    assert "Seq Scan" in text
