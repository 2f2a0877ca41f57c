"""CST and cClassTrib of IBS and CBS, with the indicators of the official table (IT 2025.002)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar

import msgspec

from fiscalxml.tables import em_uso
from fiscalxml.tables.dados import proveniencia
from fiscalxml.tables.operador import da_pasta
from fiscalxml.tables.tabela import Tabela, read_named

TABELA: Final = proveniencia.CCLASSTRIB
T = TypeVar("T")


class CstIbsCbs(msgspec.Struct, frozen=True, kw_only=True):
    """A CST. The names of the official indicators stand beside."""

    cst: str
    nome: str = ""
    inicio: date | None = None
    fim: date | None = None
    exige_tributacao: bool = False
    """ind_gIBSCBS: asks for the group gIBSCBS"""
    reducao_bc: bool = False
    """ind_RedutorBC"""
    reducao_aliquota: bool = False
    """ind_gRed"""
    transferencia_credito: bool = False
    """ind_gTransfCred"""
    diferimento: bool = False
    """ind_gDif"""
    monofasica: bool = False
    """ind_gIBSCBSMono"""
    credito_presumido_zfm: bool = False
    """ind_gCredPresIBSZFM"""
    ajuste_competencia: bool = False
    """ind_gAjusteCompet"""


class ClassTrib(msgspec.Struct, frozen=True, kw_only=True):
    """A cClassTrib."""

    classe: str
    cst: str
    nome: str = ""
    inicio: date | None = None
    fim: date | None = None
    reducao_ibs: Decimal = Decimal()
    """pRedIBS, in percent"""
    reducao_cbs: Decimal = Decimal()
    tributacao_regular: bool = False
    """ind_gTribRegular"""
    credito_presumido: bool = False
    """ind_gCredPresOper"""
    estorno_credito: bool = False
    """ind_gEstornoCred"""
    mono_padrao: bool = False
    """ind_gMonoPadrao"""
    mono_retencao: bool = False
    """ind_gMonoReten: subject to retention"""
    mono_retida: bool = False
    """ind_gMonoRet: retained before"""
    mono_diferimento: bool = False
    """ind_gMonoDif"""
    mono_mistura: bool = False
    """of the mixture of biofuel (IndPbioDiferenca)"""
    nfe: bool = False
    nfce: bool = False
    cte: bool = False
    cteos: bool = False
    bpe: bool = False
    bpeta: bool = False
    bpetm: bool = False
    nf3e: bool = False
    nfcom: bool = False
    nfse: bool = False
    nfag: bool = False
    nfgas: bool = False
    nfsvia: bool = False
    nfabi: bool = False
    dere: bool = False
    dir: bool = False
    duimp: bool = False

    def vale(self, dia: date) -> bool:
        """Whether it is in force on a day."""
        return (self.inicio is None or self.inicio <= dia) and (self.fim is None or dia <= self.fim)


@da_pasta
def vigente() -> Tabela:
    """The table in use: the package's, or a newer one of the operator."""
    return em_uso.tabela("cclasstrib")


def cst(codigo: str) -> CstIbsCbs | None:
    """A CST of three digits, if it is in the table."""
    return _csts().get(codigo)


def classe(codigo: str) -> ClassTrib | None:
    """A cClassTrib of six digits, if it is in the table."""
    return _classes().get(codigo)


@da_pasta
def _csts() -> Mapping[str, CstIbsCbs]:
    return {row.cst: row for row in _rows("cst_ibscbs", CstIbsCbs)}


@da_pasta
def _classes() -> Mapping[str, ClassTrib]:
    return {row.classe: row for row in _rows("cclasstrib", ClassTrib)}


def _rows(nome: str, tipo: type[T]) -> Iterator[T]:
    """The rows of a table: the operator's, if they are newer. Empty fields keep their default."""
    other = em_uso.substituta(nome)
    rows = other.values() if other is not None else read_named(nome)
    for row in rows:
        filled = {name: text for name, text in row.items() if text}
        yield msgspec.convert(filled, tipo, strict=False)
