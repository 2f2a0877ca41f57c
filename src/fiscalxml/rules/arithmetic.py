"""Amounts as the manuals compare them: exact decimals, a result rounded to cents, a tolerance."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

CENTAVO: Final = Decimal("0.01")
EXATO: Final = Decimal()


def centavos(valor: Decimal) -> Decimal:
    """Rounded to two places, half up."""
    return valor.quantize(CENTAVO, ROUND_HALF_UP)


def difere(informado: Decimal, calculado: Decimal, tolerancia: Decimal = EXATO) -> bool:
    """Whether two amounts are further apart than the tolerance."""
    return abs(informado - calculado) > tolerancia


def reais(valor: Decimal) -> str:
    """An amount as the layouts write it: 1234.50."""
    return f"{centavos(valor):f}"
