"""Group N: the ICMS rate of sales to another state (Resoluções do Senado 22/1989 and 13/2012)."""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.documents.groups import as_decimal
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe import cfops
from fiscalxml.rules.nfe.grupos_icms import campos, conjunto, no_icms
from fiscalxml.rules.nfe.scopes import Item, Nota, do_item, em_cada
from fiscalxml.tables import aliquotas

_VENDA_A_ORDEM: Final = conjunto("6118 6119 6122 6123")
_VENDA_DIRETA: Final = ("2", "3")
"""tpOp of a new vehicle: from its maker to the consumer, or to a large one"""
_RESOLUCAO_13: Final = "1301"
"""AAMM from which imported goods have their own rate"""
_TRIBUTADOS: Final = ("ICMS00", "ICMS10", "ICMS20", "ICMS70", "ICMS90", "ICMSPart")


@do_item(
    "nfe:N16-04",
    "663",
    quando=lambda nota: nota.idDest == "2" and nota.tpNF == "1" and nota.finNFe != "4",
    com=campos("pICMS", *_TRIBUTADOS),
    se=lambda aliquota: as_decimal(aliquota) > aliquotas.QUATRO,
    correcao="Mercadoria importada, ou com mais de 40% de conteúdo importado (orig 1, 2, 3 ou 8), "
    "vai a outro estado com 4%: corrija pICMS ou orig.",
    causa="A alíquota do item não olha a origem da mercadoria.",
)
def importado_a_mais_de_quatro(item: Item) -> Falha | None:
    icms = item.icms
    if icms["orig"] not in aliquotas.IMPORTADOS:
        return None
    if _excecao_do_cfop(item, "retorno") or _veiculo_direto(item.nota):
        return None
    if item.nota.ide["finNFe"] == "2" and _referencia_antiga(item.nota):
        return None
    return Falha(no_icms(item, "pICMS"), icms["pICMS"], "até 4.00")


@do_item(
    "nfe:N16-20",
    "693",
    quando=lambda nota: nota.idDest == "2" and nota.tpNF == "1" and nota.finNFe == "1",
    com=campos("pICMS", *_TRIBUTADOS, "ICMS51", "ICMSSN900"),
    se=lambda aliquota: as_decimal(aliquota) > aliquotas.SETE,
    desde=date(2016, 7, 1),
    correcao="A outro estado a alíquota é 7% (do Sul e Sudeste, sem o ES, para o Norte, Nordeste, "
    "Centro-Oeste e ES) ou 12% (os demais): corrija pICMS.",
    causa="Alíquota da venda no estado em venda a outro estado.",
)
def aliquota_interestadual(item: Item) -> Falha | None:
    """pICMS of goods that are not imported is at most the rate between the two states."""
    icms, nota = item.icms, item.nota
    if icms["orig"] in aliquotas.IMPORTADOS:
        return None
    origem, destino = nota.emit.em("enderEmit")["UF"], nota.dest.em("enderDest")["UF"]
    teto = aliquotas.interestadual(origem, destino)
    if icms.valor("pICMS") <= teto or not destino:
        return None
    if _excecao_do_cfop(item, "retorno", "anulacao") or _veiculo_direto(nota):
        return None
    if nota.grupo.em("entrega")["UF"] not in ("", origem):
        return None
    if nota.grupo.em("retirada")["UF"] not in ("", destino):
        return None
    return Falha(
        no_icms(item, "pICMS"), icms["pICMS"], f"até {teto}.00, de {origem} para {destino}"
    )


def _excecao_do_cfop(item: Item, *indicadores: str) -> bool:
    cfop = item.prod["CFOP"]
    return cfop in _VENDA_A_ORDEM or cfop in cfops.com(*indicadores)


def _veiculo_direto(nota: Nota) -> bool:
    return any(veiculo["tpOp"] in _VENDA_DIRETA for veiculo in em_cada(nota.prods, "veicProd"))


def _referencia_antiga(nota: Nota) -> bool:
    return any(
        (ref["refNFe"][2:6] or ref.em("refNF")["AAMM"] or _RESOLUCAO_13) < _RESOLUCAO_13
        for ref in nota.ide.lista("NFref")
    )
