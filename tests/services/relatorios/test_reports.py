"""The report of one document and the causes of many as JSON, as pages and on paper."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from lxml import html
from pypdf import PdfReader

from factory.documents import build, chave_of
from services.servico import Servico

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
RUIM = build("nfe", itens=2, changes={"det[1]/prod/NCM": "1", "ide/nNF": "77"})


@pytest.fixture(scope="module")
def chave(servico: Servico) -> str:
    """Of a stored note with a wrong NCM."""
    assert servico.request("POST", "/v1/documentos", content=RUIM).is_success
    return chave_of(RUIM)


@pytest.fixture(scope="module")
def lote(servico: Servico) -> dict[str, Any]:
    """That note, and another one."""
    return servico.send({"ruim.xml": RUIM, "boa.xml": build("nfe", protocol=True)})


def pdf_text(data: bytes) -> str:
    reader = PdfReader(io.BytesIO(data))
    text = " ".join(page.extract_text() for page in reader.pages)
    return re.sub(r"\s+", " ", text.replace("\u200b", ""))


def page_text(data: str) -> str:
    (body,) = html.document_fromstring(data).cssselect("body")
    return " ".join(" ".join(body.itertext()).split())


def test_without_a_wish_the_report_is_the_stored_json(servico: Servico, chave: str) -> None:
    plain = servico.request("GET", f"/v1/documentos/{chave}/relatorio")
    asked = servico.request("GET", f"/v1/documentos/{chave}/relatorio?formato=json")
    assert plain.headers["content-type"] == "application/json"
    assert plain.content == asked.content
    assert plain.json()["documento"]["chave"] == chave


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (BROWSER, "text/html; charset=utf-8"),
        ("application/pdf", "application/pdf"),
        ("application/json, text/html;q=0.9", "application/json"),
        ("text/html;q=0.1, application/pdf;q=0.8", "application/pdf"),
        ("*/*", "application/json"),
        ("image/png", "application/json"),
        ("text/html;q=abc", "application/json"),
    ],
)
def test_accept_says_which_format(
    servico: Servico, chave: str, accept: str, media_type: str
) -> None:
    answer = servico.request("GET", f"/v1/documentos/{chave}/relatorio", headers={"Accept": accept})
    assert answer.headers["content-type"] == media_type
    assert answer.headers["vary"] == "Accept"


def test_the_parameter_wins_over_accept(servico: Servico, chave: str) -> None:
    path = f"/v1/documentos/{chave}/relatorio?formato=pdf"
    answer = servico.request("GET", path, headers={"Accept": BROWSER})
    assert answer.headers["content-type"] == "application/pdf"
    assert servico.request("GET", path.replace("pdf", "doc")).status_code == 422


def test_the_page_of_a_document_tells_all_that_an_analyst_asks(
    servico: Servico, chave: str
) -> None:
    page = page_text(servico.request("GET", f"/v1/documentos/{chave}/relatorio?formato=html").text)
    for words in (
        "NF-e 4.00 nº 77 série 1",
        "Inválido 1 erro e 1 aviso",
        "Leiaute com erro",
        "Valor de NCM fora do formato do leiaute.",
        "Como corrigir: Corrija NCM",
        "Item 1 NOTEBOOK FICTICIO",
        "Emitente EMPRESA FICTICIA LTDA 12.345.678/0001-95",
        "COMPRADORA IMAGINARIA SA",
        "ICMS 2.000,00 360,00",
    ):
        assert words in page


def test_the_page_of_a_cancelled_note_says_so_whatever_its_own_protocol_says(
    servico: Servico,
) -> None:
    changes = {"ide/nNF": "79"}
    note = build("nfe", changes=changes, protocol=True)
    servico.request("POST", "/v1/documentos", content=note)
    page = f"/v1/documentos/{chave_of(note)}/relatorio?formato=html"
    before = servico.request("GET", page)
    assert "Situação autorizado, segundo o protocolo" in page_text(before.text)
    event = build("cancelamento", changes={"chNFe": chave_of(note)}, protocol=True)
    servico.request("POST", "/v1/documentos", content=event)
    after = servico.request("GET", page, headers={"If-None-Match": before.headers["etag"]})
    assert "Situação cancelado, por um evento registrado" in page_text(after.text)


def test_the_paper_of_a_document_tells_the_same(servico: Servico, chave: str) -> None:
    answer = servico.request("GET", f"/v1/documentos/{chave}/relatorio?formato=pdf")
    assert answer.headers["content-disposition"] == f'inline; filename="relatorio-{chave}.pdf"'
    text = pdf_text(answer.content)
    for words in (
        "NF-e 4.00 nº 77 série 1",
        "Inválido",
        "Como corrigir: Corrija NCM",
        "EMPRESA FICTICIA LTDA",
        "12.345.678/0001-95",
        "360,00",
        "Página 1 de",
    ):
        assert words in text


def test_a_page_is_not_made_again_for_who_has_it(servico: Servico, chave: str) -> None:
    path = f"/v1/documentos/{chave}/relatorio?formato=html"
    first = servico.request("GET", path)
    etag = first.headers["etag"]
    again = servico.request("GET", path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    for answer in (first, again):
        assert answer.headers["cache-control"] == "private, no-store"
    other = servico.request("GET", path.replace("html", "pdf"), headers={"If-None-Match": etag})
    assert other.status_code == 200


@pytest.mark.parametrize("kind", ["cte", "mdfe", "nfse", "nfcom", "cce", "inutilizacao"])
def test_every_kind_of_document_has_a_page_and_a_paper(servico: Servico, kind: str) -> None:
    stored = servico.request("POST", "/v1/documentos", content=build(kind)).json()
    path = f"/v1/documentos/{stored['id']}/relatorio"
    assert "<h1>" in servico.request("GET", f"{path}?formato=html").text
    assert servico.request("GET", f"{path}?formato=pdf").content.startswith(b"%PDF")


def test_the_causes_of_a_lote_as_a_page(servico: Servico, lote: dict[str, Any]) -> None:
    answer = servico.request("GET", f"/v1/lotes/{lote['id']}/causas?formato=html")
    page = page_text(answer.text)
    assert "1 documento inválido de 2" in page
    assert "lote lote" in page
    assert "Valor de NCM fora do formato do leiaute em alguns itens" in page
    rows = html.document_fromstring(answer.text).cssselect(".documento .linha .arquivo")
    assert [row.text_content() for row in rows] == ["ruim.xml", "boa.xml"]


def test_the_causes_of_a_lote_on_paper(servico: Servico, lote: dict[str, Any]) -> None:
    answer = servico.request("GET", f"/v1/lotes/{lote['id']}/causas?formato=pdf")
    text = pdf_text(answer.content)
    assert "1 documento inválido de 2" in text
    assert "Valor de NCM fora do formato do leiaute em alguns itens" in text
    assert "ruim.xml" in text


def test_the_causes_of_a_search_as_a_page_say_what_was_asked(servico: Servico, chave: str) -> None:
    answer = servico.request("GET", f"/v1/documentos/causas?formato=html&chave={chave}")
    page = page_text(answer.text)
    assert f"busca por chave={chave}" in page
    assert "1 documento inválido de 1" in page
    paper = servico.request("GET", f"/v1/documentos/causas?formato=pdf&chave={chave}")
    assert "1 documento inválido de 1" in pdf_text(paper.content)


def test_a_page_may_do_nothing_but_show_itself(servico: Servico, lote: dict[str, Any]) -> None:
    headers = servico.request("GET", f"/v1/lotes/{lote['id']}/causas?formato=html").headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "sandbox allow-scripts" in policy
    assert "allow-same-origin" not in policy
    assert headers["x-content-type-options"] == "nosniff"


def test_a_long_report_breaks_into_pages_with_numbers(servico: Servico) -> None:
    long = build("nfe", itens=200, changes={"ide/nNF": "78", "emit/IE": "110042490115"})
    servico.request("POST", "/v1/documentos", content=long)
    answer = servico.request("GET", f"/v1/documentos/{chave_of(long)}/relatorio?formato=pdf")
    pages = PdfReader(io.BytesIO(answer.content)).pages
    assert len(pages) > 3
    assert f"Página {len(pages)} de {len(pages)}" in pages[-1].extract_text()
    assert "Descrição" in pages[-1].extract_text()
