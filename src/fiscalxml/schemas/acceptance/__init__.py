"""Sees from its bytes that a document satisfies its schema, without a tree.

Most documents do, and of those nothing has to be said. A schema is made into tables, by which
`_aceita.c` reads a document once. What it does not accept is judged by libxml2, which alone finds
faults. So a construct of XSD that is not known here, or not exactly, is left out: documents that
have it are not accepted. Known is what the layouts are made of: sequences and choices of elements,
attributes, patterns, enumerations and lengths of texts.
"""

from __future__ import annotations

from collections.abc import Sequence

from fiscalxml.compiled import compiled
from fiscalxml.schemas.acceptance.elements import Elements
from fiscalxml.xml import PROLOG, Element

native = compiled("fiscalxml.schemas.acceptance._aceita")
"""the reader in C; None when there was no compiler as the package was built"""


class Acceptance:
    """Sees that documents are plainly valid."""

    def __init__(self, plan: object) -> None:
        self._plan = plan

    def accepts(self, data: bytes) -> bool:
        """Whether that is plain of a text in UTF-8."""
        prolog = PROLOG.match(data)
        assert native is not None  # noqa: S101 - its plan was made by it
        accepted: bool = native.accepts(self._plan, data, prolog.end() if prolog else 0)
        return accepted


def acceptance(schemas: Sequence[Element], element: str) -> Acceptance | None:
    """Of an XSD, and those that it imports, for documents with a root; None where there is none."""
    if native is None:
        return None
    try:
        tables = Elements(schemas).tables(element)
    except (ValueError, OverflowError):  # `Intratavel`, and what only an operator's XSD may have
        return None
    return Acceptance(native.plan(tables))
