"""Group UB82a: how IBS and CBS are made up in a purchase of the government."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import difere, reais
from fiscalxml.rules.nfe.ibscbs.esferas import CAMINHO, ESFERAS
from fiscalxml.rules.nfe.reforma import V130
from fiscalxml.rules.nfe.scopes import Item, de_cada_no_item

_TOLERANCIA: Final = Decimal("0.04")
_PARCELAS: Final = ("vTribIBSUF", "vTribIBSMun", "vTribCBS")


@de_cada_no_item(
    CAMINHO,
    "nfe:UB82a-10",
    "1141",
    **V130,
    quando=lambda nota: nota.tpOperGov != "",
    correcao="Informe gTribCompraGov em cada item: a nota é de compra governamental.",
    causa="gCompraGov foi informado na identificação, e não a composição do tributo nos itens.",
)
def compra_do_governo_sem_composicao(grupo: Grupo, _item: Item) -> Falha | None:
    """An item of a CST without gIBSCBS has no place for it."""
    if grupo.tem("gTribCompraGov"):
        return None
    return Falha("gTribCompraGov", "ausente", "informado")


@de_cada_no_item(
    f"{CAMINHO}/gTribCompraGov",
    "nfe:UB82a-20",
    "1142",
    **V130,
    correcao="vTribIBSUF + vTribIBSMun + vTribCBS de gTribCompraGov devem somar o mesmo que vIBSUF "
    "+ vIBSMun + vCBS do item.",
    causa="Os valores da composição foram calculados sem o redutor da compra governamental.",
)
def soma_da_composicao(grupo: Grupo, item: Item) -> Falha | None:
    """Both sums are the same within R$ 0,04."""
    ibscbs = item.imposto.em("IBSCBS", "gIBSCBS")
    composicao = sum(map(grupo.valor, _PARCELAS), Decimal())
    tributos = sum((ibscbs.em(e.grupo).valor(e.valor) for e in ESFERAS), Decimal())
    if not difere(composicao, tributos, _TOLERANCIA):
        return None
    return Falha("", reais(composicao), reais(tributos))


@de_cada_no_item(
    f"{CAMINHO}/gTribCompraGov",
    "nfe:UB82a-30",
    "1144",
    **V130,
    quando=lambda nota: nota.tpOperGov == "",
    correcao="Retire gTribCompraGov, ou informe gCompraGov na identificação da nota.",
    causa="Composição de compra governamental preenchida numa venda comum.",
)
def composicao_sem_compra_do_governo(_grupo: Grupo, _item: Item) -> Falha | None:
    return Falha("", "informado", "não informar")
