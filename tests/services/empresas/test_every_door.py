"""Of any documents and any limit, every door shows what is allowed, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import chain, combinations
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from fiscalxml_server.api.documentos.schemas import Novo
from fiscalxml_server.api.documentos.writing import write
from services.busca.random_documents import PARTIES, Guardado, documents
from services.servico import Servico

few = settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # each try writes documents: smaller ones take long
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
LIMITS = [
    frozenset(each)
    for each in chain.from_iterable(combinations(PARTIES, size) for size in range(len(PARTIES) + 1))
]
OF_ONE = ("", "/resumo", "/relatorio", "/validacoes", "/eventos", "/grafo")


class Casa:
    """An organisation with a key for each limit; documents are added to it again and again."""

    def __init__(self, servico: Servico) -> None:
        self.servico = servico
        self.organizacao = uuid4()
        self.chave = servico.new_key(self.organizacao)
        self.chaves = {limit: servico.new_key(self.organizacao, empresas=limit) for limit in LIMITS}
        self.novos: list[Novo] = []

    def add(self, found: Iterable[Guardado], choices: Iterable[int], apart: bool) -> list[Novo]:
        """Write documents; events speak of some that are there. `apart`: events come first."""
        novos = [each.novo for each in found]
        novos = [
            novo if novo.chave is None else replace(novo, chave=f"{uuid4().int % 10**44:044}")
            for novo in novos
        ]
        chaves = [each.chave for each in (*novos, *self.novos) if each.chave]
        novos = [
            replace(novo, evento_chave=chaves[choice % len(chaves)])
            if novo.tipo == "evento" and chaves
            else novo
            for novo, choice in zip(novos, choices, strict=False)
        ]
        events = [novo for novo in novos if novo.tipo == "evento"]
        rest = [novo for novo in novos if novo.tipo != "evento"]
        for part in (events, rest) if apart else (novos,):
            self.servico.run(self._write(part))
        self.novos += novos
        return novos

    async def _write(self, novos: list[Novo]) -> None:
        async with self.servico.worker.banco.transacao(self.organizacao) as conn:
            await write(conn, self.organizacao, novos)

    def get(self, limit: frozenset[str], path: str) -> Any:
        found = self.servico.request("GET", path, chave=self.chaves[limit])
        assert found.status_code == 200, (path, found.text)
        return found.json()

    def allowed(self, limit: frozenset[str]) -> list[Novo]:
        """By the meaning of a limit alone."""
        of_chave = {novo.chave: novo for novo in self.novos if novo.chave}
        return [
            novo
            for novo in self.novos
            if not limit.isdisjoint(
                _parties(novo) | _parties(of_chave.get(novo.evento_chave or ""))
            )
        ]


def _parties(novo: Novo | None) -> set[str | None]:
    return set() if novo is None else {novo.emitente, novo.destinatario}


@pytest.fixture(scope="module")
def casa(servico: Servico) -> Casa:
    return Casa(servico)


samples = st.tuples(
    documents(), st.lists(st.integers(0, 50), min_size=8, max_size=8), st.booleans()
)


@few
@given(added=samples, limit=st.sampled_from(LIMITS))
def test_what_is_listed_summed_exported_and_synchronised_is_what_is_allowed(
    casa: Casa, added: tuple[list[Guardado], list[int], bool], limit: frozenset[str]
) -> None:
    casa.add(*added)
    wanted = casa.allowed(limit)
    ids = sorted(str(novo.id) for novo in wanted)
    assert sorted(_ids(_all(casa, limit, "/v1/documentos?limite=500"))) == ids
    assert sorted(_ids(_all(casa, limit, "/v1/documentos/mudancas?desde=0&limite=500"))) == ids
    total = casa.get(limit, "/v1/documentos/totais")["total"]
    assert total["documentos"] == len(wanted)
    assert int(total["valor"].replace(".", "")) == sum(novo.valor or 0 for novo in wanted)
    exported = casa.servico.request(
        "GET", "/v1/documentos/exportacao?formato=jsonl", chave=casa.chaves[limit]
    )
    lines = [json.loads(line) for line in exported.text.splitlines()]
    assert sorted(line["documento"] for line in lines) == ids


@few
@given(
    added=samples,
    limit=st.sampled_from(LIMITS),
    ordem=st.sampled_from(("data", "-data", "valor", "-valor")),
)
def test_pages_together_are_what_is_allowed_in_any_order(
    casa: Casa,
    added: tuple[list[Guardado], list[int], bool],
    limit: frozenset[str],
    ordem: str,
) -> None:
    casa.add(*added)
    name = ordem.removeprefix("-")
    places = [(getattr(novo, name), novo.id) for novo in casa.allowed(limit)]
    wanted = sorted(place for place in places if place[0] is not None)
    found = _ids(_all(casa, limit, f"/v1/documentos?limite=20&ordem={ordem}"))
    ids = [str(ident) for _, ident in wanted]
    assert found == (ids[::-1] if ordem.startswith("-") else ids)


@few
@given(added=samples, limit=st.sampled_from(LIMITS))
def test_a_document_is_found_where_it_is_allowed(
    casa: Casa, added: tuple[list[Guardado], list[int], bool], limit: frozenset[str]
) -> None:
    novos = casa.add(*added)
    allowed = {novo.id for novo in casa.allowed(limit)}
    for novo in novos:
        for part in OF_ONE:
            found = casa.servico.request(
                "GET", f"/v1/documentos/{novo.id}{part}", chave=casa.chaves[limit]
            )
            assert found.status_code == (200 if novo.id in allowed else 404), part
            members = {"/grafo": "nos", "/eventos": "itens"}.get(part, "")
            told = {each["id"] for each in found.json().get(members, []) if "id" in each}
            assert told <= {str(ident) for ident in allowed}, part
    for chave in {novo.chave or novo.evento_chave for novo in novos} - {None}:
        events = casa.servico.request(
            "GET", f"/v1/documentos/{chave}/eventos", chave=casa.chaves[limit]
        )
        shown = set(_ids(events.json().get("itens", [])))
        assert shown == {str(each.id) for each in casa.allowed(limit) if each.evento_chave == chave}


@few
@given(added=samples, limit=st.sampled_from(LIMITS), word=st.sampled_from(("parafuso", "paraf*")))
def test_terms_lead_to_nothing_more(
    casa: Casa,
    added: tuple[list[Guardado], list[int], bool],
    limit: frozenset[str],
    word: str,
) -> None:
    casa.add(*added)
    allowed = {str(novo.id) for novo in casa.allowed(limit)}
    for query in (f"texto={word}", "cfop=5102,5405", "codigo=629", "evento=110110", "ncm=22"):
        whole = casa.servico.request(
            "GET", f"/v1/documentos?limite=500&{query}", chave=casa.chave
        ).json()["itens"]
        mine = _all(casa, limit, f"/v1/documentos?limite=500&{query}")
        expected = set(_ids(whole)) & allowed
        if query.startswith("evento"):
            assert set(_ids(mine)) <= expected
        else:
            assert set(_ids(mine)) == expected, query


def _all(casa: Casa, limit: frozenset[str], path: str) -> list[dict[str, Any]]:
    itens: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = casa.get(limit, f"{path}{cursor}")
        itens += page["itens"]
        if page["proximo"] is None:
            return itens
        cursor = f"&cursor={page['proximo']}"


def _ids(itens: Iterable[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in itens]
