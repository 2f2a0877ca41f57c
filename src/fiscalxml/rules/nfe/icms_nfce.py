"""Group N: the CST, CSOSN and CFOP that a sale to a consumer may have.

That is an NFC-e, or an NF-e that is printed like one (tpImp 6, NT 2026.002).
"""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.grupos_icms import conjunto, grupos, no_icms
from fiscalxml.rules.nfe.scopes import MOC_7, Item, a_consumidor, do_item
from fiscalxml.tables import operador

_CEARA: Final = "23"
_RIO_GRANDE_DO_SUL: Final = "43"
_SAO_PAULO: Final = "35"
_SUSPENSAO: Final = "50"
"""of the group ICMS40, with 40 and 41; it has its own code"""
_ABRIL_DE_2016: Final = date(2016, 4, 1)
_VENDA: Final = conjunto("5101 5102 5103 5104 5115 5910")
_VENDA_COM_RETENCAO: Final = conjunto("5405 5656 5667 5910")
_OUTROS: Final = frozenset({"90", "900"})
_DA_UF: Final = {
    (_CEARA, "5403"): _OUTROS,
    (_CEARA, "5405"): _OUTROS,
    (_RIO_GRANDE_DO_SUL, "5949"): _OUTROS,
    (_SAO_PAULO, "5949"): frozenset({"40", "900"}),  # tips (gorjeta)
}
"""CFOP that a state may allow -> the CST and CSOSN with which (NT 2023.003 v1.20)"""


@do_item(
    "nfce:N12-30",
    "766",
    com=grupos("ICMS02", "ICMS10", "ICMS15", "ICMS30", "ICMS40", "ICMS51", "ICMS53", "ICMS70"),
    desde=_ABRIL_DE_2016,
    quando=a_consumidor,
    correcao="Na NFC-e, e na NF-e com tpImp 6, informe CST 00, 20, 40, 41, 60 ou 61 (ou 90, "
    "se a UF o aceita).",
    causa="CST de operação entre empresas (10, 51, 70 …) gravado no cadastro do produto; "
    "mercadoria com o ICMS já retido sai com CST 60.",
)
def cst_na_venda_a_consumidor(item: Item) -> Falha | None:
    """CST 90, which a state may accept, is let pass."""
    cst = item.icms["CST"]
    if cst in ("40", "41"):
        return None
    return Falha(no_icms(item, "CST"), cst, "00, 20, 40, 41, 60 ou 61")


@do_item(
    "nfce:N12a-20",
    "383",
    com=grupos("ICMSSN101", "ICMSSN201", "ICMSSN202"),
    desde=_ABRIL_DE_2016,
    quando=a_consumidor,
    correcao="Na NFC-e, e na NF-e com tpImp 6, informe CSOSN 102, 103, 300, 400 ou 500 (ou 900, "
    "se a UF o aceita).",
    causa="CSOSN com crédito ou com retenção (101, 201 …) no cadastro; ao consumidor não se dá "
    "crédito, e mercadoria com o ICMS já retido sai com CSOSN 500.",
)
def csosn_na_venda_a_consumidor(item: Item) -> Falha | None:
    """CSOSN 900, which a state may accept, is let pass."""
    return Falha(no_icms(item, "CSOSN"), item.icms["CSOSN"], "102, 103, 300, 400 ou 500")


def _sem_st(regra: str, codigo: str, grupo: str) -> None:
    def st_na_nfce(item: Item) -> Falha | None:
        return Falha(no_icms(item, "modBCST"), item.icms["modBCST"], "não informar")

    do_item(
        regra,
        codigo,
        com=f"imposto/ICMS/{grupo}:modBCST",
        quando=a_consumidor,
        correcao="Na venda ao consumidor não há retenção de ICMS-ST: retire modBCST, vBCST, "
        "pICMSST e vICMSST.",
        causa="O sistema emissor grava os campos do ICMS-ST, com zeros, em todo item de CST 90 ou "
        "CSOSN 900.",
    )(st_na_nfce)


_sem_st("nfce:N12-34", "381", "ICMS90")
_sem_st("nfce:N12a-34", "385", "ICMSSN900")


@do_item(
    "nfce:N12a-30",
    "384",
    com="imposto/ICMS/ICMSSN102",
    desde=_ABRIL_DE_2016,
    tabela="csosn_nfce",
    quando=a_consumidor,
    correcao="A UF não aceita este CSOSN na venda a consumidor: use 102, ou confirme com a "
    "SEFAZ dela.",
    causa="CSOSN 103 ou 400 em UF que só aceita 102 e 300 na venda ao consumidor.",
)
def csosn_que_a_uf_nao_aceita(item: Item) -> Falha | None:
    """CSOSN 103 and 400, where the operator's table says that the UF refuses them."""
    csosn, uf = item.icms["CSOSN"], item.nota.emit.em("enderEmit")["UF"]
    if csosn not in ("103", "400"):
        return None
    if f"{uf}/{csosn}" not in (operador.tabela("csosn_nfce") or ()):
        return None
    return Falha(no_icms(item, "CSOSN"), csosn, f"CSOSN que {uf} aceite na NFC-e")


def _admite(
    regra: str, codigo: str, nomes: tuple[str, ...], cfops: frozenset[str], causa: str
) -> None:
    """Items of the groups `nomes` have one of these CFOP."""
    lista = ", ".join(sorted(cfops))

    def cfop_na_nfce(item: Item) -> Falha | None:
        cfop, cst = item.prod["CFOP"], item.icms["CST"] or item.icms["CSOSN"]
        if cfop in cfops or cst == _SUSPENSAO:
            return None
        if cst in _DA_UF.get((item.nota.ide["cUF"], cfop), ()):
            return None
        return Falha("prod/CFOP", cfop, lista)

    do_item(
        regra,
        codigo,
        com=grupos(*nomes),
        quando=a_consumidor,
        desde=MOC_7,
        correcao=f"Informe um destes CFOP: {lista}; ou corrija o CST ou CSOSN do item.",
        causa=causa,
    )(cfop_na_nfce)


_SEM_RETENCAO: Final = (
    "CFOP de mercadoria com o ICMS já retido (5405, 5656) em item de outra tributação."
)
_COM_RETENCAO: Final = "CFOP 5102 em item com o ICMS já retido, que sai com 5405."
_admite("nfce:N12-40", "382", ("ICMS00", "ICMS20", "ICMS40", "ICMS90"), _VENDA, _SEM_RETENCAO)
_admite("nfce:N12-44", "382", ("ICMS60",), _VENDA_COM_RETENCAO, _COM_RETENCAO)
_admite("nfce:N12a-40", "386", ("ICMSSN102", "ICMSSN900"), _VENDA, _SEM_RETENCAO)
_admite("nfce:N12a-44", "386", ("ICMSSN500",), _VENDA_COM_RETENCAO, _COM_RETENCAO)
