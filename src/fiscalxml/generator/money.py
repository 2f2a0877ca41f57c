"""Amounts as the layouts write them."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Final

ZERO: Final = Decimal("0.00")
_CENTAVO: Final = Decimal("0.01")
_CEM: Final = Decimal(100)


def centavos(valor: Decimal) -> Decimal:
    """Rounded to two places, halves up."""
    return valor.quantize(_CENTAVO, ROUND_HALF_UP)


def percentual(base: Decimal, aliquota: Decimal) -> Decimal:
    """So many per cent of an amount."""
    return centavos(base * aliquota / _CEM)


def reais(valor: Decimal) -> str:
    """With two places."""
    return f"{valor:.2f}"


def share(total: Decimal, parts: int) -> list[Decimal]:
    """The total in equal parts; the last takes what is left over, which is never negative."""
    each = (total / parts).quantize(_CENTAVO, ROUND_DOWN)
    return [*[each] * (parts - 1), total - each * (parts - 1)]
