"""What differs between two documents, as fragments of XML that a person reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from lxml import etree

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]+")
_DERIVED = frozenset({"Signature", "cDV", "qrCode"})
"""made from the rest of the document"""
_MAX_LINES = 24
_MAX_TEXT = 60


class _Linha(NamedTuple):
    """A leaf of a document: the tags around it, itself, its name."""

    acima: tuple[str, ...]
    texto: str
    nome: str


class Diferenca:
    """Two documents side by side."""

    def __init__(self, wrong: bytes, right: bytes) -> None:
        self._wrong, self._right = list(_lines(wrong)), list(_lines(right))
        matcher = SequenceMatcher(None, self._wrong, self._right, autojunk=False)
        self._parts = [each[1:] for each in matcher.get_opcodes() if each[0] != "equal"]

    @property
    def size(self) -> int:
        """How many leaves are in one of them only."""
        return sum(a2 - a1 + b2 - b1 for a1, a2, b1, b2 in self._parts)

    def fragments(self, words: str) -> tuple[str, str]:
        """What is in one only, with the elements around it: of the wrong one, of the right one.

        Fields beside it that `words` name are shown, too: what the rule compares. Where one has
        nothing, the field before the place is shown.
        """
        wrong = {at for a1, a2, _, _ in self._parts for at in range(a1, a2)}
        right = {at for _, _, b1, b2 in self._parts for at in range(b1, b2)}
        places = {self._wrong[at].acima for at in wrong} | {self._right[at].acima for at in right}
        named = set(_WORD.findall(words))
        wrong |= _beside(self._wrong, places, named) or {a1 - 1 for a1, _, _, _ in self._parts}
        right |= _beside(self._right, places, named) or {b1 - 1 for _, _, b1, _ in self._parts}
        return _written(self._wrong, wrong), _written(self._right, right)


def _beside(lines: Sequence[_Linha], places: set[tuple[str, ...]], named: set[str]) -> set[int]:
    return {at for at, line in enumerate(lines) if line.nome in named and line.acima in places}


def _lines(document: bytes) -> Iterator[_Linha]:
    yield from _below(etree.fromstring(document), ())


def _below(element: etree._Element, above: tuple[str, ...]) -> Iterator[_Linha]:
    name = etree.QName(element).localname
    if name in _DERIVED:
        return
    marks = "".join(f' {key}="{value}"' for key, value in element.attrib.items() if key != "Id")
    if len(element) == 0:
        text = (element.text or "").strip()
        short = text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}…"
        yield _Linha(above, f"<{name}{marks}>{_escaped(short)}</{name}>", name)
        return
    for child in element:
        yield from _below(child, (*above, f"{name}{marks}"))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _written(lines: Sequence[_Linha], shown: set[int]) -> str:
    """The chosen leaves inside their elements, without the outermost two, which all have."""
    written: list[str] = []
    opened: tuple[str, ...] = ()
    for at in sorted(shown):
        above = lines[at].acima[2:]
        common = 0
        while common < min(len(above), len(opened)) and above[common] == opened[common]:
            common += 1
        written += _closing(opened, common)
        written += [f"{'  ' * depth}<{above[depth]}>" for depth in range(common, len(above))]
        written.append(f"{'  ' * len(above)}{lines[at].texto}")
        opened = above
    written += _closing(opened, 0)
    if len(written) > _MAX_LINES:
        written = [*written[:_MAX_LINES], "…"]
    return "\n".join(written)


def _closing(opened: tuple[str, ...], down_to: int) -> list[str]:
    return [
        f"{'  ' * depth}</{opened[depth].split()[0]}>"
        for depth in range(len(opened) - 1, down_to - 1, -1)
    ]
