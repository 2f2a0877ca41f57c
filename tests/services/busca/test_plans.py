"""Under row-level security a search still finds its indexes: its operators are leakproof.

Which index a large table is read by is in docs/busca.md: in a small one any will do.
"""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from benchmarks.search_plans import Explain
from sqlalchemy import select, text

from fiscalxml_server.api.documentos.filters import Filtro, matching
from fiscalxml_server.api.documentos.models import documentos
from fiscalxml_server.api.documentos.pages import limited_page
from services.servico import Servico

OPERATORS = (
    *(("text", each) for each in ("=", ">=", "<")),
    *(("bigint", each) for each in ("=", ">=", "<=", ">", "<")),
    *(("timestamptz", each) for each in ("=", ">=", "<", ">")),
    *(("uuid", each) for each in ("=", "<", ">")),
    ("integer", "="),
    ("boolean", "="),
)


@pytest.mark.parametrize(("type_name", "operator"), OPERATORS)
def test_an_operator_that_an_index_is_asked_by_is_leakproof(
    servico: Servico, type_name: str, operator: str
) -> None:
    query = """
        SELECT proleakproof FROM pg_operator JOIN pg_proc ON pg_proc.oid = oprcode
        WHERE oprname = :operator AND oprleft = CAST(:type AS regtype)
            AND oprright = CAST(:type AS regtype)
    """

    async def ask() -> bool:
        async with servico.api.banco.transacao() as conn:
            found = await conn.execute(text(query), {"operator": operator, "type": type_name})
            return bool(found.scalar_one())

    assert servico.run(ask())


@pytest.mark.parametrize(
    ("filtro", "condition"),
    [
        (Filtro(cfop=("5102",)), "termo = 'cfop:5102'"),
        (Filtro(ncm=("220210",)), "termo >= 'ncm:220210'"),
        (Filtro(palavras=("paraf*",)), "termo < 'p:parag'"),
        (Filtro(codigo=("629", "610")), "termo = ANY ('{codigo:629,codigo:610}'"),
    ],
    ids=("a whole term", "the beginning of one", "of a word", "one of several"),
)
def test_terms_are_looked_up_by_their_index(
    servico: Servico, filtro: Filtro, condition: str
) -> None:
    organizacao = uuid4()
    query = Explain(select(documentos.c.id).where(matching(organizacao, filtro)))

    async def plan() -> list[str]:
        async with servico.api.banco.transacao(organizacao) as conn:
            await conn.execute(text("SET LOCAL enable_seqscan = off"))
            return list((await conn.execute(query)).scalars())

    lines = servico.run(plan())
    conditions = [line.replace("::text", "") for line in lines if "Index Cond" in line]
    assert any(condition in line for line in conditions), "\n".join(lines)


def test_who_is_limited_to_companies_reads_by_their_indexes(servico: Servico) -> None:
    organizacao, empresas = uuid4(), ("12345678000195", "AB345678000190")
    query = limited_page(organizacao, Filtro(), "-data", None, 50, empresas)

    async def plan() -> str:
        limited = servico.api.limited_to(empresas).banco
        async with limited.transacao(organizacao) as conn:
            await conn.execute(text("SET LOCAL enable_seqscan = off"))
            return "\n".join((await conn.execute(Explain(query))).scalars())

    found = servico.run(plan())
    for side in ("emitente", "destinatario", "alvo_emitente", "alvo_destinatario"):
        condition = rf"Index Cond: \(\(organizacao = [^)]*\) AND \({side} = "
        assert re.search(condition, found), found
