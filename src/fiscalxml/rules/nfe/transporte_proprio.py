"""Group X: who carries its own goods is the transportador (X04)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.scopes import Natureza, Nota, da_nota

_NT_2021_004: Final = date(2022, 5, 16)
"""production"""
_DO_REMETENTE: Final = "3"
_DO_DESTINATARIO: Final = "4"
"""modFrete of transport with one's own means"""


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


_registra("nfe:X04-30", "846", _saida, transporte_do_remetente, "remetente (modFrete 3)")
_registra("nfe:X04-40", "846", _entrada, transporte_do_remetente, "remetente (modFrete 3)")
_registra("nfe:X04-70", "848", _saida, transporte_do_destinatario, "destinatário (modFrete 4)")
_registra("nfe:X04-80", "848", _entrada, transporte_do_destinatario, "destinatário (modFrete 4)")


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
