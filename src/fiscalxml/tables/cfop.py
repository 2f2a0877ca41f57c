"""CFOP: what an operation is, with the indicators of the table that the portal publishes.

The descriptions are those of the Convênio. The indicators follow from them, and where they do not
from IT 2023.002 (see `scripts/build_tables.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import msgspec

from fiscalxml.tables.dados import proveniencia
from fiscalxml.tables.tabela import read_rows

TABELA: Final = proveniencia.CFOP


class Cfop(msgspec.Struct, frozen=True):
    """One CFOP."""

    codigo: str
    descricao: str
    na_nfe: bool
    """indNFe: a NF-e may have it"""
    comunicacao: bool
    """indComunica"""
    transporte: bool
    """indTransp: the only ones of retTransp"""
    devolucao: bool
    """indDevol"""
    retorno: bool
    """indRetor"""
    anulacao: bool
    """indAnula"""
    remessa: bool
    """indRemes"""
    combustivel: bool
    """indComb 1 or 2: asks for the group comb"""
    combustivel_transportado: bool
    """indComb 2: asks for the carrier, too"""
    so_ibs_cbs: bool
    """indExcIBSCBS: one who has no IE may use it"""
    energia: bool
    """electricity is bought, sold or transferred"""

    @property
    def exterior(self) -> bool:
        """From or to another country."""
        return self.codigo[0] in "37"

    @property
    def importacao(self) -> bool:
        return self.codigo[0] == "3"

    @property
    def exportacao(self) -> bool:
        return self.codigo[0] == "7"


def busca(codigo: str) -> Cfop | None:
    """A CFOP, if it is in the table."""
    return _cfops().get(codigo)


@lru_cache(maxsize=16)
def com(indicador: str) -> frozenset[str]:
    """The CFOPs with an indicator, by its name in `Cfop`: a set to keep and to look up in."""
    return frozenset(cfop.codigo for cfop in _cfops().values() if getattr(cfop, indicador))


@lru_cache(maxsize=1)
def _cfops() -> Mapping[str, Cfop]:
    return {row[0]: _cfop(*row) for row in read_rows("cfop")}


def _cfop(codigo: str, marks: str, descricao: str) -> Cfop:
    return Cfop(
        codigo=codigo,
        descricao=descricao,
        na_nfe="N" not in marks,
        comunicacao="C" in marks,
        transporte="T" in marks,
        devolucao="D" in marks,
        retorno="R" in marks,
        anulacao="A" in marks,
        remessa="M" in marks,
        combustivel="F" in marks,
        combustivel_transportado="V" in marks,
        so_ibs_cbs="I" in marks,
        energia="E" in marks,
    )
