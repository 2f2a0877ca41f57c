"""Every rule, through the real engine, on valid documents with one thing changed."""

from __future__ import annotations

import pytest

from fiscalxml.rules import nfe

from .cases import Case, read_cases

CASES = list(read_cases())


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
    rules = {(regra.id, regra.codigo) for regra in nfe.REGISTRO}
    for passa in (True, False):
        assert {(case.regra, case.codigo) for case in CASES if case.passa is passa} == rules


@pytest.mark.parametrize(
    "regra", list(nfe.REGISTRO), ids=lambda regra: f"{regra.id} {regra.codigo}"
)
def test_a_rule_says_what_is_wrong_and_how_to_mend_it(regra: nfe.Regra) -> None:
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
