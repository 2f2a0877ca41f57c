"""The auxiliary document of a stored one, drawn by a process of its own; and why there is none."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from pypdf import PdfReader

from factory.documents import build, chave_of
from fiscalxml.danfe import pedido
from fiscalxml_server.api.relatorios.danfe import ImpressaoOcupada, Impressoras
from fiscalxml_server.kit.settings import Settings
from services.servico import Servico


def stored(servico: Servico, data: bytes) -> str:
    """The address of a document that is stored now."""
    answer = servico.request("POST", "/v1/documentos", content=data)
    assert answer.status_code in (200, 201), answer.text
    return str(answer.headers["location"])


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_an_authorised_note_is_printed(servico: Servico) -> None:
    nota = build("nfe", protocol=True)
    stored(servico, nota)
    chave = chave_of(nota)
    answer = servico.request("GET", f"/v1/documentos/{chave}/danfe")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'inline; filename="{chave}.pdf"'
    text = text_of(answer.content)
    assert "EMPRESA FICTICIA LTDA" in text
    assert "SEM VALOR FISCAL" not in text


def test_it_is_not_drawn_again_for_who_has_it(servico: Servico) -> None:
    nota = build("nfe", changes={"ide/nNF": "97"}, protocol=True)
    address = stored(servico, nota)
    first = servico.request("GET", f"{address}/danfe")
    have = {"If-None-Match": first.headers["etag"]}
    again = servico.request("GET", f"{address}/danfe", headers=have)
    assert (again.status_code, again.content) == (304, b"")
    for answer in (first, again):
        assert answer.headers["cache-control"] == "private, no-store"
    stored(servico, build("cancelamento", changes={"chNFe": chave_of(nota)}, protocol=True))
    assert servico.request("GET", f"{address}/danfe", headers=have).status_code == 200


@pytest.mark.parametrize("kind", ["nfce", "cte", "mdfe", "nfse"])
def test_its_sisters_are_printed(servico: Servico, kind: str) -> None:
    address = stored(servico, build(kind, protocol=kind != "nfse"))
    answer = servico.request("GET", f"{address}/danfe")
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"%PDF")


def test_a_note_without_protocol_is_marked(servico: Servico) -> None:
    address = stored(servico, build("nfe", changes={"ide/nNF": "90"}))
    assert "SEM VALOR FISCAL" in text_of(servico.request("GET", f"{address}/danfe").content)


def test_a_cancelled_note_is_marked(servico: Servico) -> None:
    nota = build("nfe", changes={"ide/nNF": "91"}, protocol={"cStat": "101"})
    answer = servico.request("GET", f"{stored(servico, nota)}/danfe")
    assert "CANCELAD" in text_of(answer.content)


def test_a_note_that_an_event_cancelled_is_marked(servico: Servico) -> None:
    nota = build("nfe", changes={"ide/nNF": "96"}, protocol=True)
    address = stored(servico, nota)
    stored(servico, build("cancelamento", changes={"chNFe": chave_of(nota)}, protocol=True))
    assert "CANCELAD" in text_of(servico.request("GET", f"{address}/danfe").content)


def test_a_letter_of_correction_names_the_issuer_of_the_note_that_is_stored(
    servico: Servico,
) -> None:
    nota = build("nfe", protocol=True)
    stored(servico, nota)
    carta = build("cce", changes={"chNFe": chave_of(nota)}, protocol=True)
    answer = servico.request("GET", f"{stored(servico, carta)}/danfe")
    assert answer.status_code == 200, answer.text
    assert "PRACA FICTICIA" in text_of(answer.content)


@pytest.mark.parametrize("kind", ["cancelamento", "inutilizacao", "nf3e"])
def test_what_has_no_auxiliary_document_is_404_and_says_why(servico: Servico, kind: str) -> None:
    answer = servico.request("GET", f"{stored(servico, build(kind))}/danfe")
    assert (answer.status_code, answer.json()["codigo"]) == (404, "sem_documento_auxiliar")
    assert "documento auxiliar" in answer.json()["detail"] or "DANF3E" in answer.json()["detail"]


def test_what_does_not_follow_the_layout_is_not_printed(servico: Servico) -> None:
    nota = build("nfe", changes={"det[1]/prod/vProd": "mil", "ide/nNF": "92"}, sign=False)
    answer = servico.request("GET", f"{stored(servico, nota)}/danfe")
    assert (answer.status_code, answer.json()["codigo"]) == (422, "documento_nao_imprimivel")
    assert "não segue o leiaute" in answer.json()["detail"]


def test_what_is_not_stored_is_not_printed(servico: Servico) -> None:
    answer = servico.request("GET", f"/v1/documentos/{'3' * 44}/danfe")
    assert (answer.status_code, answer.json()["codigo"]) == (404, "nao_encontrado")


def test_a_document_that_takes_too_long_is_given_up(banco: str, tmp_path: Path) -> None:
    servico = Servico(banco, tmp_path, danfe_seconds=0.05)
    try:
        nota = build("nfe", itens=300)
        answer = servico.request("GET", f"{stored(servico, nota)}/danfe")
        assert (answer.status_code, answer.json()["codigo"]) == (504, "impressao_demorada")
    finally:
        servico.close()


def test_where_the_extra_is_missing_it_is_said(
    servico: Servico, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fiscalxml.danfe.process._LIBRARY", "biblioteca_que_nao_ha")
    address = stored(servico, build("nfe", changes={"ide/nNF": "93"}))
    servico.renew()
    answer = servico.request("GET", f"{address}/danfe")
    assert (answer.status_code, answer.json()["codigo"]) == (501, "impressao_nao_instalada")
    servico.renew()


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as found:
        yield found


def test_no_more_are_drawn_at_once_than_there_are_processes(runner: asyncio.Runner) -> None:
    wanted = pedido(build("nfe", itens=60, protocol=True))
    settings = Settings(danfe_processes=1, danfe_waiting_seconds=0.2)

    async def two_at_once() -> list[bytes | BaseException]:
        impressoras = Impressoras(settings)
        try:
            both = (impressoras.draw(wanted) for _ in range(2))
            return await asyncio.gather(*both, return_exceptions=True)
        finally:
            await impressoras.close()

    first, second = runner.run(two_at_once())
    assert isinstance(first, bytes)
    assert isinstance(second, ImpressaoOcupada)
    assert second.headers["Retry-After"]


def test_while_a_document_is_drawn_others_are_served(servico: Servico) -> None:
    nota = build("nfe", itens=60, changes={"ide/nNF": "95"}, protocol=True)
    address = stored(servico, nota)

    async def ask() -> list[int]:
        printing = asyncio.create_task(servico.asking("GET", f"{address}/danfe"))
        done = []
        while not printing.done():
            done.append((await servico.asking("GET", address)).status_code)
            await asyncio.sleep(0.01)
        assert (await printing).status_code == 200
        return done

    served = servico.run(ask())
    assert len(served) > 3
    assert set(served) == {200}


def test_the_application_ends_its_processes(servico: Servico) -> None:
    app: FastAPI = servico.application
    impressoras: Impressoras = app.state.impressoras
    servico.run(impressoras.close())
    address = stored(servico, build("nfe", changes={"ide/nNF": "94"}, protocol=True))
    answer = servico.request("GET", f"{address}/danfe")
    assert (answer.status_code, answer.json()["codigo"]) == (500, "impressao_falhou")
    servico.renew()
