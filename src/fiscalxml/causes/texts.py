"""What many texts of one sentence pattern have in common."""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(r"\w+|\W")
_WORD: Final = re.compile(r"\w\w+")
_LAST_CLAUSE: Final = re.compile(r"^(.*\w.*)[;:.]", re.DOTALL)
_CLAUSE_ENDS: Final = frozenset(";:")
_FEWEST_WORDS: Final = 3
_GAP: Final = "…"


class Comum:
    """Takes texts one at a time and keeps what all of them begin and end with.

    'Ajuste x para 20 caracteres; hoje tem 21.' and '… hoje tem 25.' have in common 'Ajuste x para
    20 caracteres.' Constant memory, and a comparison where texts fit what is known already.
    """

    __slots__ = ("_before", "_behind", "_equal")

    def __init__(self, text: str | None) -> None:
        self._before = text or ""
        self._behind = ""
        self._equal = True

    @property
    def equal(self) -> bool:
        """Whether all texts were the same."""
        return self._equal

    def add(self, text: str | None) -> None:
        text = text or ""
        if self._equal:
            if text != self._before:
                self._equal = False
                self._before, self._behind = _ends(self._before, text)
        elif not (
            text.startswith(self._before)
            and text.endswith(self._behind)
            and len(text) >= len(self._before) + len(self._behind)
        ):
            before, _ = _ends(self._before, text)
            _, behind = _ends(self._behind, text[len(before) :])
            self._before, self._behind = before, behind

    def text(self) -> str | None:
        """A sentence that is true of all texts; None where they share too little."""
        before, behind = self._before, self._behind
        if self._equal:
            return before or None
        if _WORD.search(behind):
            shared = f"{before.rstrip()} {_GAP} {behind.lstrip()}".strip()
        else:
            clause = _LAST_CLAUSE.match(before)
            shared = f"{clause[1].rstrip()}." if clause else ""
        return shared if len(_WORD.findall(shared)) >= _FEWEST_WORDS else None


def _ends(one: str, other: str) -> tuple[str, str]:
    """What both begin with, and what both end with after that; the latter only where the gap
    between is within one clause, or the ends would not be of the same sentence."""
    a, b = _TOKEN.findall(one), _TOKEN.findall(other)
    shortest = min(len(a), len(b))
    start = next((i for i in range(shortest) if a[i] != b[i]), shortest)
    rest = shortest - start
    end = next((i for i in range(rest) if a[-1 - i] != b[-1 - i]), rest)
    gaps = (*a[start : len(a) - end], *b[start : len(b) - end])
    behind = "" if _CLAUSE_ENDS.intersection(gaps) else "".join(a[len(a) - end :])
    return "".join(a[:start]), behind
