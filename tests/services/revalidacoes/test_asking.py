"""Asking for a re-validation: once, by its own organisation, and only for what makes sense."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from factory.documents import chave_of
from fiscalxml_server.kit.http.cursors import write_cursor
from fiscalxml_server.kit.rbac import Escopo
from services.lotes.sending import refusal
from services.servico import ZIP, Servico, zipped

from .asking import EM, ask, counts, get, items, revalidate, rows, same, to_invalid


@pytest.fixture(scope="module", autouse=True)
def _stored(servico: Servico) -> None:
    servico.send({"a.xml": to_invalid(1), "b.xml": same(2)})


def test_what_was_asked_for_is_told_at_once_with_where_to_follow_it(servico: Servico) -> None:
    asked = ask(servico, em=EM, perfil="transmissao", filtro={"numero": [1, 2], "tipo": "nfe"})
    assert asked.status_code == 202
    told = asked.json()
    assert asked.headers["location"] == f"/v1/revalidacoes/{told['id']}"
    assert (told["situacao"], told["total"], told["prontos"]) == ("recebida", None, 0)
    assert told["filtro"] == {"numero": "1,2", "tipo": "nfe"}
    assert (told["em"], told["perfil"]) == ("2027-01-05T03:00:00Z", "transmissao")
    servico.work()


def test_the_same_request_under_one_key_is_one_re_validation(servico: Servico) -> None:
    key = {"Idempotency-Key": "uma-vez"}
    first, again = (ask(servico, key, em=EM, filtro={"numero": 1, "tipo": "nfe"}) for _ in "12")
    assert again.headers["idempotent-replayed"] == "true"
    assert first.json() == again.json()
    reordered = ask(servico, key, filtro={"tipo": "nfe", "numero": "1"}, em=EM)
    assert reordered.json()["id"] == first.json()["id"], "the same, in other words"
    assert refusal(ask(servico, key, em="2027-01-06")) == (422, "chave_reutilizada")
    servico.work()


def test_the_same_request_at_once_is_one_re_validation(servico: Servico) -> None:
    before = len(get(servico, "/v1/revalidacoes", limite=1000)["itens"])
    headers = {"Idempotency-Key": "ao-mesmo-tempo"}
    answers = servico.at_once(4, "POST", "/v1/revalidacoes", json={"em": EM}, headers=headers)
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(get(servico, "/v1/revalidacoes", limite=1000)["itens"]) == before + 1
    servico.work()


@pytest.mark.parametrize(
    ("body", "campo"),
    [
        ({"filtro": {"cor": "azul"}}, "filtro.cor"),
        ({"filtro": {"emitente": "1' OR '1'='1"}}, "emitente"),
        ({"filtro": {"emitente": ["1" * 14] * 51}}, "emitente"),
        ({"filtro": {"tipo": "nota"}}, "tipo"),
        ({"filtro": {"tipo": ""}}, "tipo"),
        ({"filtro": {"numero": -1}}, "numero"),
        ({"filtro": {"numero": True}}, "numero"),
        ({"filtro": {"numero": 10**18}}, "numero"),
        ({"filtro": {"serie": []}}, "serie"),
        ({"filtro": {"valor_min": "mil"}}, "valor_min"),
        ({"filtro": {"emissao_de": "ontem"}}, "emissao_de"),
        ({"filtro": {"emissao_de": "9999-12-31"}}, "emissao_de"),
        ({"filtro": {"chave": "\x00" * 44}}, "chave"),
        ({"filtro": {"texto": "* * *"}}, "texto"),
        ({"filtro": {"lote": "nenhum"}}, "lote"),
        ({"filtro": {"lote": "ffffffff-ffff-ffff-ffff-ffffffffffff"}}, "lote"),
        ({"lote": "nenhum"}, "lote"),
        ({"lote": str(UUID(int=1)), "filtro": {"lote": str(UUID(int=2))}}, "lote"),
        ({"em": "2027-02-30"}, "em"),
        ({"em": "0001-01-01"}, "em"),
        ({"perfil": "severo"}, "perfil"),
        ({"nome": ""}, "nome"),
        ({"nome": "a\nb"}, "nome"),
        ({"nome": "a" * 201}, "nome"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_with_its_name(
    servico: Servico, body: dict[str, Any], campo: str
) -> None:
    answer = ask(servico, **body)
    assert refusal(answer) == (422, "parametros_invalidos")
    assert [each["campo"] for each in answer.json()["campos"]] == [campo]


@pytest.mark.parametrize(
    ("content", "media_type", "refused"),
    [
        (b"", "application/json", (422, "corpo_vazio")),
        (b"{", "application/json", (422, "corpo_invalido")),
        (b"[]", "application/json", (422, "corpo_invalido")),
        (b"[" * 60_000, "application/json", (422, "corpo_invalido")),
        (b'{"filtro": null}', "application/json", (422, "corpo_invalido")),
        (b'{"filtro": {"tipo": {"a": 1}}}', "application/json", (422, "corpo_invalido")),
        (b'{"filtro": {"valor_min": 1.5}}', "application/json", (422, "corpo_invalido")),
        (b'{"efetivar": true}', "application/json", (422, "corpo_invalido")),
        (b'{"nome": "\xff"}', "application/json", (422, "corpo_invalido")),
        (b'{"filtro": {"texto": "\\ud800"}}', "application/json", (422, "corpo_invalido")),
        (b"{}", "text/plain", (415, "tipo_nao_aceito")),
        (b" " * 70_000, "application/json", (413, "corpo_grande_demais")),
    ],
)
def test_a_body_of_another_shape_is_refused(
    servico: Servico, content: bytes, media_type: str, refused: tuple[int, str]
) -> None:
    headers = {"Content-Type": media_type}
    answer = servico.request("POST", "/v1/revalidacoes", content=content, headers=headers)
    assert refusal(answer) == refused


@pytest.mark.parametrize(
    "query",
    [
        *("itens?cursor=nada", "itens?cursor=-1", "itens?mudanca=igual", "itens?emitente=x"),
        *("itens?codigo=%00", "itens?limite=0", "causas?limite=501", "causas?cursor=1"),
        *("participantes?papel=transportador", "participantes?cursor=kwAAAA"),
        f"participantes?cursor={write_cursor((0, 0, chr(0)))}",
    ],
)
def test_a_question_about_it_that_makes_no_sense_is_refused(servico: Servico, query: str) -> None:
    revalidacao = revalidate(servico, filtro={"numero": 1})
    answer = servico.request("GET", f"/v1/revalidacoes/{revalidacao['id']}/{query}")
    assert refusal(answer) == (422, "parametros_invalidos")


def test_who_may_only_read_can_neither_ask_nor_cancel(servico: Servico) -> None:
    revalidacao = revalidate(servico, filtro={"numero": 1})
    reader = servico.new_key(servico.organizacao, Escopo.LER)
    path = f"/v1/revalidacoes/{revalidacao['id']}"
    assert servico.request("GET", path, chave=reader).status_code == 200
    for method, url in (("POST", "/v1/revalidacoes"), ("POST", f"{path}/cancelamento")):
        answer = servico.request(method, url, chave=reader, json={})
        assert refusal(answer) == (403, "sem_permissao")


def test_another_organisation_finds_nothing_and_judges_its_own_documents_only(
    servico: Servico,
) -> None:
    mine = revalidate(servico, em=EM)
    organizacao = uuid4()
    other = servico.new_key(organizacao)
    for below in ("", "/itens", "/causas", "/participantes", "/progresso"):
        answer = servico.request("GET", f"/v1/revalidacoes/{mine['id']}{below}", chave=other)
        assert refusal(answer) == (404, "nao_encontrado"), below
    cancelling = f"/v1/revalidacoes/{mine['id']}/cancelamento"
    assert servico.request("POST", cancelling, chave=other).status_code == 404
    assert servico.request("GET", "/v1/revalidacoes", chave=other).json()["itens"] == []
    servico.send({"c.xml": to_invalid(1)}, chave=other)
    asked = servico.request("POST", "/v1/revalidacoes", json={"em": EM}, chave=other)
    servico.work()
    theirs = servico.request("GET", asked.headers["location"], chave=other).json()
    assert (theirs["total"], counts(theirs)) == (1, {"para_invalido": 1})
    assert rows(servico, "SELECT 1 FROM validacoes", organizacao) == [{"?column?": 1}] * 2


def test_another_organisation_s_report_is_not_read_by_its_validation(servico: Servico) -> None:
    mine = revalidate(servico, em=EM)
    item = items(servico, mine, mudanca="para_invalido")[0]
    other = servico.new_key(uuid4())
    servico.send({"c.xml": to_invalid(1)}, chave=other)
    path = f"/v1/documentos/{chave_of(to_invalid(1))}/relatorio"
    answer = servico.request("GET", path, params={"validacao": item["validacao"]}, chave=other)
    assert refusal(answer) == (404, "nao_encontrado")


def test_who_waits_for_too_long_already_cannot_ask_for_more(servico: Servico) -> None:
    asked = ask(servico, em=EM).json()
    age(servico, asked["id"])
    refused = ask(servico, em=EM)
    assert refusal(refused) == (429, "fila_cheia")
    assert refused.headers["retry-after"] == "30"
    servico.work()
    assert ask(servico, em=EM).status_code == 202
    servico.work()


def test_a_re_validation_that_takes_long_keeps_no_lote_out(servico: Servico) -> None:
    asked = ask(servico, em=EM).json()
    age(servico, asked["id"])
    sent = servico.request("POST", "/v1/lotes", content=zipped({}), headers=ZIP)
    assert sent.status_code == 202
    servico.work()


def age(servico: Servico, revalidacao: str) -> None:
    """As if its jobs had been waiting for an hour."""

    async def write() -> None:
        async with servico.worker.banco.transacao() as conn:
            older = text("UPDATE jobs SET criado_em = now() - interval '1 hour' WHERE lote = :id")
            await conn.execute(older, {"id": UUID(revalidacao)})

    servico.run(write())
