"""Group N: ICMS relieved, its amount, its reason, and what the reason asks for."""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.grupos_icms import (
    campos,
    conjunto,
    exigido,
    grupos,
    no_icms,
    sem_excecao_da_uf,
)
from fiscalxml.rules.nfe.scopes import Item, do_item

_SUFRAMA: Final = "7"
"""motDesICMS"""
_EXIGEM: Final = {"33": "2019-10-01", "52": "2023-07-01"}
"""Rio de Janeiro and Goiás"""
_CFOP_PARA_A_ZFM: Final = conjunto(
    "1203 1204 1208 1209 2203 2204 2208 2209 5109 5110 5120 5151 5152 5651 5652 5654 5655 5658 "
    "5659 5910 6905 6109 6110 6120 6122 6123 6151 6152 6651 6652 6654 6655 6658 6659 6910 6923"
)


@do_item(
    "nfe:N12-90",
    "934",
    quando=sem_excecao_da_uf,
    com=grupos("ICMS20", "ICMS30", "ICMS40", "ICMS70", "ICMS90"),
    desde=date(2019, 10, 1),
    correcao="Informe vICMSDeson, o ICMS que deixou de ser cobrado, e motDesICMS, o motivo. Goiás "
    "e Rio de Janeiro exigem, e não para todo CST.",
    causa="O benefício foi cadastrado só pelo CST, sem o valor e o motivo da desoneração.",
)
def sem_desoneracao(item: Item) -> Falha | None:
    """In two states; CST 90 is excepted where neither base is reduced."""
    icms = item.icms
    if "vICMSDeson" in icms or not exigido(item.nota, _EXIGEM):
        return None
    if icms["CST"] == "90" and not icms.valor("pRedBC") and not icms.valor("pRedBCST"):
        return None
    return Falha(no_icms(item, "vICMSDeson"), "ausente", "informado, com motDesICMS")


def _da_suframa(motivo: str) -> bool:
    return motivo == _SUFRAMA


@do_item(
    "nfe:N28-10",
    "625",
    com=campos("motDesICMS", "ICMS30", "ICMS40"),
    se=_da_suframa,
    correcao="Informe ISUF, a inscrição do destinatário na SUFRAMA, ou troque motDesICMS.",
    causa="O cadastro do cliente da Zona Franca não tem a inscrição na SUFRAMA.",
)
def suframa_sem_inscricao(item: Item) -> Falha | None:
    """CFOP of entrada are excepted."""
    if "ISUF" in item.nota.dest or item.prod["CFOP"][:1] in ("1", "2"):
        return None
    return Falha(no_icms(item, "motDesICMS"), "7 sem dest/ISUF", "dest/ISUF informado")


@do_item(
    "nfe:N28-12",
    "652",
    desde=date(2024, 7, 1),
    homologacao=date(2024, 3, 11),
    com=campos("motDesICMS", "ICMS30", "ICMS40"),
    se=_da_suframa,
    correcao="Na venda à Zona Franca (motDesICMS 7), informe indDeduzDeson 1, e tire o ICMS "
    "desonerado do valor total da nota.",
    causa="O sistema emissor grava motDesICMS e não indDeduzDeson, que é de 2024.",
)
def zona_franca_que_nao_deduz(item: Item) -> Falha | None:
    indicador = item.icms["indDeduzDeson"]
    if indicador == "1":
        return None
    return Falha(no_icms(item, "indDeduzDeson"), indicador or "ausente", "1")


@do_item(
    "nfe:N28-20",
    "626",
    com=campos("motDesICMS", "ICMS30", "ICMS40"),
    se=_da_suframa,
    correcao="Na venda isenta à Zona Franca, o CFOP é 6109 ou 6110, ou outro que o manual prevê "
    "para ela; ou troque motDesICMS.",
    causa="CFOP da venda comum (6101, 6102) em venda à Zona Franca de Manaus.",
)
def cfop_da_zona_franca(item: Item) -> Falha | None:
    cfop = item.prod["CFOP"]
    if cfop in _CFOP_PARA_A_ZFM:
        return None
    return Falha("prod/CFOP", cfop, "6109, 6110 ou outro da Zona Franca")


@do_item(
    "nfe:N28-30",
    "627",
    com=campos("motDesICMS", "ICMS20", "ICMS30", "ICMS40", "ICMS70", "ICMS90"),
    duvida="Uma cópia da NT 2019.001 a dá como removida pela NT 2018.005.",
    correcao="Informe em vICMSDeson o ICMS que deixou de ser cobrado, ou retire motDesICMS.",
    causa="O motivo da desoneração está no cadastro, mas o valor não é calculado.",
)
def desoneracao_zero(item: Item) -> Falha | None:
    if item.icms.valor("vICMSDeson"):
        return None
    return Falha(no_icms(item, "vICMSDeson"), item.icms["vICMSDeson"], "maior que zero")
