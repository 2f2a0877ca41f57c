"""The page of one document: what it says, in which order, within which bounds."""

from __future__ import annotations

from datetime import datetime

import pytest
from lxml import html

import fiscalxml.pages.ficha as bounds
from factory import KINDS, build
from fiscalxml.pages.document import render
from fiscalxml.pages.ficha import Ficha, ficha
from fiscalxml.pages.words import decimal
from fiscalxml.process import process_all

MOMENTO = datetime(2026, 11, 28, 9, 30)


def ficha_of(data: bytes, arquivo: str = "nota.xml") -> Ficha:
    (found,) = process_all(data, arquivo=arquivo)
    return ficha(found.report, found.resumo, MOMENTO)


def page_of(data: bytes, arquivo: str = "nota.xml") -> html.HtmlElement:
    return html.document_fromstring("".join(render(ficha_of(data, arquivo))))


def test_it_says_what_the_document_is_and_how_it_was_judged() -> None:
    shown = ficha_of(build("nfe", protocol=True))
    assert shown.titulo == "NF-e 4.00 nº 1001 série 1"
    assert (shown.veredito, shown.frase) == ("valido", "1 aviso")
    facts = dict(shown.fatos)
    assert facts["Chave"].startswith("3526 1112 3456 7800")
    assert facts["Situação"] == "autorizado, segundo o protocolo"
    assert facts["Pelas regras de"] == "10/11/2026 09:30, a data do protocolo"
    assert facts["Certificado"].startswith("EMPRESA FICTICIA LTDA, 12.345.678/0001-95, válido até")
    assert [camada.nome for camada in shown.camadas] == [
        *("XML", "Leiaute", "Chave", "Assinatura", "Protocolo", "Regras")
    ]


def test_the_worst_finding_comes_first_with_its_item_and_its_fix() -> None:
    shown = ficha_of(
        build("nfe", itens=2, changes={"det[2]/prod/NCM": "1", "det[2]/prod/xProd": "PARAFUSO"})
    )
    first = shown.achados[0]
    assert (first.severidade, first.codigo, first.item) == ("erro", "XSD-010", "2 PARAFUSO")
    assert first.correcao.startswith("Corrija NCM")
    assert [item.achados for item in shown.itens] == [0, 1]
    assert [achado.severidade for achado in shown.achados] == ["erro", "aviso"]


def test_parties_totals_and_taxes_are_as_people_write_them() -> None:
    shown = ficha_of(build("nfe", itens=2))
    emitente = shown.participantes[0]
    assert (emitente.papel, emitente.inscricao) == ("Emitente", "12.345.678/0001-95")
    assert emitente.lugar == "SAO PAULO/SP"
    assert ("Documento", "2.000,00") in shown.totais
    icms = shown.impostos[0]
    assert (icms.nome, icms.base, icms.valor) == ("ICMS", "2.000,00", "360,00")
    assert "Frete" not in dict(shown.totais)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_page(kind: str) -> None:
    page = page_of(build(kind))
    (title,) = page.cssselect("h1")
    assert title.text_content()


def test_what_is_no_document_has_a_page_that_says_so() -> None:
    shown = ficha_of(b"<html><body>404</body></html>")
    assert shown.veredito == "invalido"
    assert "HTML" in shown.achados[0].mensagem
    page_of(b"")


def test_a_document_that_is_not_judged_says_why() -> None:
    shown = ficha_of(build("nfe", changes={"@versao": "3.10"}))
    assert shown.veredito == "nao_avaliado"
    assert shown.frase


def test_past_its_bounds_the_page_says_how_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MAX_ACHADOS", 1)
    monkeypatch.setattr(bounds, "MAX_ITENS", 2)
    page = page_of(build("nfe", itens=3, changes={"det[1]/prod/NCM": "1", "emit/IE": "x"}))
    text = " ".join(page.text_content().split())
    assert len(page.cssselect(".cartas > li")) == 1
    assert "Os 1 mais graves de 3" in text
    assert len(page.cssselect(".itens tbody tr")) == 2
    assert "Os primeiros 2 de 3." in text


def test_whatever_a_document_holds_is_text() -> None:
    evil = "</style><script>alert(1)</script>"
    page = page_of(build("nfe", changes={"dest/xNome": evil, "det[1]/prod/NCM": evil}), evil)
    assert page.cssselect("script, img, [onerror]") == []
    assert len(page.cssselect("style")) == 1
    assert evil in page.cssselect(".pessoas")[0].text_content()


def test_a_name_cannot_turn_the_direction_of_the_text() -> None:
    page = page_of(build("nfe"), "nota\u202elmx.exe")
    assert "\u202e" not in page.text_content()
    assert "nota\ufffdlmx.exe" in page.text_content()


def test_texts_without_end_are_cut() -> None:
    shown = ficha_of(
        build("nfe", changes={"emit/IE": "9" * 500, "ide/natOp": "x" * 9000}), "n" * 9000
    )
    assert len(shown.participantes[0].ie) < 30
    assert all(len(text) <= bounds.MAX_TEXTO for _, text in shown.fatos)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1000.00", "1.000,00"),
        ("2.0000", "2,00"),
        ("0.123400", "0,1234"),
        ("-5", "-5,00"),
        ("1e9", "1e9"),
        ("", ""),
        ("9" * 40, "9" * 40),
        ("１", "１"),
    ],
)
def test_numbers_are_written_with_a_comma(text: str, written: str) -> None:
    assert decimal(text) == written
