"""Code says itself what measure it is part of: a comment above what does it.

    # Medida: isolamento, menor-privilegio
    def transaction(…):

So who renames or moves it takes the mark along. Tests, alerts, drills and documents are listed in
docs/conformidade/fontes/medidas.toml.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Final

from fiscalxml_ops.compliance.project import ROOT

_MARK: Final = re.compile(r"^# Medida: (.+)$", re.MULTILINE)
_SOURCES: Final = "src"


class Solta(ValueError):
    """A mark with nothing below it."""


@cache
def marked() -> Mapping[str, tuple[str, ...]]:
    """measure -> `path::symbol` of all code that is marked with it. Raises Solta."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / _SOURCES).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if not _MARK.search(text):
            continue
        name = path.relative_to(ROOT).as_posix()
        for symbol, measures in of_source(text, name):
            for measure in measures:
                found[measure].append(f"{name}::{symbol}")
    return {measure: tuple(places) for measure, places in found.items()}


def of_source(text: str, name: str) -> list[tuple[str, list[str]]]:
    """Marks of one file: what each stands above, and the measures it names. Raises Solta."""
    starts = {
        min((each.lineno, *(d.lineno for d in getattr(each, "decorator_list", ())))): each
        for each in ast.parse(text).body
    }
    marks = []
    for mark in _MARK.finditer(text):
        line = text.count("\n", 0, mark.start()) + 2
        symbol = _name(starts.get(line))
        if symbol is None:
            raise Solta(f"{name}:{line - 1}: a marca não está sobre nada que tenha nome")
        marks.append((symbol, [each.strip() for each in mark[1].split(",")]))
    return marks


def _name(node: ast.stmt | None) -> str | None:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return node.name
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            return name
        case _:
            return None
