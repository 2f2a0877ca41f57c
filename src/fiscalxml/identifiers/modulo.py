"""The weighted sums behind the check digits of every Brazilian fiscal identifier."""

from __future__ import annotations

from collections.abc import Sequence
from operator import mul

_WORTH = bytes(max(code - ord("0"), 0) for code in range(256))


def weighted_sum(text: str, weights: Sequence[int]) -> int:
    """Sum of each character times its weight; a character is worth its ASCII code minus 48.

    Digits are therefore worth themselves and 'A' is worth 17 (NT Conjunta 2025.001). There are as
    many weights as characters.
    """
    return sum(map(mul, text.encode("ascii").translate(_WORTH), weights))


def modulo_11(total: int) -> str:
    """The usual check digit: 11 minus the remainder, where remainders 0 and 1 give 0."""
    rest = total % 11
    return "0" if rest < 2 else str(11 - rest)


def weights_2_to_9(length: int) -> tuple[int, ...]:
    """Weights 2, 3 … 9, 2, 3 … counted from the right end, in reading order."""
    return tuple(2 + position % 8 for position in reversed(range(length)))
