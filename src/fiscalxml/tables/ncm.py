"""NCM: the codes of goods in force. What was a code before is not told here."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from fiscalxml.tables import em_uso
from fiscalxml.tables.dados import proveniencia
from fiscalxml.tables.operador import da_pasta
from fiscalxml.tables.tabela import Tabela, read_rows

TABELA: Final = proveniencia.NCM
SH_2022: Final = date(2022, 4, 1)
"""since when subheadings (six digits) are those of the Sistema Harmonizado of 2022: Resolução Gecex
272/2021"""
_UM_ANO: Final = timedelta(days=365)


@da_pasta
def vigente() -> Tabela:
    """The table in use: the package's, or a newer one of the operator."""
    return em_uso.tabela("ncm")


def existe(codigo: str) -> bool:
    """Whether a code of eight digits is in the table. 00000000 is not."""
    return codigo in _codigos()


def pode_ter_existido(codigo: str, dia: date) -> bool:
    """Whether a code that is not in the table may have been one on a day before the table's.

    Chapters have not changed; subheadings have not since the Sistema Harmonizado of 2022; codes
    below them are changed some times a year.
    """
    if dia < SH_2022:
        return codigo[:2] in _inicios(2)
    return dia < vigente().data - _UM_ANO and codigo[:6] in _inicios(6)


@da_pasta
def _codigos() -> frozenset[str]:
    return frozenset(em_uso.substituta("ncm") or (row[0] for row in read_rows("ncm")))


def _inicios(digitos: int) -> frozenset[str]:
    """The beginnings of all codes; asked for a code that is not in the table, so seldom."""
    return frozenset(codigo[:digitos] for codigo in _codigos())
