"""Group N: single-phase ICMS on fuels (CST 02, 15, 53 and 61) of each item."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import CENTAVO, centavos, difere, reais
from fiscalxml.rules.nfe.grupos_icms import conjunto, grupos, no_icms
from fiscalxml.rules.nfe.scopes import Item, do_item
from fiscalxml.tables import operador

_TABELA: Final = "monofasicos"
_PRODUCAO: Final = date(2023, 10, 30)
_HOMOLOGACAO: Final = date(2023, 9, 25)
_RETIDA_PRODUCAO: Final = date(2024, 4, 1)
_UM_TERCO: Final = Decimal("0.3333")
_DIESEL_COM_UM_TERCO: Final = conjunto(
    "420102004 420102005 420105001 820101003 820101011 820101012 820101013 820101026 820101027 "
    "820101032 820101033 820101034"
)
"""cProdANP with a third of the tax withheld"""


_MONOFASICOS: Final = frozenset({"02", "15", "53", "61"})
_TAMBEM_ACEITOS: Final = frozenset({"40", "41", "50", "90", "300", "400", "900"})
"""CST that the note names, and the CSOSN that are like them"""


def _na_tabela(item: Item) -> bool | None:
    """Whether the fuel of an item is in the table of those of one phase; None without a fuel."""
    codigo = item.prod.em("comb")["cProdANP"]
    return codigo in (operador.tabela(_TABELA) or ()) if codigo else None


@do_item(
    "nfe:N12-100",
    "959",
    com=grupos("ICMS02", "ICMS15", "ICMS53", "ICMS61"),
    tabela=_TABELA,
    desde=_PRODUCAO,
    homologacao=_HOMOLOGACAO,
    correcao="O produto não é de tributação monofásica: corrija o CST, ou cProdANP.",
    causa="cProdANP de outro produto, como lubrificante ou etanol.",
)
def monofasico_indevido(item: Item) -> Falha | None:
    if _na_tabela(item) is not False:
        return None
    return Falha(no_icms(item, "CST"), item.icms["CST"], "CST que não seja 02, 15, 53 ou 61")


@do_item(
    "nfe:N12-110",
    "960",
    quando=lambda nota: nota.finNFe not in ("5", "6"),
    com="prod/comb",
    tabela=_TABELA,
    desde=_PRODUCAO,
    homologacao=_HOMOLOGACAO,
    correcao="Combustível de tributação monofásica: informe CST 02, 15, 53 ou 61 (ou 40, 41, 50 ou "
    "90, se for o caso).",
    causa="O produto ficou com CST 60, ou CSOSN 500, de antes da tributação monofásica.",
)
def combustivel_sem_monofasico(item: Item) -> Falha | None:
    codigo = item.icms["CST"] or item.icms["CSOSN"]
    if not codigo or codigo in _MONOFASICOS or codigo in _TAMBEM_ACEITOS or not _na_tabela(item):
        return None
    campo = "CST" if "CST" in item.icms else "CSOSN"
    return Falha(no_icms(item, campo), codigo, "02, 15, 53 ou 61")


def _quantidade(
    regra: str, codigo: str, nomes: tuple[str, ...], campo: str, desde: date, nome: str
) -> None:
    """The quantity, which the schema leaves open, is there."""

    def sem_quantidade(item: Item) -> Falha | None:
        if campo in item.icms:
            return None
        return Falha(no_icms(item, campo), "ausente", "informado")

    do_item(
        regra,
        codigo,
        com=grupos(*nomes),
        desde=desde,
        homologacao=_HOMOLOGACAO,
        correcao=f"Informe {campo}, a {nome} na unidade da alíquota ad rem (litro ou quilo).",
        causa="Nota feita como antes da exigência, só com a alíquota e o valor.",
    )(sem_quantidade)


_quantidade(
    *("nfe:N37a-10", "767", ("ICMS02", "ICMS15", "ICMS53"), "qBCMono", _PRODUCAO),
    "quantidade tributada",
)
_quantidade(
    *("nfe:N39a-10", "768", ("ICMS15",), "qBCMonoReten", _PRODUCAO),
    "quantidade sujeita a retenção",
)
_quantidade(
    *("nfe:N43a-10", "769", ("ICMS61",), "qBCMonoRet", _RETIDA_PRODUCAO),
    "quantidade com o ICMS retido antes",
)


@do_item(
    "nfe:N39-10",
    "962",
    quando=lambda nota: nota.finNFe == "1",
    com=("imposto/ICMS/ICMS02:qBCMono", "imposto/ICMS/ICMS15:qBCMono"),
    aritmetica=True,
    desde=_PRODUCAO,
    homologacao=_HOMOLOGACAO,
    correcao="vICMSMono é qBCMono vezes adRemICMS: corrija um dos três.",
    causa="Quantidade em outra unidade que a da alíquota (metro cúbico no lugar de litro), ou "
    "alíquota que mudou.",
)
def icms_proprio(item: Item) -> Falha | None:
    """vICMSMono is qBCMono × adRemICMS in a normal note, within R$ 0,01."""
    return _produto(item, "vICMSMono", "qBCMono", "adRemICMS", Decimal(1))


def _retencao(regra: str, fator: Decimal, com_um_terco: bool) -> None:
    """vICMSMonoReten is qBCMonoReten × adRemICMSReten in a normal note, or a third of it."""

    def icms_com_retencao(item: Item) -> Falha | None:
        codigo = item.prod.em("comb")["cProdANP"]
        if not codigo or (codigo in _DIESEL_COM_UM_TERCO) is not com_um_terco:
            return None
        return _produto(item, "vICMSMonoReten", "qBCMonoReten", "adRemICMSReten", fator)

    conta = "qBCMonoReten vezes adRemICMSReten" + (" vezes 0,3333" if com_um_terco else "")
    do_item(
        regra,
        "964",
        quando=lambda nota: nota.finNFe == "1",
        com="imposto/ICMS/ICMS15:qBCMonoReten",
        aritmetica=True,
        desde=_PRODUCAO,
        homologacao=_HOMOLOGACAO,
        correcao=f"vICMSMonoReten é {conta}: corrija um deles.",
        causa="Quantidade ou alíquota da operação própria no lugar da que é sujeita a retenção.",
    )(icms_com_retencao)


_retencao("nfe:N41-10", Decimal(1), com_um_terco=False)
_retencao("nfe:N41-20", _UM_TERCO, com_um_terco=True)


def _produto(
    item: Item, campo: str, quantidade: str, aliquota: str, fator: Decimal
) -> Falha | None:
    """Where the rate is reduced, the manual does not say which one is informed: either will do."""
    icms = item.icms
    calculado = icms.valor(quantidade) * icms.valor(aliquota) * fator
    informado = icms.valor(campo)
    if not difere(informado, centavos(calculado), CENTAVO):
        return None
    reduzido = calculado * (1 - icms.valor("pRedAdRem") / 100)
    if not difere(informado, centavos(reduzido), CENTAVO):
        return None
    vezes = "" if fator == 1 else f" × {fator}"
    conta = (
        f"{quantidade} {icms[quantidade]} × {aliquota} {icms[aliquota]}{vezes} = "
        f"{reais(calculado)}."
    )
    return Falha(no_icms(item, campo), icms[campo], reais(calculado), conta)
