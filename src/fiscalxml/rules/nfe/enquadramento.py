"""Group O: the enquadramento legal (cEnq) of the IPI."""

from __future__ import annotations

from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.scopes import NFE, Item, do_item
from fiscalxml.tables import operador

_IPI: Final = "imposto/IPI"
_FAIXAS: Final = (range(1, 100), range(101, 200), range(301, 400), range(601, 700))
"""imunidade, suspensão, isenção, redução"""
_OUTROS: Final = "999"
_FAIXA_DO_CST: Final = {
    "02": ("isenção", _FAIXAS[2]),
    "52": ("isenção", _FAIXAS[2]),
    "04": ("imunidade", _FAIXAS[0]),
    "54": ("imunidade", _FAIXAS[0]),
    "05": ("suspensão", _FAIXAS[1]),
    "55": ("suspensão", _FAIXAS[1]),
}


@do_item(
    "nfe:O06-10",
    "387",
    tipos=NFE,
    com=_IPI,
    correcao="Informe em cEnq um código da tabela de enquadramento do IPI (MOC, Visão Geral, 8.9); "
    "o que não é de nenhum é 999.",
    causa="cEnq deixado em branco, com zeros, ou com o código de outra tabela.",
)
def enquadramento_inexistente(item: Item) -> Falha | None:
    """In the operator's table, if there is one; else in one of the groups of the official table."""
    codigo = item.imposto.em("IPI")["cEnq"]
    if codigo == _OUTROS:
        return None
    table = operador.tabela("cenq")
    if table is not None:
        return None if codigo in table else Falha(f"{_IPI}/cEnq", codigo, "código da tabela cenq")
    numero = _numero(codigo)
    if any(numero in faixa for faixa in _FAIXAS):
        return None
    return Falha(f"{_IPI}/cEnq", codigo, "001-099, 101-199, 301-399, 601-699 ou 999")


@do_item(
    "nfe:O09-10",
    "388",
    tipos=NFE,
    com=f"{_IPI}/IPINT",
    correcao="Combine o CST do IPI com o cEnq: isenção (02, 52) com 301 a 399, imunidade (04, 54) "
    "com 001 a 099, suspensão (05, 55) com 101 a 199.",
    causa="cEnq 999 fixo no cadastro, com CST de isenção, imunidade ou suspensão.",
)
def cst_e_enquadramento(item: Item) -> Falha | None:
    ipi = item.imposto.em("IPI")
    cst = ipi.em("IPINT")["CST"]
    nome, faixa = _FAIXA_DO_CST.get(cst, ("", None))
    if faixa is None or _numero(ipi["cEnq"]) in faixa:
        return None
    return Falha(
        f"{_IPI}/cEnq",
        ipi["cEnq"],
        f"{faixa[0]:03} a {faixa[-1]:03}",
        f"O CST {cst} do IPI é de {nome}.",
    )


def _numero(codigo: str) -> int:
    """A code of three digits as a number; any other text is none of them."""
    return int(codigo) if len(codigo) == 3 and codigo.isascii() and codigo.isdigit() else -1
