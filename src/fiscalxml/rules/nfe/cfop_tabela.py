"""Group I, rules I08 that ask what the table of CFOPs says of one: returns, IBS and CBS only."""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe import cfops
from fiscalxml.rules.nfe.reforma import NT_2026_007
from fiscalxml.rules.nfe.scopes import MEI, MOC_7, Item, Nota, da_nota, do_item
from fiscalxml.tables import cfop as tabela

_LISTA_DO_MEI: Final = ", ".join(sorted(cfops.DEVOLUCAO_DO_MEI))
_MEI_COM_LISTA: Final = date(2025, 4, 1)
"""NT 2024.001, production; before, a MEI's return was as any other"""
_MEI_COM_LISTA_HOMOLOGACAO: Final = date(2024, 7, 1)
_REGRA_DO_MEI: Final = date(2026, 7, 1)
"""from here on a MEI's return is 1179 (homologação; produção a month later)"""
_OUTRA_ENTRADA: Final = frozenset({"1949", "2949"})
_OUTRA_SAIDA: Final = frozenset({"5949", "6949"})
_GAS_NATURAL: Final = "27112100"
_NOTA_TECNICA_2026_009: Final = date(2026, 1, 1)
"""no earlier than this, 1949 and 2949 do in the return of anybody (its date was not seen)"""
_CREDITO_COM_DEVOLUCAO: Final = frozenset({"3", "03", "4", "04", "6", "06"})
"""tpNFCredito of goods that come back"""
_RETORNO: Final = frozenset({"3", "03"})


@do_item(
    "nfe:I08-140",
    "327",
    quando=lambda nota: nota.finNFe == "4",
    desde=MOC_7,
    correcao="Na nota de devolução (finNFe 4), use o CFOP da devolução que corresponde à operação "
    "original, como 5202 para a compra 1102; ou corrija finNFe.",
    causa="Devolução emitida com o CFOP da compra ou da venda original.",
)
def devolucao_com_outro_cfop(item: Item) -> Falha | None:
    """A return has a CFOP of return; other entries and natural gas are excepted."""
    cfop, nota = item.prod["CFOP"], item.nota
    com_lista = nota.emit["CRT"] == MEI and _mei_com_lista(nota)
    if com_lista and (cfop in cfops.DEVOLUCAO_DO_MEI or _desde(nota, _REGRA_DO_MEI)):
        return None
    found = tabela.busca(cfop)
    if found is None or (not com_lista and _devolve(found)):
        return None
    if cfop in _OUTRA_ENTRADA and (
        nota.dest["indIEDest"] == "9" or _desde(nota, _NOTA_TECNICA_2026_009)
    ):
        return None
    if cfop in _OUTRA_SAIDA and item.prod["NCM"] == _GAS_NATURAL:
        return None
    return Falha("prod/CFOP", cfop, _LISTA_DO_MEI if com_lista else "CFOP de devolução")


@da_nota(
    "nfe:I08-144",
    "328",
    quando=lambda nota: nota.finNFe not in ("2", "4"),
    correcao="O CFOP é de devolução: informe finNFe 4 e a nota devolvida em NFref, ou outro CFOP.",
    causa="Devolução emitida como nota normal (finNFe 1).",
)
def cfop_de_devolucao_em_outra_nota(nota: Nota) -> Falha | None:
    """A CFOP of return is for returns, their complements, and credits for what came back."""
    n = nota.com_cfop(cfops.com("devolucao"))
    if not n or nota.ide["tpNFCredito"] in _CREDITO_COM_DEVOLUCAO:
        return None
    cfop = nota.prods[n - 1]["CFOP"]
    return Falha(f"det[{n}]/prod/CFOP", cfop, f"CFOP de nota com finNFe {nota.ide['finNFe']}")


@da_nota(
    "nfe:I08-191",
    "159",
    quando=lambda nota: nota.finNFe != "4",
    **NT_2026_007,
    correcao="Sem IE, use um CFOP permitido a quem só é contribuinte do IBS e da CBS (coluna "
    "indExcIBSCBS da tabela); ou informe a IE do emitente.",
    causa="Venda de mercadoria por quem não é contribuinte do ICMS, ou IE esquecida no cadastro.",
)
def cfop_de_contribuinte_do_icms(nota: Nota) -> Falha | None:
    """An issuer without IE has the few CFOPs that do without ICMS."""
    if "IE" in nota.emit or nota.ide["tpNFCredito"] in _RETORNO:
        return None
    for n, prod in enumerate(nota.prods, 1):
        found = tabela.busca(prod["CFOP"])
        if found is not None and not found.so_ibs_cbs:
            return Falha(f"det[{n}]/prod/CFOP", prod["CFOP"], "CFOP permitido a quem não tem IE")
    return None


def _devolve(found: tabela.Cfop) -> bool:
    return found.devolucao or "devolução" in found.descricao.lower()


def _mei_com_lista(nota: Nota) -> bool:
    homologacao = nota.ide["tpAmb"] == "2"
    return _desde(nota, _MEI_COM_LISTA_HOMOLOGACAO if homologacao else _MEI_COM_LISTA)


def _desde(nota: Nota, dia: date) -> bool:
    return nota.emissao is not None and nota.emissao.date() >= dia
