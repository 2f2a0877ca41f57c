"""What is published of the rules is what the code says."""

from __future__ import annotations

from pathlib import Path

from scripts.build_rules_pages import TARGET, build

from fiscalxml.rules import nfe
from fiscalxml.rules.examples import examples

FOLDER = Path(__file__).parents[2] / TARGET


def test_the_pages_are_those_of_the_code() -> None:
    pages = dict(build())
    assert {path.name for path in FOLDER.glob("*.md")} == pages.keys()
    stale = [name for name, text in pages.items() if (FOLDER / name).read_text() != text]
    assert stale == [], "make regras"


def test_fragments_are_of_rules_that_are_checked() -> None:
    known = {(regra.id, regra.codigo) for regra in nfe.REGISTRO}
    assert examples().keys() <= known
    assert len(examples()) > len(known) * 0.9
