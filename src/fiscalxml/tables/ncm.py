"""NCM: the codes of goods in force."""

from __future__ import annotations

from typing import Final

from fiscalxml.tables.codigos import em_uso, substituta
from fiscalxml.tables.dados import proveniencia
from fiscalxml.tables.operador import da_pasta
from fiscalxml.tables.tabela import Tabela, read_rows

TABELA: Final = proveniencia.NCM


@da_pasta
def vigente() -> Tabela:
    """The table in use: the package's, or a newer one of the operator."""
    return em_uso("ncm", TABELA)


def existe(codigo: str) -> bool:
    """Whether a code of eight digits is in the table. 00000000 is not."""
    return codigo in _codigos()


@da_pasta
def _codigos() -> frozenset[str]:
    return frozenset(substituta("ncm", TABELA) or (row[0] for row in read_rows("ncm")))
