"""What is published of the rules is what the code says."""

from __future__ import annotations

from pathlib import Path

from scripts.build_rules_pages import TARGET, build

from fiscalxml.rules import nfe
from fiscalxml.rules.catalogue import pendentes
from fiscalxml.rules.examples import examples
from fiscalxml.rules.listing import list_family
from fiscalxml.rules.nfe import eventos, inutilizacao

FOLDER = Path(__file__).parents[2] / TARGET


def test_the_pages_are_those_of_the_code() -> None:
    pages = dict(build())
    assert {path.name for path in FOLDER.glob("*.md")} == pages.keys()
    stale = [name for name, text in pages.items() if (FOLDER / name).read_text() != text]
    assert stale == [], "make regras"


def test_fragments_are_of_rules_that_are_checked() -> None:
    rules = (*nfe.REGISTRO, *eventos.REGISTRO, *inutilizacao.REGISTRO)
    known = {(regra.id, regra.codigo) for regra in rules}
    assert examples().keys() <= known
    assert len(examples()) > len(known) * 0.9


def test_a_row_that_is_to_come_says_what_is_missing() -> None:
    waiting = [rule for rule in list_family("nfe") if rule.situacao == "pendente"]
    assert [rule.regra for rule in waiting if not (rule.tabela or rule.duvida)] == []
    known = {(rule.regra, rule.codigo) for rule in waiting}
    assert pendentes().keys() <= known
