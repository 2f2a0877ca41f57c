"""GET /v1/documentos/{chave}/eventos, and a document as it was at an instant."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from factory.documents import build, chave_of
from services.servico import Servico

XML = {"Content-Type": "application/xml"}
NOTA = build("nfe", protocol=True)
CHAVE = chave_of(NOTA)
CANCELAMENTO = build("cancelamento", protocol=True)
CCE = build("cce", protocol=True)
MANIFESTACAO = build("manifestacao")


@pytest.fixture
def chave(servico: Servico) -> str:
    """The key of an organisation without documents."""
    return servico.new_key(uuid4())


def post(servico: Servico, chave: str, *documents: bytes) -> list[dict[str, Any]]:
    return [
        servico.request("POST", "/v1/documentos", content=data, headers=XML, chave=chave).json()
        for data in documents
    ]


def get(servico: Servico, chave: str, path: str) -> dict[str, Any]:
    found = servico.request("GET", f"/v1/documentos/{path}", chave=chave)
    assert found.status_code == 200, found.text
    answer: dict[str, Any] = found.json()
    return answer


def test_events_are_told_in_order_of_registration(servico: Servico, chave: str) -> None:
    (nota, cancelled, corrected, manifested) = post(
        servico, chave, NOTA, CANCELAMENTO, CCE, MANIFESTACAO
    )
    found = get(servico, chave, f"{CHAVE}/eventos")
    assert found["documento"] == nota["id"]
    assert found["situacao"] == "cancelado"
    assert [
        (each["tipo"], each["descricao"], each["situacao"], each["efeito"])
        for each in found["itens"]
    ] == [
        ("110111", "Cancelamento", "autorizado", "cancela"),
        ("110110", "Carta de correção", "autorizado", None),
        ("210200", "Confirmação da operação", "sem_protocolo", None),
    ]
    first = found["itens"][0]
    assert first["id"] == cancelled["id"]
    assert first["protocolo"] == "135260000000002"
    assert first["autor"] == "12345678000195"
    assert first["sequencia"] == 1
    assert first["justificativa"] == "DADOS DO DESTINATARIO INFORMADOS INCORRETAMENTE"
    assert first["data"] < first["registrado_em"]
    assert "correcao" in found["itens"][1]
    assert servico.request("GET", first["documento"], chave=chave).json()["id"] == first["id"]
    assert corrected["id"], manifested["id"]


def test_events_are_told_before_their_document_comes(servico: Servico, chave: str) -> None:
    post(servico, chave, CANCELAMENTO)
    found = get(servico, chave, f"{CHAVE}/eventos")
    assert (found["chave"], found["documento"], found["situacao"]) == (CHAVE, None, None)
    assert [each["tipo"] for each in found["itens"]] == ["110111"]


def test_an_event_s_own_id_leads_to_all_events_of_its_document(
    servico: Servico, chave: str
) -> None:
    _, cancelled, _ = post(servico, chave, NOTA, CANCELAMENTO, CCE)
    assert get(servico, chave, f"{cancelled['id']}/eventos") == get(
        servico, chave, f"{CHAVE}/eventos"
    )


def test_a_text_that_no_layout_allows_is_cut(servico: Servico, chave: str) -> None:
    text = "A" * 100_000
    whole = build("cce", changes={"detEvento/xCorrecao": text[:1000]})
    longer = build("cce", changes={"detEvento/xCorrecao": text, "nSeqEvento": "2"})
    post(servico, chave, whole, longer)
    found = get(servico, chave, f"{CHAVE}/eventos")
    assert [each["correcao"] for each in found["itens"]] == [text[:1000], f"{text[:1000]}…"]


UNKNOWN = ["3" * 44, "3" * 50, "nada", "0192f0c1-0000-7000-8000-0000000000ff"]


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_has_neither_document_nor_event_is_not_found(
    servico: Servico, chave: str, name: str
) -> None:
    for path in ("eventos", "grafo"):
        found = servico.request("GET", f"/v1/documentos/{name}/{path}", chave=chave)
        assert (found.status_code, found.json()["codigo"]) == (404, "nao_encontrado")


def test_a_document_tells_its_situacao_and_its_own(servico: Servico, chave: str) -> None:
    post(servico, chave, NOTA)
    before = get(servico, chave, CHAVE)
    assert (before["situacao"], before["eventos"]) == ("autorizado", 0)
    assert "situacao_propria" not in before
    post(servico, chave, CANCELAMENTO)
    after = get(servico, chave, CHAVE)
    assert (after["situacao"], after["situacao_propria"]) == ("cancelado", "autorizado")
    assert after["eventos"] == 1
    assert after["versao"] > before["versao"]


@pytest.mark.parametrize(
    ("em", "situacao", "known"),
    [
        ("2026-11-10T08:00:00-03:00", "sem_protocolo", []),
        ("2026-11-10T09:59:00-03:00", "autorizado", []),
        ("2026-11-10T10:00:15-03:00", "cancelado", ["110111"]),
        ("2026-12-01", "cancelado", ["110111", "110110"]),
    ],
)
def test_a_document_as_it_was_known_at_an_instant(
    servico: Servico, chave: str, em: str, situacao: str, known: list[str]
) -> None:
    post(servico, chave, CCE, CANCELAMENTO, NOTA, MANIFESTACAO)
    found = servico.request("GET", f"/v1/documentos/{CHAVE}", params={"em": em}, chave=chave).json()
    assert found["situacao"] == situacao
    assert [each["tipo"] for each in found["eventos_conhecidos"]] == known
    assert found["eventos"] == len(known)
    listed = servico.request(
        "GET", f"/v1/documentos/{CHAVE}/eventos", params={"em": em}, chave=chave
    ).json()
    assert listed["situacao"] == situacao
    assert listed["itens"] == found["eventos_conhecidos"]


def test_an_event_at_an_instant(servico: Servico, chave: str) -> None:
    proof = build("manifestacao", changes={"tpEvento": "110130"}, protocol={"nProt": "135"})
    undone = build(
        "manifestacao",
        changes={"tpEvento": "110131", "dhEvento": "2026-11-13T09:00:00-03:00"},
        after={"detEvento/descEvento": "<nProtEvento>135</nProtEvento>"},
        protocol=True,
    )
    made, _ = post(servico, chave, proof, undone)
    for em, situacao in (
        ("2026-11-11", "sem_protocolo"),
        ("2026-11-13", "autorizado"),
        ("2026-11-14", "cancelado"),
    ):
        found = get(servico, chave, f"{made['id']}?em={em}")
        assert found["situacao"] == situacao


def test_an_instant_that_is_none_is_refused(servico: Servico, chave: str) -> None:
    found = servico.request("GET", f"/v1/documentos/{CHAVE}?em=ontem", chave=chave)
    assert (found.status_code, found.json()["codigo"]) == (422, "parametros_invalidos")


def test_an_answer_that_has_not_changed_is_not_sent_again(servico: Servico, chave: str) -> None:
    post(servico, chave, NOTA, CCE)
    for path in (f"{CHAVE}/eventos", f"{CHAVE}/grafo"):
        found = servico.request("GET", f"/v1/documentos/{path}", chave=chave)
        headers = {"If-None-Match": found.headers["etag"]}
        again = servico.request("GET", f"/v1/documentos/{path}", headers=headers, chave=chave)
        assert again.status_code == 304
