"""Patterns of the layouts, said so that libxml2 finds its way through them at the first try.

Patterns take almost half of the time of a schema. libxml2 matches by trying: where two branches
begin alike (`0|0\\.[0-9]{2}`), or a repetition may end at any character, it keeps every choice to
come back to, and counted repetitions have counters besides. The same language without choices and
without counters takes a quarter less of the whole. Only two families are rewritten, which most
fields have: texts, and decimals. Messages tell the pattern as it was published.
"""

from __future__ import annotations

import re
from typing import Final

_TEXT: Final = "[!-ÿ]{1}[ -ÿ]{0,}[!-ÿ]{1}|[!-ÿ]{1}"
_WORDS: Final = "([!-ÿ]+ +)*[!-ÿ]+"
_SIZE: Final = r"\{(\d+)(?:,(\d+))?\}"
_DECIMAL: Final = re.compile(
    rf"0\|0\\\.\[0-9\]{_SIZE}"  # 0|0\.[0-9]{2}
    r"(?:\|\[1-9\]\{1\}\[0-9\]\{0,(\d+)\})?"  # |[1-9]{1}[0-9]{0,12}
    rf"\|\[1-9\]\{{1\}}\[0-9\]\{{0,(\d+)\}}\(\\\.\[0-9\]{_SIZE}\)\?"  # |… (\.[0-9]{2})?
)
_published: dict[str, str] = {_WORDS: _TEXT}


def deterministic(pattern: str) -> str:
    """The same language, for libxml2; most patterns stay as they are."""
    if pattern == _TEXT:
        return _WORDS
    match = _DECIMAL.fullmatch(pattern)
    if match is None:
        return pattern
    least, most, bare, whole, *again = match.groups()
    if again != [least, most] or bare not in (None, whole):
        return pattern
    fraction = "[0-9]" * int(least) + _up_to(int(most or least) - int(least))
    rewritten = rf"(0|[1-9]{_up_to(int(whole))})(\.{fraction})?"
    _published.setdefault(rewritten, pattern)
    return rewritten


def published(pattern: str) -> str:
    """The pattern of the layout that `deterministic` made this one of; or the same."""
    return _published.get(pattern, pattern)


def _up_to(digits: int) -> str:
    """None to so many digits, without a counter."""
    return "([0-9]" * digits + ")?" * digits
