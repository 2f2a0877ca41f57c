"""Groups LA and I13: fuels by the ANP's table, and by that of the ICMS levied once (monofásica).

Both are the operator's: nobody publishes them under a permissive licence.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.scopes import SIMPLIFICADO, Item, Natureza, de_cada_no_item, do_item
from fiscalxml.tables import operador

_MONOFASICOS: Final = "monofasicos"
_GLP: Final = "210203001"
_QUILOGRAMA: Final = "KG"
"""the unit of GLP, which MOC 7.0 states itself"""
_VINCULADOS_A_EXPORTACAO: Final = frozenset(
    {
        *("1501", "2501", "5501", "5502", "5504", "5505"),
        *("6501", "6502", "6504", "6505"),
    }
)
_ENTREGA_FUTURA: Final = frozenset({"5922", "6922"})
_HOMOLOGACAO: Final = date(2023, 9, 25)
_PRODUCAO: Final = date(2023, 10, 30)
"""NT 2023.001"""
_SIM: Final = "1"
_NAO: Final = "0"


@de_cada_no_item(
    "prod/comb",
    "nfe:LA02-10",
    "761",
    tabela="anp",
    correcao="Informe em cProdANP o código do produto no SIMP, da ANP.",
    causa="Código extinto pela ANP, ou código interno no lugar do da ANP.",
)
def produto_da_anp(comb: Grupo, _item: Item) -> Falha | None:
    codigo = comb["cProdANP"]
    if codigo in (operador.tabela("anp") or ()):
        return None
    return Falha("cProdANP", codigo, "código da tabela da ANP")


@do_item(
    "nfe:I13-20",
    "854",
    quando=lambda nota: nota.tpNF != "1" or nota.idDest != "3",
    com="prod/comb",
    desde=_PRODUCAO,
    homologacao=_HOMOLOGACAO,
    correcao="Informe em uTrib a unidade em que o combustível é tributado (do GLP, KG), e em qTrib "
    "e vUnTrib a quantidade e o valor nela.",
    causa="Botijão vendido por unidade (UN) sem a conversão para quilogramas em uTrib.",
)
def unidade_do_combustivel(item: Item) -> Falha | None:
    """The taxable unit is that of the table; of GLP it is known without it."""
    codigo, unidade = item.prod.em("comb")["cProdANP"], item.prod["uTrib"]
    esperada = _monofasico(codigo).get("unidade") or (_QUILOGRAMA if codigo == _GLP else "")
    if not esperada or unidade.upper() == esperada.upper():
        return None
    if item.prod["CFOP"] in _VINCULADOS_A_EXPORTACAO:
        return None
    return Falha("prod/uTrib", unidade, esperada)


@de_cada_no_item(
    "prod/comb",
    "nfe:LA17-10",
    "907",
    tabela=_MONOFASICOS,
    desde=_PRODUCAO,
    homologacao=_HOMOLOGACAO,
    correcao="Retire pBio: o índice de mistura é só dos combustíveis que têm biocombustível na "
    "tabela.",
    causa="Índice de mistura do diesel no cadastro de outro combustível.",
)
def mistura_indevida(comb: Grupo, _item: Item) -> Falha | None:
    """Only a fuel with biofuel in it has a share of it."""
    if "pBio" not in comb or _monofasico(comb["cProdANP"]).get("biocombustivel", _NAO) != _NAO:
        return None
    return Falha("pBio", comb["pBio"], "não informar", f"cProdANP {comb['cProdANP']}.")


def _entrega_comum(nota: Natureza) -> bool:
    return nota.indFinal != "1" and nota.finNFe not in ("2", "4") and nota.tpImp != SIMPLIFICADO


@do_item(
    "nfe:LA17-20",
    "908",
    quando=_entrega_comum,
    com="prod/comb",
    tabela=_MONOFASICOS,
    desde=_PRODUCAO,
    homologacao=_HOMOLOGACAO,
    correcao="Informe em pBio o índice de mistura do biocombustível.",
    causa="Diesel B vendido a revendedor sem o percentual de biodiesel.",
)
def mistura_nao_informada(item: Item) -> Falha | None:
    """A fuel with biofuel in it says its share, unless it will be delivered later."""
    comb = item.prod.em("comb")
    if "pBio" in comb or item.prod["CFOP"] in _ENTREGA_FUTURA:
        return None
    if _monofasico(comb["cProdANP"]).get("biocombustivel") != _SIM:
        return None
    return Falha("prod/comb/pBio", "ausente", "índice de mistura")


@do_item(
    "nfe:LA18-10",
    "909",
    quando=_entrega_comum,
    com="prod/comb",
    tabela=_MONOFASICOS,
    desde=date(2025, 10, 1),
    homologacao=date(2025, 8, 4),
    correcao="Informe em origComb as UFs de origem do combustível.",
    causa="Venda a revendedor sem a origem que veio na nota da refinaria ou do importador.",
)
def origem_nao_informada(item: Item) -> Falha | None:
    """A fuel whose origin counts says it, unless it will be delivered later."""
    comb = item.prod.em("comb")
    if comb.tem("origComb") or item.prod["CFOP"] in _ENTREGA_FUTURA:
        return None
    if _monofasico(comb["cProdANP"]).get("origem") != _SIM:
        return None
    return Falha("prod/comb/origComb", "ausente", "informado")


@de_cada_no_item(
    "prod/comb",
    "nfe:LA18-30",
    "747",
    tabela=_MONOFASICOS,
    desde=_PRODUCAO,
    homologacao=_HOMOLOGACAO,
    correcao="Retire origComb: o grupo é só dos combustíveis da tabela da tributação monofásica.",
    causa="Origem informada para todos os combustíveis, e não só para os da tabela.",
)
def origem_indevida(comb: Grupo, _item: Item) -> Falha | None:
    if not comb.tem("origComb") or _monofasico(comb["cProdANP"]):
        return None
    return Falha("origComb", "informado", "não informar", f"cProdANP {comb['cProdANP']}.")


def _monofasico(codigo: str) -> Mapping[str, str]:
    """The row of a product in the operator's table; empty where there is none."""
    return (operador.tabela(_MONOFASICOS) or {}).get(codigo, {})
