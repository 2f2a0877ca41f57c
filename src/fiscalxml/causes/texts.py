"""What many texts of one sentence pattern have in common."""

from __future__ import annotations

import re
from typing import Final, Self

import msgspec

_TOKEN: Final = re.compile(r"\w+|\W")
_WORD: Final = re.compile(r"\w\w+")
_LAST_CLAUSE: Final = re.compile(r"^(.*\w.*)[;:.]", re.DOTALL)
_CLAUSE_ENDS: Final = ";:."
_FEWEST_WORDS: Final = 3
_GAP: Final = "…"


class Comum(msgspec.Struct, array_like=True):
    """Takes texts one at a time and keeps what all of them begin and end with.

    'Ajuste x para 20 caracteres; hoje tem 21.' and '… hoje tem 25.' have in common 'Ajuste x para
    20 caracteres.' Constant memory, and a comparison where texts fit what is known already.
    """

    _before: str
    _behind: str = ""
    _equal: bool = True
    _closed: bool = True
    """a clause ends behind `_before` in every text"""

    @classmethod
    def of(cls, text: str | None) -> Self:
        """Of a first text."""
        return cls(text or "")

    @property
    def equal(self) -> bool:
        """Whether all texts were the same."""
        return self._equal

    def add(self, text: str | None) -> None:
        text = text or ""
        if self._equal:
            if text == self._before:
                return
            self._equal = False
            first = self._before
            self._before, self._behind = _ends(first, text)
            self._closed = _closes(first, self._before)
        elif not (
            text.startswith(self._before)
            and text.endswith(self._behind)
            and len(text) >= len(self._before) + len(self._behind)
        ):
            known = self._before
            self._before, _ = _ends(known, text)
            _, self._behind = _ends(self._behind, text[len(self._before) :])
            if self._before != known:
                self._closed = _closes(known, self._before)
        self._closed &= _closes(text, self._before)

    def merge(self, other: Comum) -> None:
        """Take what is known of other texts."""
        if other._equal:
            self.add(other._before)
        elif self._equal:
            text = self._before
            self._before, self._behind = other._before, other._behind
            self._equal, self._closed = False, other._closed
            self.add(text)
        else:
            before, _ = _ends(self._before, other._before)
            _, self._behind = _ends(self._behind, other._behind)
            self._closed = all(
                known._closed if known._before == before else _closes(known._before, before)
                for known in (self, other)
            )
            self._before = before

    def text(self) -> str | None:
        """A sentence that is true of all texts; None where they share too little."""
        if self._equal:
            return self._before or None
        if _WORD.search(self._behind):
            shared = f"{self._before}{_GAP}{self._behind}"
        elif self._closed:
            shared = f"{self._before.rstrip(_CLAUSE_ENDS)}."
        else:
            clause = _LAST_CLAUSE.match(self._before)
            shared = f"{clause[1].rstrip()}." if clause else ""
        return shared if len(_WORD.findall(shared)) >= _FEWEST_WORDS else None


def _closes(text: str, before: str) -> bool:
    """Whether a clause of a text, or the text, ends behind what it begins with."""
    return text[len(before) : len(before) + 1] in _CLAUSE_ENDS


def _ends(one: str, other: str) -> tuple[str, str]:
    """What both begin with, and what both end with after that; the latter only where the gap
    between is within one clause, or the ends would not be of the same sentence."""
    a, b = _TOKEN.findall(one), _TOKEN.findall(other)
    shortest = min(len(a), len(b))
    start = next((i for i in range(shortest) if a[i] != b[i]), shortest)
    rest = shortest - start
    end = next((i for i in range(rest) if a[-1 - i] != b[-1 - i]), rest)
    gaps = (*a[start : len(a) - end], *b[start : len(b) - end])
    behind = "" if {";", ":"}.intersection(gaps) else "".join(a[len(a) - end :])
    return "".join(a[:start]), behind
