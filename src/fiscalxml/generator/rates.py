"""Rates of ICMS by states, and of IBS and CBS by years."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

REGIME_NORMAL: Final = "3"
"""CRT"""

# Internal rates of ICMS: plausible, no rule compares them.
_INTERNAS: Final = {
    "SP": Decimal(18),
    "RJ": Decimal(20),
    "MG": Decimal(18),
    "PR": Decimal("19.5"),
    "RS": Decimal(17),
    "SC": Decimal(17),
    "BA": Decimal("20.5"),
    "PE": Decimal("20.5"),
    "CE": Decimal(20),
}
_NORDESTE: Final = frozenset({"BA", "PE", "CE"})


def interna(uf: str) -> Decimal:
    """Per cent of ICMS within a state."""
    return _INTERNAS[uf]


def interestadual(origem: str, destino: str) -> Decimal:
    """Per cent of ICMS between two states: 7 from the south to the north, else 12 (rule 693)."""
    return Decimal(7 if destino in _NORDESTE and origem not in _NORDESTE else 12)


class Aliquotas(NamedTuple):
    """Per cent of IBS, of the state and of the município, and of CBS."""

    uf: Decimal
    municipio: Decimal
    cbs: Decimal


TESTE: Final = Aliquotas(Decimal("0.10"), Decimal("0.00"), Decimal("0.90"))
"""of 2026, when both are on trial"""
# Art. 344 of LC 214/2025. The rate of CBS from 2027 on is not published: that of the trial stays.
_DESDE_2027: Final = Aliquotas(Decimal("0.05"), Decimal("0.05"), Decimal("0.90"))
_INICIO: Final = date(2026, 1, 1)
_INICIO_DO_SIMPLES: Final = date(2027, 1, 4)


def ibs_e_cbs(emissao: date, crt: str) -> Aliquotas | None:
    """Those of the day (rules 1026, 1036 and 1037); None where neither is due yet."""
    if emissao < (_INICIO if crt == REGIME_NORMAL else _INICIO_DO_SIMPLES):
        return None
    return TESTE if emissao.year < 2027 else _DESDE_2027
