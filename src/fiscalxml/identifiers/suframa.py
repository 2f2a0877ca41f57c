"""Inscrição na SUFRAMA: seven or eight digits and a check digit.

The rule is that of SEFAZ Virtual do RS, as its published validator of DF-e has it: modulo 11 with
weights 2, 3 … from the right.
"""

from __future__ import annotations

import re
from typing import Final

from fiscalxml.identifiers.modulo import modulo_11, weighted_sum

_SUFRAMA: Final = re.compile(r"[0-9]{8,9}")
_BASE: Final = re.compile(r"[0-9]{7,8}")
_WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2)


def is_valid_suframa(text: str) -> bool:
    """Whether `text` is an inscrição as the layouts write it: 8 or 9 digits; zeros are none."""
    if not _SUFRAMA.fullmatch(text) or not text.strip("0"):
        return False
    return suframa_check_digit(text[:-1]) == text[-1]


def suframa_check_digit(base: str) -> str:
    """The check digit of the other digits. Raises ValueError on another shape."""
    if not _BASE.fullmatch(base):
        raise ValueError(f"A base da inscrição na SUFRAMA tem 7 ou 8 dígitos: {base!r}.")
    return modulo_11(weighted_sum(base, _WEIGHTS[-len(base) :]))
