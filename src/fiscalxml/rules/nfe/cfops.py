"""The CFOPs that a kind of operation has, by the indicators of the table; read when first asked."""

from __future__ import annotations

from functools import cache
from typing import Final

from fiscalxml.tables import cfop

DEVOLUCAO_DO_MEI: Final = frozenset({"1202", "1553", "2202", "2553", "5202", "6202"})


@cache
def com(*indicadores: str) -> frozenset[str]:
    """The CFOPs with any of these indicators, by their names in `tables.cfop.Cfop`."""
    return frozenset().union(*map(cfop.com, indicadores))
