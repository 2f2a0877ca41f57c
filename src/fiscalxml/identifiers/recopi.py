"""RECOPI: the number of an operation with paper that is immune because books are printed on it.

AAAAMMDD hhmmss ffff (when it was registered, with a fraction of the second), two check digits:
MOC 7.0, Visão Geral, 8.5.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from fiscalxml.identifiers.modulo import modulo_11, weighted_sum

_RECOPI: Final = re.compile(r"[0-9]{20}")
_PESOS: Final = tuple(range(19, 0, -1))
_PRIMEIRO_ANO: Final = "2013"


def is_valid_recopi(text: str) -> bool:
    """Whether it was registered at a moment that exists and its check digits are right."""
    if not _RECOPI.fullmatch(text) or text < _PRIMEIRO_ANO:
        return False
    try:
        datetime.strptime(text[:14], "%Y%m%d%H%M%S")
    except ValueError:
        return False
    return recopi_check_digits(text[:18]) == text[18:]


def recopi_check_digits(base: str) -> str:
    """The check digits of the 18 digits before them: modulo 11, weights 18 … 1, then 19 … 1."""
    first = modulo_11(weighted_sum(base, _PESOS[1:]))
    return first + modulo_11(weighted_sum(base + first, _PESOS))
