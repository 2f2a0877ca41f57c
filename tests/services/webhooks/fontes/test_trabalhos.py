"""What is told of the works that somebody waits for: lotes, exports, re-validations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from factory.documents import build
from fiscalxml_server.kit import jobs
from services.servico import ZIP, Servico, zipped
from services.webhooks.subscribed import Dita, Escuta

NOTES = {f"{n}.xml": build("nfe", changes={"ide/nNF": str(n)}) for n in range(1, 4)}


@pytest.fixture(scope="module", autouse=True)
def _subscribed(servico: Servico, escuta: Escuta) -> None:
    servico.run(escuta.subscribe(servico.organizacao))


def about(servico: Servico, escuta: Escuta, alvo: str) -> list[Dita]:
    told = servico.run(escuta.told(servico.organizacao))
    return [each for each in told if each.alvo == alvo]


def ask(servico: Servico, path: str, **body: Any) -> str:
    answer = servico.request("POST", path, json=body)
    assert answer.status_code == 202, answer.text
    ident: str = answer.json()["id"]
    return ident


async def _use_up_attempts(servico: Servico, ident: str) -> None:
    """As if the processes of its job had died each time."""
    async with servico.worker.banco.transacao() as conn:
        work = jobs.jobs.c.lote == UUID(ident)
        await conn.execute(update(jobs.jobs).where(work).values(tentativas=99))


def test_a_lote_of_many_blocks_is_told_once_when_the_last_one_is_done(
    servico: Servico, escuta: Escuta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fiscalxml_server.api.lotes.opening._BLOCK_ENTRIES", 1)
    answer = servico.request("POST", "/v1/lotes", content=zipped(NOTES), headers=ZIP)
    lote = answer.json()["id"]
    servico.work_together()
    (dita,) = about(servico, escuta, f"lote:{lote}")
    assert dita.tipo == "lote.concluido"
    assert dita.dados["arquivos"] == len(NOTES)
    assert sum(dita.dados["contagens"].values()) == len(NOTES)
    assert dita.dados["link"] == f"/v1/lotes/{lote}"


def test_a_lote_without_a_document_is_told(servico: Servico, escuta: Escuta) -> None:
    lote = servico.send({})
    assert [each.tipo for each in about(servico, escuta, f"lote:{lote['id']}")] == [
        "lote.concluido"
    ]


def test_a_lote_that_cannot_be_opened_is_told_with_the_reason(
    servico: Servico, escuta: Escuta
) -> None:
    answer = servico.request("POST", "/v1/lotes", content=zipped(NOTES), headers=ZIP)
    lote = answer.json()["id"]
    servico.run(servico.api.objetos.delete(f"{servico.organizacao}/envios/{lote}"))
    servico.work()
    (dita,) = about(servico, escuta, f"lote:{lote}")
    assert (dita.tipo, dita.dados["situacao"]) == ("lote.falhou", "falhou")
    assert dita.dados["motivo"]


def test_an_export_is_told_when_it_is_ready(servico: Servico, escuta: Escuta) -> None:
    exportacao = ask(servico, "/v1/exportacoes", formato="csv")
    servico.work()
    (dita,) = about(servico, escuta, f"exportacao:{exportacao}")
    assert dita.tipo == "exportacao.pronta"
    assert servico.request("GET", dita.dados["link"]).json()["situacao"] == "pronta"


def test_a_revalidation_is_told_when_all_is_judged(servico: Servico, escuta: Escuta) -> None:
    servico.send(NOTES)
    revalidacao = ask(servico, "/v1/revalidacoes")
    servico.work()
    (dita,) = about(servico, escuta, f"revalidacao:{revalidacao}")
    assert (dita.tipo, dita.dados["situacao"]) == ("revalidacao.concluida", "concluida")


@pytest.mark.parametrize(
    ("path", "body", "alvo", "tipo"),
    [
        ("/v1/exportacoes", {"formato": "csv"}, "exportacao", "exportacao.falhou"),
        ("/v1/revalidacoes", {}, "revalidacao", "revalidacao.falhou"),
    ],
)
def test_what_is_given_up_is_told_with_the_reason(
    servico: Servico, escuta: Escuta, path: str, body: dict[str, Any], alvo: str, tipo: str
) -> None:
    ident = ask(servico, path, **body)
    servico.run(_use_up_attempts(servico, ident))
    servico.work()
    (dita,) = about(servico, escuta, f"{alvo}:{ident}")
    assert (dita.tipo, dita.dados["situacao"]) == (tipo, "falhou")
    assert dita.dados["motivo"].startswith("Não foi possível")


def test_what_is_cancelled_by_who_asked_is_not_told(servico: Servico, escuta: Escuta) -> None:
    exportacao = ask(servico, "/v1/exportacoes", formato="csv")
    servico.request("DELETE", f"/v1/exportacoes/{exportacao}")
    servico.work()
    assert about(servico, escuta, f"exportacao:{exportacao}") == []
