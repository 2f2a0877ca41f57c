"""`--falha` breaks one rule and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from scripts.build_faults import build

from fiscalxml import validate
from fiscalxml.generator import (
    FalhaDesconhecida,
    FalhasDemais,
    Pedido,
    falhas,
    generate,
    write_authorities,
)
from fiscalxml.generator.faults import Falha, receitas
from fiscalxml.rules import nfe
from rules.cases import read_cases

OF_ALL = 0.8
"""of the rules that a note of today can break have a recipe; others never break alone (750 never
comes without 752: a note that names no buyer has no address of his either)"""
TODAS = list({(f.regra, f.codigo): f for f in falhas().values()}.values())


@pytest.fixture(scope="module")
def ac(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ac")
    write_authorities(folder)
    return folder


@pytest.mark.parametrize("falha", TODAS, ids=lambda f: f"{f.regra} {f.codigo}".strip())
def test_exactly_that_rule_is_broken(falha: Falha, ac: Path) -> None:
    pedido = Pedido(quantidade=3, semente=9, falhas=[(falha.regra or falha.codigo, None)])
    for documento in generate(pedido):
        assert documento.falha == falha.codigo
        report = validate(documento.xml, ac=[str(ac)])
        assert report.documento.chave == documento.chave
        (achado,) = report.achados
        assert (achado.regra or "", achado.codigo) == (falha.regra, falha.codigo)


def test_most_rules_have_a_recipe() -> None:
    on = {(r.id, r.codigo) for r in nfe.REGISTRO if r.ligada and not (r.tabela or r.relogio)}
    breakable = {
        (case.regra, case.codigo)
        for case in read_cases()
        if not case.passa and case.base in ("nfe", "nfce") and case.itens == 1 and not case.em
    }
    known = {(falha.regra, falha.codigo) for falha in TODAS}
    assert len(known & on) > OF_ALL * len(breakable & on)


def test_recipes_are_those_of_the_cases_of_the_rules(ac: Path) -> None:
    """When it fails: `make falhas`."""
    found = [receita for _case, receita, _found in build(ac) if receita is not None]
    first = {(r.regra, r.codigo): r for r in reversed(found)}
    assert {(r.regra, r.codigo): r for r in receitas()} == first


def test_a_fault_may_be_of_some_documents_only() -> None:
    pedido = Pedido(quantidade=50, falhas=[("629", 7), ("297", 2)])
    drawn = [documento.falha for documento in generate(pedido)]
    assert (drawn.count("629"), drawn.count("297"), drawn.count(None)) == (7, 2, 41)


def test_the_others_share_what_is_left() -> None:
    pedido = Pedido(quantidade=10, falhas=[("629", 4), ("297", None), ("213", None)])
    drawn = [documento.falha for documento in generate(pedido)]
    assert (drawn.count("629"), drawn.count("297"), drawn.count("213")) == (4, 3, 3)


def test_a_broken_document_does_not_change_the_others() -> None:
    whole = list(generate(Pedido(quantidade=30)))
    broken = list(generate(Pedido(quantidade=30, falhas=[("629", 5)])))
    same = [a == b for a, b in zip(whole, broken, strict=True) if b.falha is None]
    # An event about a note that is now broken is about another one.
    assert same.count(False) <= 5


def test_an_unknown_code_is_refused_before_anything_is_drawn() -> None:
    with pytest.raises(FalhaDesconhecida):
        generate(Pedido(quantidade=1, falhas=[("750", None)]))
    with pytest.raises(FalhasDemais):
        generate(Pedido(quantidade=1, falhas=[("629", 2)]))
