"""The CFOPs that a kind of operation has, by the indicators of the table; read when first asked."""

from __future__ import annotations

from functools import cache

from fiscalxml.tables import cfop


@cache
def com(*indicadores: str) -> frozenset[str]:
    """The CFOPs with any of these indicators, by their names in `tables.cfop.Cfop`."""
    return frozenset().union(*map(cfop.com, indicadores))
