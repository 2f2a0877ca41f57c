"""GTIN-8, 12, 13 and 14: the bar code number of a product (GS1 General Specifications)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from fiscalxml.identifiers.modulo import weighted_sum

_GTIN: Final = re.compile(r"[0-9]{8}|[0-9]{12,14}")
_BASE: Final = re.compile(r"[0-9]{7}|[0-9]{11,13}")
_WEIGHTS: Final = (3, 1) * 6 + (3,)


@lru_cache(maxsize=4096)  # the products of a company come again and again
def is_valid_gtin(text: str) -> bool:
    """Whether `text` is a GTIN with the right check digit; all zeros is none.

    The literal 'SEM GTIN' of the layouts is not a GTIN: callers deal with it.
    """
    if not _GTIN.fullmatch(text) or not text.strip("0"):
        return False
    return gtin_check_digit(text[:-1]) == text[-1]


def gtin_check_digit(base: str) -> str:
    """The check digit of a GTIN's other digits: weights 3, 1, 3 … from the right, modulo 10."""
    if not _BASE.fullmatch(base):
        raise ValueError(f"A base do GTIN tem 7, 11, 12 ou 13 dígitos: {base!r}.")
    return str(-weighted_sum(base, _WEIGHTS[-len(base) :]) % 10)
