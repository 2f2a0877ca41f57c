"""ICMS rates between states: Resoluções do Senado Federal 22/1989 and 13/2012.

The states' internal rates have no source here that was compared with their laws, so none are given.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from fiscalxml.tables.tabela import Tabela

TABELA: Final = Tabela(
    nome="Alíquotas interestaduais",
    fonte="Resoluções do Senado Federal 22/1989 e 13/2012",
    data=date(2013, 1, 1),
    linhas=3,
)
IMPORTADOS: Final = frozenset({"1", "2", "3", "8"})
"""orig of goods that come from abroad, or are mostly of what does"""
SUL_E_SUDESTE: Final = frozenset({"PR", "SC", "RS", "SP", "RJ", "MG"})
"""without Espírito Santo"""
QUATRO: Final = Decimal(4)
SETE: Final = Decimal(7)
DOZE: Final = Decimal(12)


def interestadual(origem: str, destino: str, importado: bool = False) -> Decimal:
    """The rate from one UF to another, in percent: 4, 7 or 12."""
    if importado:
        return QUATRO
    return SETE if origem in SUL_E_SUDESTE and destino not in SUL_E_SUDESTE else DOZE
