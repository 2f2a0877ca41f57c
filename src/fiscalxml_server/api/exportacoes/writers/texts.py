"""Values of columns as texts, a column at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from fiscalxml.documents.facts import BRASILIA

_FORMULA: Final = re.compile(r"[\s\x00-\x1f]*[=+\-@\t\r\n＝＋－＠]")
"""how a text begins that a spreadsheet may take for a formula"""
_SUSPECTS: Final = frozenset("=+-@＝＋－＠ \x85\xa0\u2028\u2029\u3000") | set(map(chr, range(32)))
"""first characters of such texts; others need no second look"""

Conversao = Callable[[Sequence[Any]], Sequence[Any]]
"""a column's values as texts; None stays"""


def guarded(values: Sequence[str | None]) -> Sequence[str | None]:
    """Texts of which none is a formula: an apostrophe stands before one that could be."""
    suspects = _SUSPECTS
    return [value if not value or value[0] not in suspects else _guard(value) for value in values]


def _guard(value: str) -> str:
    return f"'{value}" if _FORMULA.match(value) else value


def instants(values: Sequence[datetime | None]) -> Sequence[str | None]:
    """ISO 8601, UTC, seconds."""
    return [
        None if value is None else f"{value.astimezone(UTC).isoformat()[:19]}Z" for value in values
    ]


def brazilian_instants(values: Sequence[datetime | None]) -> Sequence[str | None]:
    """As a Brazilian spreadsheet reads an instant of Brasília."""
    return [None if value is None else _brazilian(value) for value in values]


def _brazilian(value: datetime) -> str:
    iso = str(value.astimezone(BRASILIA))
    return f"{iso[8:10]}/{iso[5:7]}/{iso[:4]} {iso[11:19]}"


def brazilian_decimals(values: Sequence[str | None]) -> Sequence[str | None]:
    """With a comma."""
    return [None if value is None else value.replace(".", ",") for value in values]


def booleans(yes: str, no: str) -> Conversao:
    """Texts for true and false."""
    words = {True: yes, False: no, None: None}
    return lambda values: [words[value] for value in values]


def unchanged(values: Sequence[Any]) -> Sequence[Any]:
    """The values as they are."""
    return values
