"""Groups UB24, UB43, UB62: tax given back on the note itself (cashback), which only CBS has."""

from __future__ import annotations

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import CENTAVO, centavos, difere, reais
from fiscalxml.rules.nfe.ibscbs.esferas import CAMINHO, CBS, POR_CENTO, aplicada
from fiscalxml.rules.nfe.proibicoes import proibe_no_item
from fiscalxml.rules.nfe.reforma import V140
from fiscalxml.rules.nfe.scopes import Item, de_cada_no_item

for _regra, _codigo, _grupo, _correcao in (
    ("nfe:UB24-10", "1111", "gIBSUF", "O IBS da UF não é devolvido na nota"),
    ("nfe:UB43-10", "1112", "gIBSMun", "O IBS do município não é devolvido na nota"),
    ("nfce:UB62-10", "1187", "gCBS", "A NFC-e não devolve CBS"),
):
    proibe_no_item(
        _regra,
        _codigo,
        f"{CAMINHO}/{_grupo}/gDevTrib",
        **V140,
        correcao=f"{_correcao}: retire gDevTrib de {_grupo} e refaça o valor.",
        causa="O grupo de devolução (cashback) foi preenchido em toda operação.",
    )


@de_cada_no_item(
    f"{CAMINHO}/gCBS/gDevTrib",
    "nfe:UB62a-10",
    "1188",
    **V140,
    correcao="Informe em pDevTrib o percentual da CBS que se devolve.",
    causa="Sistema preparado para o leiaute anterior a maio de 2026, que só tinha vDevTrib.",
)
def devolucao_sem_percentual(grupo: Grupo, _item: Item) -> Falha | None:
    return None if "pDevTrib" in grupo else Falha("pDevTrib", "ausente", "informado")


@de_cada_no_item(
    f"{CAMINHO}/gCBS/gDevTrib",
    "nfe:UB63-10",
    "1189",
    **V140,
    correcao="vDevTrib é vBC vezes pCBS (ou pAliqEfet, se há gRed) vezes pDevTrib: corrija um "
    "deles.",
    causa="Devolução calculada sobre a alíquota cheia quando há redução, ou sobre outra base.",
)
def valor_devolvido(grupo: Grupo, item: Item) -> Falha | None:
    """vDevTrib is vBC × rate × pDevTrib, within R$ 0,01."""
    if "pDevTrib" not in grupo:  # a rule of its own
        return None
    ibscbs = item.imposto.em("IBSCBS", "gIBSCBS")
    campo, aliquota = aplicada(ibscbs.em("gCBS"), CBS)
    base, percentual = ibscbs.valor("vBC"), grupo.valor("pDevTrib")
    calculado = base * aliquota * percentual * POR_CENTO * POR_CENTO
    if not difere(grupo.valor("vDevTrib"), centavos(calculado), CENTAVO):
        return None
    conta = f"vBC {base} × {campo} {aliquota}% × pDevTrib {percentual}% = {reais(calculado)}."
    return Falha("vDevTrib", grupo["vDevTrib"], reais(calculado), conta)
