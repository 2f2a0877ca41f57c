"""Group N: the CST and CSOSN that an operation admits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe import cfops
from fiscalxml.rules.nfe.grupos_icms import (
    NAO_CONTRIBUINTE,
    conjunto,
    derivado_de_petroleo,
    grupos,
    no_icms,
)
from fiscalxml.rules.nfe.scopes import FISCO, MEI, Item, Natureza, a_consumidor, do_item

_ISENTO: Final = "2"
"""indIEDest"""
_JULHO_DE_2016: Final = date(2016, 7, 1)
_MEI_PRODUCAO: Final = date(2025, 4, 1)
_MEI_HOMOLOGACAO: Final = date(2024, 7, 1)

_SUSPENSAO_PARA_ISENTO: Final = conjunto(
    "1915 1916 2915 2916 5915 5916 6915 6916 "  # repair
    "1912 1913 5912 5913 "  # demonstration
    "1901 2901 5901 6901"  # to be manufactured to order
)
_CONSERTO_E_DEMONSTRACAO: Final = conjunto("5915 5916 6915 6916 5912 5913")
_REMESSAS_DO_MEI: Final = conjunto("5904 6904 5551 6551")
_CEARA: Final = "23"
_ENERGIA: Final = "27160000"
"""NCM"""
_REPASSE: Final = conjunto(
    "210203001 320101001 320101002 320102002 320102001 320102003 320102005 320201001 320103001 "
    "220102001 320301001 320103002 820101032 820101026 820101027 820101004 820101005 820101022 "
    "820101031 820101030 820101014 820101006 820101016 820101015 820101025 820101017 820101018 "
    "820101019 820101020 820101021 420105001 420101005 420101004 420102005 420102004 420104001 "
    "820101033 820101034 420106001 820101011 820101003 820101013 820101012 420106002 830101001 "
    "420301004 420202001 420301001 420301002 410103001 410101001 410102001 430101004 510101001 "
    "510101002 510102001 510102002 510201001 510201003 510301003 510103001 510301001"
)
"""cProdANP whose ICMS-ST is passed on to the state of destination"""


@do_item(
    "nfe:N08-10",
    "858",
    quando=lambda nota: nota.idDest == "2",
    com="imposto/ICMS/ICMS60",
    correcao="No lugar de ICMS60, informe o grupo ICMSST com CST 60, que tem o repasse à UF de "
    "destino.",
    causa="Combustível com ICMS retido vendido a outro estado como mercadoria comum.",
)
def combustivel_sem_repasse(item: Item) -> Falha | None:
    """The passing on is between states; the row names only the products."""
    codigo = item.prod.em("comb")["cProdANP"]
    if codigo not in _REPASSE:
        return None
    return Falha("imposto/ICMS/ICMS60", f"ICMS60 com cProdANP {codigo}", "ICMSST com CST 60")


@do_item(
    "nfe:N12-10",
    "527",
    quando=lambda nota: nota.idDest == "3" and nota.finNFe != "4",
    com="imposto/ICMS",
    correcao="Exportação não é tributada: informe CST 41, ou CSOSN 300 se do Simples Nacional.",
    causa="O item ficou com a tributação da venda no país.",
)
def exportacao_tributada(item: Item) -> Falha | None:
    """CFOP 7xxx, returns excepted."""
    if item.prod["CFOP"][:1] != "7" or item.icms["CST"] == "41" or item.icms["CSOSN"] == "300":
        return None
    return _falha(item, "CST 41 ou CSOSN 300")


@do_item(
    "nfe:N12-70",
    "508",
    quando=lambda nota: nota.tpNF == "1" and nota.indIEDest == NAO_CONTRIBUINTE,
    com=grupos(
        *("ICMS02", "ICMS10", "ICMS15", "ICMS30", "ICMS40", "ICMS51", "ICMS53", "ICMS70", "ICMS90")
    ),
    desde=_JULHO_DE_2016,
    correcao="A não contribuinte, informe CST 00, 20, 40, 41, 60 ou 61; se o destinatário tem "
    "inscrição estadual, corrija indIEDest e IE.",
    causa="CST com retenção, diferimento ou suspensão (10, 51, 50 …) em venda a consumidor.",
)
def cst_para_nao_contribuinte(item: Item) -> Falha | None:
    """Notes with a new vehicle are excepted, and what `_EXCECOES` has for some CST."""
    cst = item.icms["CST"]
    if cst in ("40", "41") or (cst in _EXCECOES and _EXCECOES[cst](item, item.prod["CFOP"])):
        return None
    if any(prod.tem("veicProd") for prod in item.nota.prods):
        return None
    return _falha(item, "00, 20, 40, 41, 60 ou 61")


def _retencao_interna(item: Item, _cfop: str) -> bool:
    """A state may allow it inside."""
    return item.nota.ide["idDest"] == "1"


def _isenta_com_retencao(item: Item, _cfop: str) -> bool:
    """Fuels of petroleum and free-market electricity, to another state."""
    if item.nota.ide["idDest"] != "2":
        return False
    return derivado_de_petroleo(item) or item.prod["NCM"] == _ENERGIA


def _suspensao(item: Item, cfop: str) -> bool:
    if item.nota.ide["finNFe"] == "4" or cfop in ("5949", "6949"):
        return True
    return cfop in cfops.com("retorno", "remessa")


def _diferimento(item: Item, cfop: str) -> bool:
    ide = item.nota.ide
    return ide["finNFe"] == "4" or ide["idDest"] == "1" or cfop in ("6123", "6922")


def _outros(item: Item, cfop: str) -> bool:
    """Ceará may allow it in sales of goods with the tax withheld."""
    return item.nota.ide["cUF"] == _CEARA and cfop in ("5403", "5405")


_EXCECOES: Final[Mapping[str, Callable[[Item, str], bool]]] = {
    "10": _retencao_interna,
    "30": _isenta_com_retencao,
    "50": _suspensao,
    "51": _diferimento,
    "90": _outros,
}


@do_item(
    "nfe:N12-80",
    "529",
    quando=lambda nota: nota.indIEDest == _ISENTO,
    com=grupos("ICMS40", "ICMS51"),
    desde=_JULHO_DE_2016,
    correcao="Ao contribuinte isento de inscrição não se suspende nem difere o ICMS: troque o CST, "
    "ou corrija indIEDest.",
    causa="indIEDest 2 (isento) no lugar de 9 (não contribuinte) ou de 1 com a inscrição estadual.",
)
def cst_para_isento_de_inscricao(item: Item) -> Falha | None:
    """CST 50 but for repair and the like, 51 but inside a state to a company, as states may allow.

    Notes that the tax authority issues inside a state are excepted where it wants so.
    """
    cst, nota = item.icms["CST"], item.nota
    interna = nota.ide["idDest"] == "1"
    if cst not in ("50", "51") or (interna and nota.ide["procEmi"] in FISCO):
        return None
    if cst == "50" and item.prod["CFOP"] in _SUSPENSAO_PARA_ISENTO:
        return None
    if cst == "51" and interna and "CNPJ" in nota.dest:
        return None
    return _falha(item, "outro que 50 e 51")


@do_item(
    "nfe:N12a-70",
    "600",
    quando=lambda nota: nota.tpNF == "1" and nota.indIEDest == NAO_CONTRIBUINTE,
    com=grupos("ICMSSN101", "ICMSSN201", "ICMSSN202", "ICMSSN900"),
    desde=_JULHO_DE_2016,
    correcao="A não contribuinte, informe CSOSN 102, 103, 300, 400 ou 500; se o destinatário tem "
    "inscrição estadual, corrija indIEDest e IE.",
    causa="CSOSN 101 (com crédito) ou 900 gravado no cadastro do produto para qualquer cliente.",
)
def csosn_para_nao_contribuinte(item: Item) -> Falha | None:
    """Repair and demonstration inside the state are excepted.

    So are CSOSN 900 of the MEI that sells out of the establishment, as states may allow, or sells
    its assets.
    """
    cfop = item.prod["CFOP"]
    if cfop in _CONSERTO_E_DEMONSTRACAO:
        return None
    if cfop in _REMESSAS_DO_MEI and item.icms["CSOSN"] == "900" and item.nota.emit["CRT"] == MEI:
        return None
    return _falha(item, "102, 103, 300, 400 ou 500")


def _do_mei(nota: Natureza) -> bool:
    return nota.CRT == MEI and nota.idDest != "3"


def _do_mei_a_consumidor(nota: Natureza) -> bool:
    return _do_mei(nota) and a_consumidor(nota)


def _csosn_do_mei(
    regra: str, csosns: frozenset[str], notas: Callable[[Natureza], bool] = _do_mei
) -> None:
    """The MEI uses these CSOSN, but for exports."""
    lista = ", ".join(sorted(csosns))

    def csosn_do_mei(item: Item) -> Falha | None:
        csosn = item.icms["CSOSN"]
        if not csosn or csosn in csosns:
            return None
        return Falha(no_icms(item, "CSOSN"), csosn, lista)

    do_item(
        regra,
        "782",
        quando=notas,
        com="imposto/ICMS",
        desde=_MEI_PRODUCAO,
        homologacao=_MEI_HOMOLOGACAO,
        correcao=f"O MEI usa CSOSN {lista}: corrija o CSOSN do item, ou o CRT.",
        causa="O sistema emissor trata o MEI (CRT 4) como os demais do Simples Nacional (CRT 1).",
    )(csosn_do_mei)


_csosn_do_mei("nfe:N12a-80", conjunto("102 300 400 900"))
_csosn_do_mei("nfce:N12a-81", conjunto("102 300"), _do_mei_a_consumidor)

_CFOP_DO_MEI: Final = {
    "102": conjunto("5102 6102"),
    "900": conjunto(
        "1202 1904 2202 2904 5202 5904 6202 6904 1501 1503 1504 1505 1506 1553 2501 2503 2504 "
        "2505 2506 2553 5501 5502 5504 5505 5551 5933 6501 6502 6504 6505 6551 6933"
    ),
}


@do_item(
    "nfe:N12a-90",
    "337",
    quando=_do_mei,
    com=grupos("ICMSSN102", "ICMSSN900"),
    desde=_MEI_PRODUCAO,
    homologacao=_MEI_HOMOLOGACAO,
    correcao="Na venda, o MEI usa CSOSN 102 com CFOP 5102 ou 6102; nas outras operações, CSOSN 900 "
    "com o CFOP de devolução, remessa, exportação indireta, ativo ou serviço.",
    causa="CFOP da indústria (5101) ou de substituição tributária (5405) em nota de MEI.",
)
def cfop_do_mei(item: Item) -> Falha | None:
    """CSOSN 300 and 400 have no list."""
    csosn, cfop = item.icms["CSOSN"], item.prod["CFOP"]
    if csosn not in _CFOP_DO_MEI or cfop in _CFOP_DO_MEI[csosn]:
        return None
    esperado = "5102 ou 6102" if csosn == "102" else "um dos CFOP que CSOSN 900 admite"
    return Falha("prod/CFOP", cfop, esperado)


@do_item(
    "nfce:N12a-91",
    "337",
    quando=_do_mei_a_consumidor,
    desde=_MEI_PRODUCAO,
    homologacao=_MEI_HOMOLOGACAO,
    correcao="Na venda a consumidor (NFC-e, ou NF-e com tpImp 6), o MEI usa CFOP 5102: corrija o "
    "CFOP, ou emita NF-e com outro formato de DANFE.",
    causa="CFOP da indústria (5101) ou de substituição tributária (5405) em nota de MEI.",
)
def cfop_do_mei_ao_consumidor(item: Item) -> Falha | None:
    if item.prod["CFOP"] == "5102":
        return None
    return Falha("prod/CFOP", item.prod["CFOP"], "5102")


def _falha(item: Item, esperado: str) -> Falha:
    """The CST or CSOSN is not the one."""
    campo = "CST" if "CST" in item.icms else "CSOSN"
    return Falha(no_icms(item, campo), item.icms[campo], esperado)
