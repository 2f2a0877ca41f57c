"""Group N: ICMS by substituição tributária of each item, withheld now or before."""

from __future__ import annotations

from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.grupos_icms import COM_ST, campos, no_icms
from fiscalxml.rules.nfe.scopes import Item, do_item

_MVA: Final = "4"
"""modBCST"""
_RETIDO: Final = ("vBCSTRet", "pST", "vICMSSubstituto", "vICMSSTRet")


@do_item(
    "nfe:N18-10",
    "932",
    com=campos("modBCST", *COM_ST),
    correcao="Informe pMVAST, a margem de valor agregado que faz a base da ST, ou troque modBCST.",
    causa="modBCST 4 é o padrão do sistema emissor, mesmo quando a base da ST é de pauta ou preço.",
)
def st_por_margem_sem_margem(item: Item) -> Falha | None:
    icms = item.icms
    if icms["modBCST"] != _MVA or "pMVAST" in icms:
        return None
    return Falha(no_icms(item, "pMVAST"), "ausente", "a margem, com modBCST 4")


@do_item(
    "nfe:N18-20",
    "933",
    com=campos("pMVAST", *COM_ST),
    correcao="Retire pMVAST, ou informe modBCST 4 (margem de valor agregado).",
    causa="pMVAST vai na nota, às vezes com zero, quando a base da ST é de pauta ou preço.",
)
def margem_sem_st_por_margem(item: Item) -> Falha | None:
    icms = item.icms
    if icms["modBCST"] == _MVA:
        return None
    return Falha(no_icms(item, "pMVAST"), f"modBCST {icms['modBCST']}", "não informar")


def _retido_antes(regra: str, grupo: str) -> None:
    """Sold to who will sell on: what was withheld before goes along."""

    def sem_retido(item: Item) -> Falha | None:
        for campo in _RETIDO:
            if campo not in item.icms:
                return Falha(f"imposto/ICMS/{grupo}/{campo}", "ausente", "informado")
        return None

    do_item(
        regra,
        "938",
        quando=lambda nota: nota.indFinal == "0",
        com=f"imposto/ICMS/{grupo}",
        correcao="Informe vBCSTRet, pST, vICMSSubstituto e vICMSSTRet, da nota de compra.",
        causa="O sistema emissor não guarda, por produto, o ICMS-ST retido na compra.",
    )(sem_retido)


def _efetivo(regra: str, grupo: str) -> None:
    """Sold to the consumer: what the ICMS would be, had nothing been withheld."""

    def sem_efetivo(item: Item) -> Falha | None:
        if "pICMSEfet" in item.icms:  # the four come together
            return None
        return Falha(f"imposto/ICMS/{grupo}/pICMSEfet", "ausente", "informado")

    do_item(
        regra,
        "906",
        quando=lambda nota: nota.indFinal == "1",
        com=f"imposto/ICMS/{grupo}",
        correcao="Informe pRedBCEfet, vBCEfet, pICMSEfet e vICMSEfet: o ICMS que a venda teria sem "
        "a substituição tributária. Só alguns estados exigem.",
        causa="O cadastro do produto não tem a alíquota efetiva da venda ao consumidor.",
    )(sem_efetivo)


_retido_antes("nfe:N12-81", "ICMS60")
_retido_antes("nfe:N12a-50", "ICMSSN500")
_efetivo("nfe:N12-82", "ICMS60")
_efetivo("nfe:N12a-60", "ICMSSN500")
