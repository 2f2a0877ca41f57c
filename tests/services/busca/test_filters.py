"""Any filter of any documents chooses what it says, in order and in sum, and pages lose nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fiscalxml.indexing import TRIBUTOS
from fiscalxml_server.api.documentos import searching, totals
from fiscalxml_server.api.documentos.parameters import read_filter
from fiscalxml_server.api.documentos.writing import write
from services.busca.random_documents import BRASILIA, Guardado, chosen, documents, params
from services.servico import Servico

many = settings(
    max_examples=60,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # each try writes documents: smaller ones take long
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
groupings = (
    st.lists(
        st.sampled_from(("mes", "dia", "situacao", "veredito", "tipo", "modelo")),
        max_size=3,
        unique=True,
    )
    | st.permutations(("emitente", "situacao"))
    | st.just(["destinatario"])
)


def stored(servico: Servico, found: Sequence[Guardado]) -> UUID:
    """A new organisation that has these documents."""
    organizacao = uuid4()

    async def store() -> None:
        async with servico.worker.banco.transacao(organizacao) as conn:
            await write(conn, organizacao, [each.novo for each in found])

    servico.run(store())
    return organizacao


def page(
    servico: Servico, organizacao: UUID, query: Mapping[str, str], **options: Any
) -> dict[str, Any]:
    """A page of what a query finds."""
    asked: dict[str, Any] = {"ordem": "-data", "cursor": None, "limite": 500} | options
    filtro = read_filter(query)
    return servico.run(searching.list_page(servico.api, organizacao, filtro, **asked))


def with_events(found: list[Guardado], choices: Sequence[int]) -> list[Guardado]:
    """The same, where events speak of documents among them."""
    chaves = [each.novo.chave for each in found if each.novo.chave]
    result = []
    for each, choice in zip(found, choices, strict=False):
        novo = each.novo
        if novo.tipo == "evento" and chaves:
            novo = msgspec.structs.replace(novo, evento_chave=chaves[choice % len(chaves)])
        result.append(Guardado(novo, each.resumo, each.codigos))
    return result


def terms_alone(query: dict[str, str]) -> dict[str, str]:
    """What is answered from the terms' side where nothing else is asked."""
    names = ("cfop", "ncm", "cclasstrib", "codigo", "texto", "emissao_de", "emissao_ate")
    return {name: value for name, value in query.items() if name in names}


samples = st.builds(with_events, documents(), st.lists(st.integers(0, 7), min_size=8, max_size=8))


@many
@given(found=samples, queries=st.lists(params(), min_size=4, max_size=8))
def test_a_search_finds_what_a_naive_one_finds_newest_first(
    servico: Servico, found: list[Guardado], queries: list[dict[str, str]]
) -> None:
    organizacao = stored(servico, found)
    for query in queries:
        wanted = sorted(
            ((each.novo.data, each.novo.id) for each in chosen(found, query)), reverse=True
        )
        itens = page(servico, organizacao, query)["itens"]
        assert [each["id"] for each in itens] == [ident for _, ident in wanted], query


@many
@given(
    found=samples,
    query=st.just({}) | params() | params().map(terms_alone),
    ordem=st.sampled_from(("data", "-data", "valor", "-valor")),
    limite=st.integers(1, 3),
)
def test_pages_together_are_the_whole_in_any_order(
    servico: Servico, found: list[Guardado], query: dict[str, str], ordem: str, limite: int
) -> None:
    organizacao = stored(servico, found)
    name = ordem.removeprefix("-")
    places = sorted(
        (
            (getattr(each.novo, name), each.novo.id)
            for each in chosen(found, query)
            if getattr(each.novo, name) is not None
        ),
        reverse=ordem.startswith("-"),
    )
    seen: list[UUID] = []
    cursor = None
    while True:
        got = page(servico, organizacao, query, ordem=ordem, cursor=cursor, limite=limite)
        assert len(got["itens"]) <= limite
        seen += [each["id"] for each in got["itens"]]
        cursor = got["proximo"]
        if cursor is None:
            break
    assert seen == [ident for _, ident in places]


@many
@given(found=samples, query=params(), por=groupings, limite=st.integers(1, 3))
def test_totals_are_exact_and_their_groups_add_up(
    servico: Servico, found: list[Guardado], query: dict[str, str], por: list[Any], limite: int
) -> None:
    organizacao = stored(servico, found)
    got = servico.run(totals.totals(servico.api, organizacao, read_filter(query), por, limite))
    wanted = chosen(found, query)
    assert got["total"] == _sums(wanted)
    groups: dict[tuple[Any, ...], list[Guardado]] = {}
    for each in wanted:
        groups.setdefault(tuple(_key(each, name) for name in por), []).append(each)
    told = {tuple(group[name] for name in por): group for group in got["grupos"]}
    assert len(told) == (min(limite, len(groups)) if por else 0)
    for key, group in told.items():
        assert {name: group[name] for name in ("documentos", "valor", "tributos")} == _sums(
            groups[key]
        )
    if por:
        rest = [each for key, group in groups.items() if key not in told for each in group]
        assert got["outros"] == (_sums(rest) if rest else None)
        assert all(
            _worth(told[key]) >= _worth(_sums(groups[other]))
            for key in told
            for other in groups
            if other not in told
        )


def _worth(sums: Mapping[str, Any]) -> int:
    return int(sums["valor"].replace(".", ""))


def _key(each: Guardado, name: str) -> Any:
    if name in ("mes", "dia"):
        day = each.novo.data.astimezone(BRASILIA).date().isoformat()
        return day[:7] if name == "mes" else day
    return getattr(each.novo, name)


def _sums(found: Sequence[Guardado]) -> dict[str, Any]:
    def told(name: str) -> str:
        total = sum(getattr(each.novo, name) or 0 for each in found)
        return f"{total // 100}.{total % 100:02}"

    return {
        "documentos": len(found),
        "valor": told("valor"),
        "tributos": {name: told(name) for name in TRIBUTOS},
    }


@many
@given(found=samples, late=samples)
def test_documents_that_arrive_meanwhile_neither_hide_nor_repeat_others(
    servico: Servico, found: list[Guardado], late: list[Guardado]
) -> None:
    organizacao = stored(servico, found)

    async def arrive(each: Guardado, ago: int) -> None:
        novo = msgspec.structs.replace(each.novo, data=each.novo.data - timedelta(days=ago))
        async with servico.worker.banco.transacao(organizacao) as conn:
            await write(conn, organizacao, [novo])

    seen: list[UUID] = []
    cursor = None
    while True:
        got = page(servico, organizacao, {}, cursor=cursor, limite=1)
        seen += [each["id"] for each in got["itens"]]
        cursor = got["proximo"]
        if late:
            servico.run(arrive(late.pop(), ago=len(late) * 40 - 100))
        if cursor is None:
            break
    assert len(seen) == len(set(seen))
    assert {each.novo.id for each in found} <= set(seen)
