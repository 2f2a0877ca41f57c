"""The list of services of Lei Complementar 116/2003."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from fiscalxml.tables.dados import proveniencia
from fiscalxml.tables.tabela import read_pairs

TABELA: Final = proveniencia.LC116


def existe(codigo: str) -> bool:
    """Whether an item (01.01) is in the list."""
    return codigo in _descricoes()


def descricao(codigo: str) -> str | None:
    """What an item is."""
    return _descricoes().get(codigo)


@lru_cache(maxsize=1)
def _descricoes() -> Mapping[str, str]:
    return read_pairs("lc116")
