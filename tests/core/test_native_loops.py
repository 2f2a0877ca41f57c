"""What is compiled gives, to the byte, what its Python gives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import pytest

from factory import build
from factory.kinds import KINDS
from fiscalxml import engine, summarize, validate
from fiscalxml.documents import groups
from fiscalxml.rules import judge
from rules.cases import read_cases

pytestmark = pytest.mark.skipif(engine.native is None, reason="built without a compiler")
EVERY = 12
"""one case of the rules in so many"""


@contextmanager
def in_python() -> Iterator[None]:
    """Within it, nothing that was compiled is used."""
    with ExitStack() as stack:
        for module in ("engine", "documents.groups", "summaries.reading"):
            stack.enter_context(patch(f"fiscalxml.{module}.native", None))
        stack.enter_context(patch.dict(summarize.__globals__, native=None))
        judge._plan.cache_clear()
        yield
    judge._plan.cache_clear()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_reports_and_resumos_are_the_same(kind: str) -> None:
    document = build(kind)
    report, resumo = validate(document), summarize(document).to_json()
    with in_python():
        assert (engine.native, groups.native) == (None, None)
        assert validate(document).to_json() == report.to_json()
        assert summarize(document).to_json() == resumo


def test_findings_of_the_rules_are_the_same() -> None:
    cases = read_cases()[::EVERY]
    found = [case.report().to_json() for case in cases]
    with in_python():
        assert [case.report().to_json() for case in cases] == found
