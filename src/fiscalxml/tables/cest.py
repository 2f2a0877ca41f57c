"""CEST: the goods for which substituição tributária may be.

The package's copy lacks some that the Convênio has (01.999.00, 03.003.00 …): a CEST that is not
here may exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fiscalxml.tables import em_uso
from fiscalxml.tables.dados import proveniencia
from fiscalxml.tables.operador import da_pasta
from fiscalxml.tables.tabela import Tabela, read_pairs

TABELA: Final = proveniencia.CEST


@da_pasta
def vigente() -> Tabela:
    """The table in use: the package's, or a newer one of the operator."""
    return em_uso.tabela("cest")


def existe(codigo: str) -> bool:
    """Whether a code of seven digits is in the table."""
    return codigo in _ncms()


def ncms(codigo: str) -> tuple[str, ...]:
    """The NCM of a CEST, whole or only their beginnings; none where the table names none."""
    return tuple(_ncms().get(codigo, "").split())


@da_pasta
def _ncms() -> Mapping[str, str]:
    other = em_uso.substituta("cest")
    if other is not None:
        return {codigo: row.get("ncms", "") for codigo, row in other.items()}
    return read_pairs("cest")
