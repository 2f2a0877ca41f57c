"""Group N: ICMS of each item."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import CENTAVO, centavos, difere, reais
from fiscalxml.rules.nfe.proibicoes import proibe_no_item
from fiscalxml.rules.nfe.scopes import Item, do_item

_CENTESIMO: Final = Decimal("0.01")
_SIMPLES: Final = ("1", "4")
"""CRT of the Simples Nacional and of the MEI"""
_MONOFASICO: Final = ("02", "15", "53", "61")
_COM_FCP_ST: Final = (
    *("ICMS10", "ICMS30", "ICMS70", "ICMS90", "ICMSPart"),
    *("ICMSSN201", "ICMSSN202", "ICMSSN900"),
)
_COM_FCP: Final = ("ICMS00", "ICMS10", "ICMS20", "ICMS70", "ICMS90")


def _grupos(*nomes: str) -> tuple[str, ...]:
    return tuple(f"imposto/ICMS/{nome}" for nome in nomes)


def _campos(campo: str, *nomes: str) -> tuple[str, ...]:
    return tuple(f"{path}:{campo}" for path in _grupos(*nomes))


@do_item(
    "nfe:N12-20",
    "590",
    quando=lambda nota: nota.CRT in _SIMPLES,
    com="imposto/ICMS",
    correcao="Emitente do Simples Nacional informa CSOSN no lugar de CST; ou corrija o CRT.",
)
def cst_no_simples(item: Item) -> Falha | None:
    """The Simples Nacional informs CSOSN, but for the single-phase fuels."""
    cst = item.icms["CST"]
    if not cst or cst in _MONOFASICO:
        return None
    return Falha(_campo(item, "CST"), cst, "CSOSN")


@do_item(
    "nfe:N12a-10",
    "591",
    quando=lambda nota: nota.CRT not in _SIMPLES,
    com="imposto/ICMS",
    correcao="CSOSN é só do Simples Nacional (CRT 1 ou 4): informe CST, ou corrija o CRT.",
)
def csosn_fora_do_simples(item: Item) -> Falha | None:
    csosn = item.icms["CSOSN"]
    if not csosn:
        return None
    return Falha(_campo(item, "CSOSN"), csosn, "CST")


@do_item(
    "nfe:N17-20",
    "528",
    quando=lambda nota: nota.finNFe == "1",
    com=_grupos("ICMS00", "ICMS10", "ICMS20", "ICMS70"),
    aritmetica=True,
    correcao="vICMS é vBC vezes pICMS, arredondado a centavos: corrija um dos três.",
)
def valor_do_icms(item: Item) -> Falha | None:
    """vICMS is vBC × pICMS in a normal note, within R$ 0,01."""
    icms = item.icms
    informado, calculado = icms.valor("vICMS"), icms.valor("vBC") * icms.valor("pICMS") * _CENTESIMO
    if informado == calculado or not difere(informado, centavos(calculado), CENTAVO):
        return None
    conta = f"vBC {icms['vBC']} × pICMS {icms['pICMS']}% = {reais(calculado)}."
    return Falha(_campo(item, "vICMS"), icms["vICMS"], reais(calculado), conta)


@do_item(
    "nfe:N17b-10",
    "880",
    com=_campos("pFCP", *_COM_FCP, "ICMS51"),
    correcao="Sem Fundo de Combate à Pobreza, não informe pFCP, vFCP e a base dele.",
)
def fcp_zero(item: Item) -> Falha | None:
    if not item.icms.valor("pFCP"):
        return Falha(_campo(item, "pFCP"), item.icms["pFCP"], "maior que zero, ou não informar")
    return None


@do_item(
    "nfe:N17c-10",
    "860",
    quando=lambda nota: nota.finNFe == "1",
    com=_campos("vFCP", *_COM_FCP),
    correcao="vFCP é a base do FCP vezes pFCP, arredondado a centavos: corrija um dos três.",
)
def valor_do_fcp(item: Item) -> Falha | None:
    """vFCP is vBC (CST 00) or vBCFCP × pFCP in a normal note, within R$ 0,01."""
    icms = item.icms
    base = "vBC" if icms["CST"] == "00" else "vBCFCP"
    calculado = icms.valor(base) * icms.valor("pFCP") * _CENTESIMO
    if not difere(icms.valor("vFCP"), centavos(calculado), CENTAVO):
        return None
    conta = f"{base} {icms[base]} × pFCP {icms['pFCP']}% = {reais(calculado)}."
    return Falha(_campo(item, "vFCP"), icms["vFCP"], reais(calculado), conta)


@do_item(
    "nfe:N23b-10",
    "881",
    com=_campos("pFCPST", *_COM_FCP_ST),
    correcao="Sem FCP por substituição tributária, não informe pFCPST, vFCPST e a base dele.",
)
def fcp_st_zero(item: Item) -> Falha | None:
    if not item.icms.valor("pFCPST"):
        return Falha(_campo(item, "pFCPST"), item.icms["pFCPST"], "maior que zero, ou não informar")
    return None


proibe_no_item(
    "nfce:N12-50",
    "741",
    "imposto/ICMS/ICMSPart",
    correcao="A NFC-e não tem partilha de ICMS entre UFs: retire ICMSPart.",
)
proibe_no_item(
    "nfce:N12-60",
    "740",
    "imposto/ICMS/ICMSST",
    correcao="A NFC-e não tem repasse de ICMS-ST: retire ICMSST.",
)


def _campo(item: Item, campo: str) -> str:
    """The path of a field of the item's ICMS group."""
    icms = item.imposto.em("ICMS")
    return f"imposto/ICMS/{next(iter(icms.grupos), '')}/{campo}"
