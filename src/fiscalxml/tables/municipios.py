"""Municípios, by the codes of IBGE."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from fiscalxml.tables.dados import proveniencia
from fiscalxml.tables.tabela import read_pairs

TABELA: Final = proveniencia.MUNICIPIOS
EXTERIOR: Final = "9999999"


def existe(codigo: str) -> bool:
    """Whether a código of seven digits is a município's. 9999999 (abroad) is not."""
    return codigo in _nomes()


def nome(codigo: str) -> str | None:
    """The name of a município."""
    return _nomes().get(codigo)


@lru_cache(maxsize=1)
def _nomes() -> Mapping[str, str]:
    return read_pairs("municipios")
