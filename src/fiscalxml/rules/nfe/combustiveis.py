"""Group LA: fuels (prod/comb)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import difere
from fiscalxml.rules.nfe import cfops
from fiscalxml.rules.nfe.scopes import (
    SIMPLIFICADO,
    ZERO,
    Item,
    Natureza,
    Nota,
    a_consumidor,
    da_nota,
    de_cada_no_item,
    do_item,
)

_GLP: Final = "210203001"
_COM_GLP: Final = frozenset({_GLP, "210203003", "210203004", "210203005"})
"""products whose origin is told apart by indImport (LA21-20)"""
_PERCENTUAIS_DO_GLP: Final = ("pGLP", "pGNn", "pGNi")
_COM_ENCERRANTE: Final = frozenset(
    {
        *("810101002", "810101001", "220101005", "220101006", "320103001", "320102002"),
        *("320102001", "320102003", "820101033", "820101034", "420106001", "820101011"),
        *("820101003", "820101013", "820101012", "420106002", "420301004"),
    }
)
"""products of a filling station (LA11-10): ethanol, vehicle gas, petrol, diesel"""
_AO_CONSUMIDOR: Final = frozenset({"5656", "5667"})
_ENTREGA_FUTURA: Final = frozenset({"5922", "6922"})
_CLASSE_DE_COMBUSTIVEL: Final = "410013"
_MONOFASICA: Final = "620"
_CEM: Final = Decimal(100)
_TOLERANCIA: Final = Decimal("0.1")
_ORIGENS: Final = {"0": "nacional", "1": "importado"}
# NT 2023.001: origin of the fuel.
_ORIGEM_HOMOLOGACAO: Final = date(2023, 9, 25)
_ORIGEM_PRODUCAO: Final = date(2023, 10, 30)


@da_nota(
    "nfe:LA01-20",
    "660",
    correcao="Informe no item o grupo comb, com o código do produto na ANP; ou, se não é "
    "combustível nem lubrificante, outro CFOP.",
    causa="Lubrificante vendido com CFOP 5656 sem código da ANP no cadastro.",
)
def cfop_de_combustivel_sem_grupo(nota: Nota) -> Falha | None:
    """A CFOP of fuel goes with the group of fuel."""
    de_combustivel = cfops.com("combustivel")
    if nota.cfops.isdisjoint(de_combustivel):
        return None
    for n, prod in enumerate(nota.prods, 1):
        if prod["CFOP"] in de_combustivel and not prod.tem("comb"):
            return Falha(f"det[{n}]/prod/comb", "ausente", "informado", f"O CFOP é {prod['CFOP']}.")
    return None


@do_item(
    "nfe:LA01-30",
    "1106",
    com="imposto/IBSCBS:cClassTrib",
    se=lambda classe: classe[:3] == _MONOFASICA or classe == _CLASSE_DE_COMBUSTIVEL,
    correcao="Informe o grupo comb do combustível; ou, se o produto não é combustível, outro "
    "cClassTrib.",
    causa="cClassTrib 620 (monofásica) ou 410013 num produto sem código da ANP no cadastro.",
)
def classe_de_combustivel_sem_grupo(item: Item) -> Falha | None:
    """A cClassTrib of fuel (410013, 620…) goes with the group of fuel."""
    if item.prod.tem("comb"):
        return None
    classe = item.imposto.em("IBSCBS")["cClassTrib"]
    return Falha("imposto/IBSCBS/cClassTrib", classe, "item com o grupo comb")


@de_cada_no_item(
    "prod/comb",
    "nfe:LA03c-10",
    "461",
    correcao=f"pGLP, pGNn e pGNi são só do GLP (cProdANP {_GLP}): retire-os.",
    causa="Outro derivado de gás com os percentuais do GLP no cadastro.",
)
def percentuais_fora_do_glp(comb: Grupo, _item: Item) -> Falha | None:
    """Percentages of GLP, of which zero is as good as none, are of one product."""
    if comb["cProdANP"] == _GLP:
        return None
    for campo in _PERCENTUAIS_DO_GLP:
        if comb.valor(campo):
            return Falha(campo, comb[campo], "não informar", f"cProdANP {comb['cProdANP']}.")
    return None


@de_cada_no_item(
    "prod/comb",
    "nfe:LA03c-20",
    "855",
    correcao="A soma de pGLP, pGNn e pGNi do GLP é 100: confira os três na nota de compra.",
    causa="Percentuais não informados na revenda, ou copiados de outra remessa.",
)
def percentuais_do_glp(comb: Grupo, _item: Item) -> Falha | None:
    """What GLP is made of adds up to 100 %."""
    if comb["cProdANP"] != _GLP:
        return None
    soma = sum(map(comb.valor, _PERCENTUAIS_DO_GLP), ZERO)
    return None if soma == _CEM else Falha("pGLP", f"soma {soma}", "soma 100")


@de_cada_no_item(
    "prod/comb",
    "nfe:LA03d-10",
    "856",
    correcao="Informe em vPart o valor de partida do GLP: o do quilograma, sem ICMS.",
    causa="Revenda de GLP sem o valor de partida no cadastro.",
)
def glp_sem_valor_de_partida(comb: Grupo, _item: Item) -> Falha | None:
    if comb["cProdANP"] != _GLP or "vPart" in comb:
        return None
    return Falha("vPart", "ausente", "valor do quilograma sem ICMS")


@de_cada_no_item(
    "prod/comb",
    "nfce:LA11-10",
    "378",
    quando=a_consumidor,
    correcao="Informe no grupo encerrante o bico, o tanque e os valores inicial e final.",
    causa="Abastecimento lançado à mão, sem integração com a bomba.",
)
def sem_encerrante(comb: Grupo, _item: Item) -> Falha | None:
    """Fuel that a filling station sells to the consumer names the pump's counter."""
    if comb["cProdANP"] not in _COM_ENCERRANTE or comb.tem("encerrante"):
        return None
    return Falha("encerrante", "ausente", "informado")


@do_item(
    "nfe:LA11-20",
    "379",
    com="prod/comb/encerrante",
    correcao="O encerrante é da venda a consumidor final: use CFOP 5656 ou 5667, ou retire o "
    "grupo.",
    causa="NF-e de um abastecimento já documentado por NFC-e, com CFOP 5929.",
)
def encerrante_sem_venda_a_consumidor(item: Item) -> Falha | None:
    codigo = item.prod["CFOP"]
    return None if codigo in _AO_CONSUMIDOR else Falha("prod/CFOP", codigo, "5656 ou 5667")


@de_cada_no_item(
    "prod/comb/encerrante",
    "nfe:LA16-10",
    "380",
    correcao="vEncFin é maior que vEncIni; se o contador da bomba voltou a zero, divida o "
    "abastecimento em dois itens.",
    causa="Contador da bomba que zerou durante o abastecimento, ou valores trocados.",
)
def encerrante_que_nao_avanca(encerrante: Grupo, _item: Item) -> Falha | None:
    if encerrante.valor("vEncFin") > encerrante.valor("vEncIni"):
        return None
    return Falha("vEncFin", encerrante["vEncFin"], f"mais que {encerrante['vEncIni']}")


def _operacao_com_origem(nota: Natureza) -> bool:
    return nota.indFinal != "1" and nota.finNFe not in ("2", "4") and nota.tpImp != SIMPLIFICADO


@do_item(
    "nfe:LA18-20",
    "909",
    quando=_operacao_com_origem,
    com=("prod/comb:pGNn", "prod/comb:pGNi"),
    desde=_ORIGEM_PRODUCAO,
    homologacao=_ORIGEM_HOMOLOGACAO,
    correcao="Informe em origComb as UFs de origem do gás natural que compõe o GLP.",
    causa="Percentuais de gás natural copiados da nota de compra sem o grupo de origem.",
)
def gas_natural_sem_origem(item: Item) -> Falha | None:
    """GLP with natural gas says where it comes from, unless it will be delivered later."""
    comb = item.prod.em("comb")
    if comb.tem("origComb") or item.prod["CFOP"] in _ENTREGA_FUTURA:
        return None
    for campo in ("pGNn", "pGNi"):
        if comb.valor(campo):
            return Falha("prod/comb/origComb", "ausente", "informado", f"{campo} é {comb[campo]}.")
    return None


@de_cada_no_item(
    "prod/comb",
    "nfe:LA21-10",
    "958",
    desde=_ORIGEM_PRODUCAO,
    homologacao=_ORIGEM_HOMOLOGACAO,
    correcao="A soma de pOrig de todas as UFs de origem é 100.",
    causa="Origens de duas compras somadas, ou uma UF esquecida.",
)
def origens_do_combustivel(comb: Grupo, _item: Item) -> Falha | None:
    """The shares of the UFs of origin add up to 100 %, within 0.1."""
    return None if comb["cProdANP"] in _COM_GLP else _soma_100(comb, "")


@de_cada_no_item(
    "prod/comb",
    "nfe:LA21-20",
    "958",
    desde=_ORIGEM_PRODUCAO,
    homologacao=_ORIGEM_HOMOLOGACAO,
    correcao="A soma de pOrig das origens nacionais é 100, e a das importadas também.",
    causa="GLP de origem nacional e importada com percentuais que somam 100 ao todo, e não para "
    "cada origem.",
)
def origens_do_glp(comb: Grupo, _item: Item) -> Falha | None:
    """In GLP, the shares add up to 100 % within 0.1 for what is national, and for imports."""
    if comb["cProdANP"] not in _COM_GLP:
        return None
    for indicador, nome in _ORIGENS.items():
        if (falha := _soma_100(comb, nome, indicador)) is not None:
            return falha
    return None


def _soma_100(comb: Grupo, nome: str, indicador: str = "") -> Falha | None:
    """The shares of all origins, or of those with an indImport; there may be none."""
    origens = [
        (n, origem.valor("pOrig"))
        for n, origem in enumerate(comb.lista("origComb"), 1)
        if indicador in ("", origem["indImport"])
    ]
    soma = sum((parte for _, parte in origens), ZERO)
    if not origens or not difere(soma, _CEM, _TOLERANCIA):
        return None
    return Falha(f"origComb[{origens[0][0]}]/pOrig", f"soma {soma} {nome}".rstrip(), "soma 100")
