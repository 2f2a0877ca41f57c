"""Group X: who carries its own goods is the transportador (X04)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.scopes import Natureza, Nota, da_nota
from fiscalxml.tables import cfop

_NT_2021_004: Final = date(2022, 9, 12)
"""production of all of it, as its version 1.31 says"""
_DO_REMETENTE: Final = "3"
_DO_DESTINATARIO: Final = "4"
"""modFrete of transport with one's own means"""
_MODALIDADES_847: Final = frozenset("123")
_MODALIDADES_849: Final = frozenset("024")


def _remetente(nota: Nota) -> str:
    return "dest" if nota.ide["tpNF"] == "0" else "emit"


def _destinatario(nota: Nota) -> str:
    return "emit" if nota.ide["tpNF"] == "0" else "dest"


def _entrada(nota: Natureza) -> bool:
    return nota.tpNF == "0"


def _saida(nota: Natureza) -> bool:
    return nota.tpNF == "1"


def transporte_do_remetente(nota: Nota) -> Falha | None:
    """With modFrete 3 the transportador is who sends the goods, or another place of it."""
    return _difere(nota, _DO_REMETENTE, _remetente(nota))


def transporte_do_destinatario(nota: Nota) -> Falha | None:
    """With modFrete 4 the transportador is who receives the goods, or another place of it."""
    return _difere(nota, _DO_DESTINATARIO, _destinatario(nota))


def _registra(
    regra: str,
    codigo: str,
    quando: Callable[[Natureza], bool],
    funcao: Callable[[Nota], Falha | None],
    modalidade: str,
) -> None:
    da_nota(
        regra,
        codigo,
        desde=_NT_2021_004,
        quando=quando,
        com=("transp/transporta:CNPJ", "transp/transporta:CPF"),
        correcao=f"No transporte próprio por conta do {modalidade}, ele é o transportador: corrija "
        "o CNPJ ou CPF de transporta, ou a modalidade do frete.",
        causa="Transportadora contratada informada com a modalidade de transporte próprio.",
    )(funcao)


def _registra_futura(
    regra: str,
    codigo: str,
    quando: Callable[[Natureza], bool],
    funcao: Callable[[Nota], Falha | None],
    quem: str,
) -> None:
    da_nota(
        regra,
        codigo,
        quando=quando,
        com=("transp/transporta:CNPJ", "transp/transporta:CPF"),
        correcao=f"O transportador é o {quem}: informe a modalidade de transporte próprio dele, ou "
        "corrija o transportador.",
        causa="Entrega com veículo próprio informada como frete contratado.",
        duvida="A versão 1.33 da NT 2021.004 a suspendeu, sem data.",
    )(funcao)


_registra("nfe:X04-30", "846", _saida, transporte_do_remetente, "remetente (modFrete 3)")
_registra("nfe:X04-40", "846", _entrada, transporte_do_remetente, "remetente (modFrete 3)")
_registra("nfe:X04-70", "848", _saida, transporte_do_destinatario, "destinatário (modFrete 4)")
_registra("nfe:X04-80", "848", _entrada, transporte_do_destinatario, "destinatário (modFrete 4)")


def transporte_que_nao_e_do_remetente(nota: Nota) -> Falha | None:
    """With another modFrete than 1, 2 or 3 the transportador is not who sends the goods."""
    return _coincide(nota, _MODALIDADES_847, _remetente(nota))


def transporte_que_nao_e_do_destinatario(nota: Nota) -> Falha | None:
    """With another modFrete than 0, 2 or 4 the transportador is not who receives the goods."""
    return _coincide(nota, _MODALIDADES_849, _destinatario(nota))


for _regra, _quando in (("nfe:X04-50", _saida), ("nfe:X04-60", _entrada)):
    _registra_futura(_regra, "847", _quando, transporte_que_nao_e_do_remetente, "remetente")
for _regra, _quando in (("nfe:X04-90", _saida), ("nfe:X04-100", _entrada)):
    _registra_futura(_regra, "849", _quando, transporte_que_nao_e_do_destinatario, "destinatário")


def _coincide(nota: Nota, modalidades: frozenset[str], parte: str) -> Falha | None:
    """Fuel moved inside a company is excepted."""
    if nota.grupo.em("transp")["modFrete"] in modalidades:
        return None
    transporta = nota.grupo.em("transp", "transporta")
    transportador = _base(transporta)
    if not transportador or transportador != _base(nota.grupo.em(parte)):
        return None
    if transportador == _base(nota.emit) == _base(nota.dest) and _tem_combustivel(nota):
        return None
    campo = "CNPJ" if "CNPJ" in transporta else "CPF"
    return Falha(f"transp/transporta/{campo}", transporta[campo], f"outra empresa que não {parte}")


def _tem_combustivel(nota: Nota) -> bool:
    found = [cfop.busca(prod["CFOP"]) for prod in nota.prods]
    return any(row is not None and row.combustivel_transportado for row in found)


def _difere(nota: Nota, modalidade: str, parte: str) -> Falha | None:
    if nota.grupo.em("transp")["modFrete"] != modalidade:
        return None
    transporta = nota.grupo.em("transp", "transporta")
    transportador, dono = _base(transporta), _base(nota.grupo.em(parte))
    if not transportador or not dono or transportador == dono:
        return None
    campo = "CNPJ" if "CNPJ" in transporta else "CPF"
    return Falha(f"transp/transporta/{campo}", transporta[campo], f"{dono}, de {parte}")


def _base(pessoa: Grupo) -> str:
    """What all places of a company share, the first 8 characters of the CNPJ; or the CPF."""
    return pessoa["CNPJ"][:8] or pessoa["CPF"]
