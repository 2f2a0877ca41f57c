"""Countries, by the codes of Bacen that the NF-e uses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from fiscalxml.tables.dados import proveniencia
from fiscalxml.tables.tabela import read_pairs

TABELA: Final = proveniencia.PAISES
BRASIL: Final = "1058"


def existe(codigo: str) -> bool:
    """Whether a code is a country's, with zeros before it or without."""
    return codigo.lstrip("0") in _nomes()


def nome(codigo: str) -> str | None:
    """The name of a country, in capitals as the table has it."""
    return _nomes().get(codigo.lstrip("0"))


@lru_cache(maxsize=1)
def _nomes() -> Mapping[str, str]:
    return read_pairs("paises")
