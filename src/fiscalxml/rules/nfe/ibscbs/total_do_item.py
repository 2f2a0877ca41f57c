"""Group VB: the total of an item with all that is added to its price (det/vItem). In the future.

NT 2026.008 has struck IBS, CBS and IS from the sum: from 2027 on they are part of vProd.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import CENTAVO, difere, reais
from fiscalxml.rules.nfe.reforma import SEM_DATA
from fiscalxml.rules.nfe.scopes import ZERO, Item, do_item

_FATURAMENTO_DIRETO: Final = "2"
"""tpOp of a new vehicle that is sold by its maker to the consumer"""
_CORRECAO: Final = "Refaça a conta de vItem a partir dos campos do item."
_CAUSA: Final = "vItem foi copiado de vProd, sem o que se soma ao preço ou se desconta dele."


@do_item(
    "nfe:VB01-05",
    "1137",
    com="imposto/IBSCBS/gIBSCBS",
    duvida=SEM_DATA,
    correcao="Informe vItem, o valor total do item, depois do grupo imposto.",
    causa="O sistema ainda não gera o total do item com IBS, CBS e IS.",
)
def item_sem_total(item: Item) -> Falha | None:
    if "vItem" in item.det:
        return None
    return Falha("vItem", "ausente", "informado")


@do_item("nfe:VB01-10", "1105", com=":vItem", duvida=SEM_DATA, correcao=_CORRECAO, causa=_CAUSA)
def total_do_item(item: Item) -> Falha | None:
    if _faturado_direto(item):
        return None
    icms = item.icms
    cobrados = icms.valor("vICMSST") + icms.valor("vICMSMonoReten") + icms.valor("vFCPST")
    cobrados += item.det.em("impostoDevol", "IPI").valor("vIPIDevol")
    return _compara(item, cobrados)


@do_item("nfe:VB01-20", "1105", com=":vItem", duvida=SEM_DATA, correcao=_CORRECAO, causa=_CAUSA)
def total_do_veiculo(item: Item) -> Falha | None:
    """In the direct sale of a new vehicle, what is charged for others does not count."""
    return _compara(item, ZERO) if _faturado_direto(item) else None


def _faturado_direto(item: Item) -> bool:
    return item.prod.em("veicProd")["tpOp"] == _FATURAMENTO_DIRETO


def _compara(item: Item, cobrados: Decimal) -> Falha | None:
    """IBS, CBS and IS do not count: from 2027 on vProd has them in it (NT 2026.008)."""
    prod, imposto = item.prod, item.imposto
    total = prod.valor("vProd") - prod.valor("vDesc") + cobrados
    total += prod.valor("vFrete") + prod.valor("vSeg") + prod.valor("vOutro")
    total += imposto.em("II").valor("vII") + imposto.em("IPI", "IPITrib").valor("vIPI")
    if item.icms["indDeduzDeson"] == "1":
        total -= item.icms.valor("vICMSDeson")
    if imposto.em("PISST")["indSomaPISST"] == "1":
        total += imposto.em("PISST").valor("vPIS")
    if imposto.em("COFINSST")["indSomaCOFINSST"] == "1":
        total += imposto.em("COFINSST").valor("vCOFINS")
    if not difere(item.det.valor("vItem"), total, CENTAVO):
        return None
    return Falha("vItem", item.det["vItem"], reais(total))
