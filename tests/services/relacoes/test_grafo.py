"""GET /v1/documentos/{chave}/grafo: who names whom, both ways, within limits."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from factory.documents import build, chave_of
from services.relacoes.test_eventos import get, post
from services.servico import Servico


def nota(number: int, *named: str) -> bytes:
    """A note that returns others."""
    refs = "".join(f"<NFref><refNFe>{each}</refNFe></NFref>" for each in named)
    return build(
        "nfe",
        changes={"ide/nNF": str(number), "ide/finNFe": "4"},
        after={"ide/verProc": refs} if refs else {},
        protocol=True,
    )


def cte(*named: str) -> bytes:
    """A CT-e that carries notes."""
    docs = "".join(f"<infNFe><chave>{each}</chave></infNFe>" for each in named)
    return build(
        "cte",
        after={"infCTeNorm/infDoc/infNFe": docs},
        remove=["infCTeNorm/infDoc/infNFe[1]"],
        protocol=True,
    )


def mdfe(*named: str) -> bytes:
    """An MDF-e that carries CT-e."""
    docs = "".join(f"<infCTe><chCTe>{each}</chCTe></infCTe>" for each in named)
    return build(
        "mdfe",
        after={"infDoc/infMunDescarga/infNFe": docs},
        remove=["infDoc/infMunDescarga/infNFe[1]"],
        protocol=True,
    )


@pytest.fixture
def chave(servico: Servico) -> str:
    """The key of an organisation without documents."""
    return servico.new_key(uuid4())


def graph(servico: Servico, chave: str, inicio: str, **limits: int) -> dict[str, Any]:
    query = "&".join(f"{name}={value}" for name, value in limits.items())
    return get(servico, chave, f"{inicio}/grafo?{query}")


def edges(grafo: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(each["de"], each["para"], each["papel"]) for each in grafo["arestas"]}


SOLD = nota(501)
RETURNED = nota(502, chave_of(SOLD))
CARRIED = cte(chave_of(SOLD))
MANIFEST = mdfe(chave_of(CARRIED))
CANCELLED = build("cancelamento", changes={"chNFe": chave_of(SOLD)}, protocol=True)
UNKNOWN = "35260911222333000181550010000000071234567899"


def test_a_note_is_seen_with_all_that_names_it_and_its_events(servico: Servico, chave: str) -> None:
    made = post(servico, chave, MANIFEST, CANCELLED, CARRIED, RETURNED, SOLD)
    event = made[1]["id"]
    sold, returned, carried = map(chave_of, (SOLD, RETURNED, CARRIED))
    manifest = chave_of(MANIFEST)
    near = graph(servico, chave, sold, profundidade=1)
    assert edges(near) == {
        (returned, sold, "devolvido"),
        (carried, sold, "transportado"),
        (event, sold, "evento"),
    }
    far = graph(servico, chave, sold)
    assert edges(far) == edges(near) | {(manifest, carried, "transportado")}
    assert far["nos"][0]["no"] == sold == far["inicio"]
    assert {each["no"]: each["situacao"] for each in far["nos"]} == {
        sold: "cancelado",
        returned: "autorizado",
        carried: "autorizado",
        manifest: "autorizado",
        event: "autorizado",
    }
    assert far["parcial"] is False
    assert all(each["guardado"] for each in far["nos"])


@pytest.mark.parametrize("inicio", [SOLD, RETURNED, CARRIED, MANIFEST])
def test_the_whole_is_the_same_from_wherever_one_begins(
    servico: Servico, chave: str, inicio: bytes
) -> None:
    made = post(servico, chave, SOLD, RETURNED, CARRIED, MANIFEST, CANCELLED)
    whole = graph(servico, chave, chave_of(inicio), profundidade=5)
    assert len(whole["nos"]) == len(made)
    assert len(edges(whole)) == 4
    by_id = graph(servico, chave, made[4]["id"], profundidade=5)
    assert edges(by_id) == edges(whole)


def test_a_document_that_is_only_named_is_a_node_that_is_not_stored(
    servico: Servico, chave: str
) -> None:
    naming = nota(503, UNKNOWN)
    post(servico, chave, naming)
    for inicio in (chave_of(naming), UNKNOWN):
        found = graph(servico, chave, inicio)
        nodes = {each["no"]: each["guardado"] for each in found["nos"]}
        assert nodes == {chave_of(naming): True, UNKNOWN: False}
        assert edges(found) == {(chave_of(naming), UNKNOWN, "devolvido")}


def test_documents_that_name_each_other_in_a_circle_are_each_once(
    servico: Servico, chave: str
) -> None:
    one = chave_of(nota(510))
    second = nota(511, one)
    first = nota(510, chave_of(second), one)
    post(servico, chave, first, second)
    found = graph(servico, chave, one, profundidade=5)
    assert len(found["nos"]) == 2
    assert edges(found) == {
        (one, chave_of(second), "devolvido"),
        (chave_of(second), one, "devolvido"),
        (one, one, "devolvido"),
    }


def test_what_passes_the_limits_is_left_out_and_told(servico: Servico, chave: str) -> None:
    others = [f"352609112223330001815500100000{number:05}1234567890"[:44] for number in range(30)]
    whole = nota(520, *others)
    post(servico, chave, whole)
    cut = graph(servico, chave, chave_of(whole), limite=5)
    assert (len(cut["nos"]), len(cut["arestas"]), cut["parcial"]) == (5, 4, True)
    assert graph(servico, chave, chave_of(whole), limite=31)["parcial"] is False


def test_edges_between_the_farthest_are_told_too(servico: Servico, chave: str) -> None:
    centre, left = nota(530), nota(531, chave_of(nota(530)))
    right = nota(532, chave_of(centre), chave_of(left))
    post(servico, chave, centre, left, right)
    found = graph(servico, chave, chave_of(centre), profundidade=1)
    assert (chave_of(right), chave_of(left), "devolvido") in edges(found)


def test_a_version_that_does_not_hold_its_identity_names_nobody(
    servico: Servico, chave: str
) -> None:
    holds = nota(540)
    conflict = nota(540, UNKNOWN)
    post(servico, chave, holds, conflict)
    found = graph(servico, chave, chave_of(holds))
    assert (len(found["nos"]), found["arestas"]) == (1, [])
    assert servico.request("GET", f"/v1/documentos/{UNKNOWN}/grafo", chave=chave).status_code == 404


@pytest.mark.parametrize("limits", [{"profundidade": 0}, {"profundidade": 6}, {"limite": 1001}])
def test_limits_have_limits(servico: Servico, chave: str, limits: dict[str, int]) -> None:
    (name, value), *_ = limits.items()
    found = servico.request("GET", f"/v1/documentos/{UNKNOWN}/grafo?{name}={value}", chave=chave)
    assert found.status_code == 422
