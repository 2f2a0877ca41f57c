"""docs/asvs.tsv: every requirement once, and nothing is cited that is not there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from scripts.asvs_decisions import ENDERECOS, USOS, USOS_DOS_WEBHOOKS
from scripts.build_asvs import PUBLISHED, page

from fiscalxml_ops.compliance.asvs import ESTADOS, Requisito, requirements
from fiscalxml_server.kit.settings import Settings

ROOT = Path(__file__).parents[2]
SERVER = ROOT / "src" / "fiscalxml_server"
REQUIREMENTS = {
    1: """
        1.2.1,2,3,4,5 1.3.1,2 1.5.1 2.1.1 2.2.1,2 2.3.1 3.2.1,2 3.3.1 3.4.1,2 3.5.1,2,3 4.1.1 4.4.1
        5.2.1,2 5.3.1,2 6.1.1 6.2.1,2,3,4,5,6,7,8 6.3.1,2 6.4.1,2 7.2.1,2,3,4 7.4.1,2 8.1.1 8.2.1,2
        8.3.1 9.1.1,2,3 9.2.1 10.4.1,2,3,4,5 11.3.1,2 11.4.1 12.1.1 12.2.1,2 13.4.1 14.2.1 14.3.1
        15.1.1 15.2.1 15.3.1
    """,
    2: """
        1.1.1,2 1.2.6,7,8,9 1.3.3,4,5,6,7,8,9,10,11 1.4.1,2,3 1.5.2 2.1.2,3 2.2.3 2.3.2,3,4 2.4.1
        3.3.2,3,4 3.4.3,4,5,6 3.5.4,5 3.7.1,2 4.1.2,3 4.2.1 4.3.1,2 4.4.2,3,4 5.1.1 5.2.3 5.4.1,2,3
        6.1.2,3 6.2.9,10,11,12 6.3.3,4 6.4.3,4 6.5.1,2,3,4,5 6.6.1,2,3 6.8.1,2,3,4 7.1.1,2,3 7.3.1,2
        7.4.3,4,5 7.5.1,2 7.6.1,2 8.1.2 8.2.3 8.4.1 9.2.2,3,4 10.1.1,2 10.2.1,2 10.3.1,2,3,4
        10.4.6,7,8,9,10,11 10.5.1,2,3,4,5 10.6.1,2 10.7.1,2,3 11.1.1,2 11.2.1,2,3 11.3.3 11.4.2,3,4
        11.5.1 11.6.1 12.1.2,3 12.3.1,2,3,4 13.1.1 13.2.1,2,3,4,5 13.3.1,2 13.4.2,3,4,5 14.1.1,2
        14.2.2,3,4 14.3.2,3 15.1.2,3 15.2.2,3 15.3.2,3,4,5,6,7 16.1.1 16.2.1,2,3,4,5 16.3.1,2,3,4
        16.4.1,2,3 16.5.1,2,3 17.1.1 17.2.1,2,3,4 17.3.1,2
    """,
}
"""of OWASP ASVS 5.0.0, by level: section, then numbers"""


def _ids(nivel: int) -> Iterator[str]:
    for section in REQUIREMENTS[nivel].split():
        place, _, numbers = section.rpartition(".")
        for number in numbers.split(","):
            yield f"V{place}.{number}"


def test_the_page_is_what_the_table_and_the_code_say() -> None:
    assert page() == PUBLISHED.read_text(encoding="utf-8"), "run `make asvs`"


def test_every_requirement_of_both_levels_is_there_once_and_in_order() -> None:
    told = [(each.id, each.nivel) for each in requirements()]
    assert sorted(told) == sorted((name, nivel) for nivel in (1, 2) for name in _ids(nivel))
    assert told == sorted(told, key=lambda each: [int(part) for part in each[0][1:].split(".")])
    assert len(told) == 253


@pytest.mark.parametrize("each", requirements(), ids=lambda each: each.id)
def test_what_is_said_to_be_met_is_shown_and_what_is_not_is_explained(each: Requisito) -> None:
    assert each.estado in ESTADOS
    assert 0 < len(each.assunto) <= 90
    if each.estado == "atendido":
        assert each.evidencias
    else:
        assert each.observacao.endswith(".")
    for evidencia in each.evidencias:
        path, _, function = evidencia.partition("::")
        assert (ROOT / path).is_file(), evidencia
        assert bool(function) == path.startswith("tests/"), evidencia
        assert not function or function in _tests(path), evidencia


@cache
def _tests(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(
        each.name for each in tree.body if isinstance(each, kinds) and each.name.startswith("test_")
    )


@pytest.mark.parametrize(("servico", "usos"), [("auth", USOS), ("webhooks", USOS_DOS_WEBHOOKS)])
def test_every_use_of_a_key_is_in_the_inventory(servico: str, usos: Mapping[str, str]) -> None:
    """A service's secret has one key for each; a use is a constant of bytes."""
    used = {
        found
        for file in (SERVER / servico).rglob("*.py")
        for found in re.findall(r'^\w+: Final = b"([^"]+)"$', file.read_text(), re.MULTILINE)
    }
    assert used == set(usos)
    assert list(usos) == sorted(usos)


def test_every_address_that_is_set_is_told() -> None:
    assert {name for name in Settings.model_fields if name.endswith(("_url", "_endpoint"))} == set(
        ENDERECOS
    )
