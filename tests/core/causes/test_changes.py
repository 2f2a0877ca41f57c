"""What counts as a change between two reports of one document."""

from __future__ import annotations

import msgspec
import pytest

from factory import build
from fiscalxml.causes import compare
from fiscalxml.report import Achado, Report, Severidade, Veredito
from fiscalxml.validate import validate


def achado(
    codigo: str, caminho: str = "NFe/infNFe/ide/cNF", severidade: Severidade = "erro"
) -> Achado:
    return Achado(
        codigo=codigo,
        regra=f"nfe:{codigo}",
        camada="regras",
        severidade=severidade,
        mensagem="Rejeição",
        caminho=caminho,
    )


@pytest.fixture(scope="module")
def valid() -> Report:
    return validate(build("nfe"))


def with_achados(report: Report, veredito: Veredito, *achados: Achado) -> Report:
    return msgspec.structs.replace(report, veredito=veredito, achados=list(achados))


def test_a_report_is_the_same_as_itself(valid: Report) -> None:
    mudanca = compare(valid, valid)
    assert mudanca.transicao == "igual"
    assert (mudanca.vieram, mudanca.codigos_que_vieram, mudanca.codigos_que_foram) == ([], [], [])


def test_words_dates_and_numbers_of_hits_are_no_change(valid: Report) -> None:
    before = with_achados(valid, "invalido", achado("629", "NFe/infNFe/det[1]/prod/vProd"))
    hits = [achado("629", f"NFe/infNFe/det[{n}]/prod/vProd") for n in (1, 2)]
    told = [msgspec.structs.replace(each, mensagem="outra", explicacao="mais") for each in hits]
    assert compare(before, with_achados(valid, "invalido", *told)).transicao == "igual"


@pytest.mark.parametrize(
    ("antes", "depois", "transicao"),
    [
        ("valido", "invalido", "para_invalido"),
        ("nao_avaliado", "invalido", "para_invalido"),
        ("invalido", "valido", "para_valido"),
        ("nao_avaliado", "valido", "para_valido"),
        ("invalido", "nao_avaliado", "outra"),
        ("valido", "nao_avaliado", "outra"),
        ("valido", "valido", "igual"),
    ],
)
def test_the_verdicts_say_what_kind_of_change_it_is(
    valid: Report, antes: Veredito, depois: Veredito, transicao: str
) -> None:
    mudanca = compare(with_achados(valid, antes), with_achados(valid, depois))
    assert mudanca.transicao == transicao


def test_findings_that_come_and_go_are_told_by_their_codes_and_places(valid: Report) -> None:
    before = with_achados(valid, "invalido", achado("1"), achado("2"))
    after = with_achados(valid, "invalido", achado("2"), achado("3"), achado("4"), achado("3"))
    mudanca = compare(before, after)
    assert mudanca.transicao == "outra"
    assert mudanca.vieram == [1, 2, 3]
    assert mudanca.codigos_que_vieram == ["3", "4"]
    assert mudanca.codigos_que_foram == ["1"]


def test_an_aviso_that_becomes_an_erro_has_gone_and_come(valid: Report) -> None:
    before = with_achados(valid, "valido", achado("XSD-001", severidade="aviso"))
    after = with_achados(valid, "invalido", achado("XSD-001", severidade="erro"))
    mudanca = compare(before, after)
    assert mudanca.transicao == "para_invalido"
    assert mudanca.codigos_que_vieram == mudanca.codigos_que_foram == ["XSD-001"]


def test_the_same_code_in_another_field_is_another_finding(valid: Report) -> None:
    before = with_achados(valid, "invalido", achado("XSD-010", "NFe/infNFe/ide/cNF"))
    after = with_achados(valid, "invalido", achado("XSD-010", "NFe/infNFe/ide/nNF"))
    assert compare(before, after).transicao == "outra"
