"""The worked example of CONTRIBUTING.md is the real rule and its real file of cases."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from fiscalxml.rules.nfe import itens

from .cases import FOLDER

CONTRIBUTING = Path(__file__).parents[2] / "CONTRIBUTING.md"


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", CONTRIBUTING.read_text("utf-8"), re.DOTALL)
    assert found
    return found[1]


def test_the_rule_is_the_one_that_runs() -> None:
    assert block("python") == inspect.getsource(itens.desconto_maior_que_o_produto)


def test_the_cases_are_those_that_run() -> None:
    assert block("toml") == (FOLDER / "nfe/nfe_I17-10_483.toml").read_text("utf-8")
