"""Every rule, through the real engine, on valid documents with one thing changed."""

from __future__ import annotations

import pytest

from fiscalxml.engine import Regra

from .cases import REGRAS, Case, read_cases

CASES = read_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case: Case) -> None:
    report = case.report()
    assert report.camadas["schema"] != "falha", [a.mensagem for a in report.achados]
    found = case.findings(report)
    if case.passa:
        assert found == []
        return
    assert found, [(a.codigo, a.regra) for a in report.achados]
    assert case.aviso in (None, found[0].severidade == "aviso")
    for field in ("caminho", "encontrado", "esperado"):
        expected = getattr(case, field)
        assert expected is None or getattr(found[0], field) == expected


def test_every_rule_has_a_case_that_passes_and_one_that_fails() -> None:
    rules = {(regra.id, regra.codigo) for regra in REGRAS}
    for passa in (True, False):
        assert {(case.regra, case.codigo) for case in CASES if case.passa is passa} == rules


@pytest.mark.parametrize("regra", REGRAS, ids=lambda regra: f"{regra.id} {regra.codigo}")
def test_a_rule_says_what_is_wrong_and_how_to_mend_it(regra: Regra) -> None:
    assert regra.mensagem
    assert regra.fonte
    assert regra.correcao.endswith(".")
    assert "\t" not in regra.mensagem


@pytest.mark.parametrize("base", ["nfe", "nfce"])
@pytest.mark.parametrize("itens", [1, 3])
def test_valid_documents_break_no_rule(base: str, itens: int) -> None:
    report = Case("", "", "", passa=True, base=base, itens=itens).report()
    assert [a for a in report.achados if a.camada == "regras"] == []
    assert report.camadas["regras"] == "ok"


EVENTOS = ["cancelamento", "substituicao", "cce", "epec", "ator_interessado", "manifestacao"]


@pytest.mark.parametrize("base", [*EVENTOS, "inutilizacao"])
def test_valid_events_break_no_rule(base: str) -> None:
    report = Case("", "", "", passa=True, base=base).report()
    assert [a for a in report.achados if a.camada == "regras"] == []
    assert report.camadas["regras"] == "ok"


def test_an_event_whose_detail_has_no_schema_at_hand_is_judged_by_the_rules() -> None:
    report = Case("", "", "", passa=True, base="substituicao").report()
    assert report.veredito == "nao_avaliado"
    assert report.conjunto.avaliadas > 20


@pytest.mark.parametrize("text", ["", "²" * 44, "3" * 43, "٣" * 44, "35²²" + "1" * 40, "x" * 5000])
def test_a_detail_that_no_schema_judged_may_say_anything(text: str) -> None:
    """The chave of the note that replaces another is judged by the rules alone."""
    muda = {"detEvento/chNFeRef": text, "detEvento/tpAutor": text, "detEvento/cOrgaoAutor": text}
    report = Case("", "", "", passa=True, base="substituicao", muda=muda).report()
    assert "910" in {achado.codigo for achado in report.achados}
