"""Groups UB01 and UB16: Imposto Seletivo, and the taxable base. None is in force yet."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import CENTAVO, centavos, difere, reais
from fiscalxml.rules.nfe.ibscbs.esferas import CAMINHO, POR_CENTO
from fiscalxml.rules.nfe.scopes import ZERO, Item, de_cada_no_item

_SEM_DATA: Final = "A nota técnica não diz a data."
_SOMAM: Final = ("vProd", "vFrete", "vSeg", "vOutro")
_DO_ICMS: Final = ("vICMS", "vFCP", "vICMSMono")


def _base(item: Item) -> Decimal:
    """What an item costs, without the taxes that the reform replaces.

    The note names vServ, too; the layout has the price of a service in vProd.
    """
    imposto, prod = item.imposto, item.prod
    destino = imposto.em("ICMSUFDest")
    return (
        sum(map(prod.valor, _SOMAM), ZERO)
        + imposto.em("II").valor("vII")
        - prod.valor("vDesc")
        - _contribuicao(imposto, "PIS", "vPIS", "indSomaPISST")
        - _contribuicao(imposto, "COFINS", "vCOFINS", "indSomaCOFINSST")
        - sum(map(item.icms.valor, _DO_ICMS), ZERO)
        - destino.valor("vICMSUFDest")
        - destino.valor("vFCPUFDest")
        - imposto.em("ISSQN").valor("vISSQN")
    )


def _contribuicao(imposto: Grupo, nome: str, campo: str, soma_no_total: str) -> Decimal:
    """With its substitution, unless that is part of the note's total."""
    st = imposto.em(f"{nome}ST")
    retida = ZERO if st[soma_no_total] == "1" else st.valor(campo)
    return imposto.em(nome).escolha().valor(campo) + retida


@de_cada_no_item(
    "imposto/IS",
    "nfe:UB05-10",
    "1103",
    duvida=_SEM_DATA,
    correcao="vBCIS é o valor do item com frete, seguro e despesas, menos o desconto e os tributos "
    "que a reforma substitui: refaça a soma.",
    causa="Base do ICMS ou valor bruto do produto usado como base do Imposto Seletivo.",
)
def base_do_seletivo(grupo: Grupo, item: Item) -> Falha | None:
    """vBCIS is the sum of its parts, within R$ 0,01."""
    calculada = _base(item)
    if "vBCIS" not in grupo or not difere(grupo.valor("vBCIS"), calculada, CENTAVO):
        return None
    return Falha("vBCIS", grupo["vBCIS"], reais(calculada))


@de_cada_no_item(
    "imposto/IS",
    "nfe:UB11-10",
    "1019",
    duvida=_SEM_DATA,
    correcao="vIS é vBCIS vezes pIS, mais qTrib vezes adRemIS: corrija um deles.",
    causa="Só uma das parcelas, a percentual ou a específica, entrou no valor.",
)
def valor_do_seletivo(grupo: Grupo, _item: Item) -> Falha | None:
    """vIS is vBCIS × pIS + qTrib × adRemIS, within R$ 0,01.

    The note divides adRemIS by a hundred, though it is an amount: either is right here.
    """
    if "vIS" not in grupo:
        return None
    percentual = grupo.valor("vBCIS") * grupo.valor("pIS") * POR_CENTO
    especifico = grupo.valor("qTrib") * grupo.valor("adRemIS")
    informado = grupo.valor("vIS")
    for calculado in (percentual + especifico, percentual + especifico * POR_CENTO):
        if not difere(informado, centavos(calculado), CENTAVO):
            return None
    return Falha("vIS", grupo["vIS"], reais(percentual + especifico))


@de_cada_no_item(
    CAMINHO,
    "nfe:UB16-10",
    "1104",
    duvida="É implementação futura, e a NT 2026.008 a retira.",
    correcao="vBC é o valor do item com frete, seguro e despesas, menos o desconto e os tributos "
    "que a reforma substitui, mais o Imposto Seletivo: refaça a soma.",
    causa="Valor do produto usado como base sem tirar ICMS, PIS e COFINS.",
)
def base_do_ibs_e_da_cbs(grupo: Grupo, item: Item) -> Falha | None:
    """vBC is the sum of its parts, within R$ 0,01."""
    calculada = _base(item) + item.imposto.em("IS").valor("vIS")
    if not difere(grupo.valor("vBC"), calculada, CENTAVO):
        return None
    return Falha("vBC", grupo["vBC"], reais(calculada))
