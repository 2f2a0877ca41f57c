"""The chave of another note, as an event names it: its parts, and what may be wrong with them.

The chave layer refuses one that cannot be read (check digit, UF, month, model). What is left is in
the parts: the year, the emitente, the number.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from fiscalxml.documents.facts import parse_number
from fiscalxml.identifiers.chave import SERIES_DE_CPF
from fiscalxml.identifiers.cnpj import is_valid_cnpj
from fiscalxml.identifiers.cpf import is_valid_cpf

NFF: Final = "3"
"""tpEmis of the Nota Fiscal Fácil, where the series does not tell a CPF from a CNPJ"""
_PRIMEIRO_ANO: Final = 6
_CPF: Final = SERIES_DE_CPF["55"]
_PAA: Final = range(970, 990)
"""series of who issues through a provider: they tell a CPF from a CNPJ since NT 2023 only"""
_AVULSAS: Final = range(890, 900)


class Citada(NamedTuple):
    """The parts of a chave of 44 characters, each with the zeros that it has there."""

    texto: str
    uf: str
    ano: str
    mes: str
    emitente: str
    modelo: str
    serie: str
    numero: str
    emissao: str
    """tpEmis"""


def partes(chave: str) -> Citada:
    """The parts of a chave, whatever they are."""
    return Citada(
        chave,
        chave[:2],
        chave[2:4],
        chave[4:6],
        chave[6:20],
        chave[20:22],
        chave[22:25],
        chave[25:34],
        chave[34:35],
    )


def ano_impossivel(citada: Citada, corrente: int | None) -> bool:
    """Before 2006, or after the `corrente` year of four digits, where it is known."""
    ano = parse_number(citada.ano)
    return ano is None or ano < _PRIMEIRO_ANO or (corrente is not None and 2000 + ano > corrente)


def emitente_invalido(citada: Citada) -> bool:
    """Neither a CNPJ nor, where the series allows one, a CPF."""
    serie = parse_number(citada.serie) or 0
    unsure = citada.emissao == NFF or serie in _PAA
    is_cpf = citada.emitente[:3] == "000" and is_valid_cpf(citada.emitente[3:])
    if is_cpf and (unsure or serie in _CPF):
        return False
    return (serie in _CPF and not unsure) or not is_valid_cnpj(citada.emitente)


def avulsa(citada: Citada) -> bool:
    """Issued by the tax authority, whose CNPJ is then in the chave."""
    return parse_number(citada.serie) in _AVULSAS
