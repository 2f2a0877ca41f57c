"""Prefixes that GS1 has given out: the beginning of a GTIN.

Those for circulation inside a company or a region count as given out: whether the portal's own
list takes them is not known here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from fiscalxml.tables.dados import proveniencia
from fiscalxml.tables.tabela import read_rows

TABELA: Final = proveniencia.PREFIXOS_GS1
_DIGITS: Final = 14
_UPC: Final = "000"
"""given out in part; which part is not told here"""


def prefixo(gtin: str) -> str:
    """The prefix of a GTIN-8, 12, 13 or 14: its first three digits, those of a GTIN-13."""
    return gtin[:3] if len(gtin) == 8 else gtin.zfill(_DIGITS)[1:4]


def prefixo_valido(gtin: str) -> bool:
    """Whether the GTIN begins with a prefix that was given out."""
    first = prefixo(gtin)
    return first in _prefixos() or first == _UPC


@lru_cache(maxsize=1)
def _prefixos() -> frozenset[str]:
    return frozenset(row[0] for row in read_rows("prefixos_gs1"))
