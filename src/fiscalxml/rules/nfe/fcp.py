"""Group N: the Fundo de Combate à Pobreza of each item."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from fiscalxml.documents.groups import as_decimal
from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import CENTAVO, centavos, difere, reais
from fiscalxml.rules.nfe.grupos_icms import COM_ST, NAO_CONTRIBUINTE, campos, no_icms
from fiscalxml.rules.nfe.scopes import ZERO, Item, do_item
from fiscalxml.tables import operador

_CENTESIMO: Final = Decimal("0.01")
_TABELA: Final = "fcp"
_CEARA: Final = "23"
_COM_FCP: Final = ("ICMS00", "ICMS10", "ICMS20", "ICMS70", "ICMS90")
_RETIDO: Final = ("ICMS60", "ICMSST", "ICMSSN500")
_SEM_FCP: Final = "O sistema emissor grava os campos do FCP, com zeros, em todo produto."


@do_item(
    "nfe:N17b-10",
    "880",
    com=campos("pFCP", *_COM_FCP, "ICMS51"),
    correcao="Sem Fundo de Combate à Pobreza, não informe pFCP, vFCP e a base dele.",
    causa=_SEM_FCP,
)
def fcp_zero(item: Item) -> Falha | None:
    return _zero(item, "pFCP")


@operador.da_pasta
def _percentuais() -> Mapping[str, frozenset[Decimal]]:
    """By UF, the percents that its FCP has."""
    return {
        uf: frozenset(map(as_decimal, linha["percentuais"].split()))
        for uf, linha in (operador.tabela(_TABELA) or {}).items()
    }


@do_item(
    "nfe:N17b-20",
    "874",
    com=campos("pFCP", *_COM_FCP, "ICMS51"),
    tabela=_TABELA,
    correcao="Informe em pFCP um percentual que a UF do emitente tenha.",
    causa="pFCP com o percentual de outra UF, ou com a alíquota toda do ICMS.",
)
def percentual_do_fcp(item: Item) -> Falha | None:
    return _percentual(item, "pFCP", item.nota.emit.em("enderEmit")["UF"])


def _percentual_st(
    regra: str, campo: str, nomes: tuple[str, ...], texto: str, duvida: str = ""
) -> None:
    """That of the state of the recipient, or of where it is delivered."""

    def percentual_do_fcp_st(item: Item) -> Falha | None:
        nota = item.nota
        destino = nota.dest.em("enderDest")["UF"]
        return _percentual(item, campo, destino, nota.grupo.em("entrega")["UF"])

    do_item(
        regra,
        "875",
        com=campos(campo, *nomes),
        tabela=_TABELA,
        duvida=duvida,
        correcao=f"Informe em {campo} {texto} um percentual que a UF do destinatário tenha.",
        causa=f"{campo} com o percentual da UF do emitente.",
    )(percentual_do_fcp_st)


_percentual_st(
    *("nfe:N23b-20", "pFCPST", COM_ST, "(FCP por substituição tributária)"),
    duvida="O manual a marca como de implementação futura, sem data.",
)
_percentual_st("nfe:N27b-20", "pFCPSTRet", _RETIDO, "(FCP retido antes)")


def _percentual(item: Item, campo: str, *ufs: str) -> Falha | None:
    """One of the percents of one of these states, where the table has them."""
    percentuais = _percentuais()
    conhecidas = [uf for uf in ufs if uf in percentuais]
    valor = item.icms.valor(campo)
    if len(conhecidas) < len([uf for uf in ufs if uf]) or not conhecidas:
        return None
    aceitos = frozenset[Decimal]().union(*(percentuais[uf] for uf in conhecidas))
    if valor in aceitos or not valor:  # zero has its own code
        return None
    esperado = " ou ".join(f"{percentual}" for percentual in sorted(aceitos)) or "não informar"
    return Falha(no_icms(item, campo), item.icms[campo], f"{esperado} ({' ou '.join(conhecidas)})")


@do_item(
    "nfe:N17c-10",
    "860",
    quando=lambda nota: nota.finNFe == "1",
    com=campos("vFCP", *_COM_FCP),
    correcao="vFCP é a base do FCP vezes pFCP, arredondado a centavos: corrija um dos três.",
    causa="O FCP foi somado ao ICMS, ou calculado sobre outra base (com CST 00, a base é vBC).",
)
def valor_do_fcp(item: Item) -> Falha | None:
    """vFCP is vBC (CST 00) or vBCFCP × pFCP in a normal note, within R$ 0,01."""
    icms = item.icms
    base = "vBC" if icms["CST"] == "00" else "vBCFCP"
    calculado = icms.valor(base) * icms.valor("pFCP") * _CENTESIMO
    if not difere(icms.valor("vFCP"), centavos(calculado), CENTAVO):
        return None
    conta = f"{base} {icms[base]} × pFCP {icms['pFCP']}% = {reais(calculado)}."
    return Falha(no_icms(item, "vFCP"), icms["vFCP"], reais(calculado), conta)


@do_item(
    "nfe:N23b-10",
    "881",
    com=campos("pFCPST", *COM_ST),
    correcao="Sem FCP por substituição tributária, não informe pFCPST, vFCPST e a base dele.",
    causa=_SEM_FCP,
)
def fcp_st_zero(item: Item) -> Falha | None:
    return _zero(item, "pFCPST")


@do_item(
    "nfe:N27b-10",
    "881",
    com=campos("pFCPSTRet", *_RETIDO),
    correcao="Sem FCP retido antes, não informe vBCFCPSTRet, pFCPSTRet e vFCPSTRet.",
    causa=_SEM_FCP,
)
def fcp_retido_zero(item: Item) -> Falha | None:
    return _zero(item, "pFCPSTRet")


def _zero(item: Item, campo: str) -> Falha | None:
    if item.icms.valor(campo):
        return None
    return Falha(no_icms(item, campo), item.icms[campo], "maior que zero, ou não informar")


@do_item(
    "nfe:N17c-20",
    "876",
    quando=lambda nota: (
        nota.idDest == "2" and nota.indFinal == "1" and nota.indIEDest == NAO_CONTRIBUINTE
    ),
    com=campos("vFCP", *_COM_FCP, "ICMS51"),
    correcao="Retire vBCFCP, pFCP e vFCP do ICMS e informe o FCP do destino em vFCPUFDest.",
    causa="A venda a não contribuinte de outro estado foi calculada como venda interna.",
)
def fcp_na_venda_interestadual(item: Item) -> Falha | None:
    """To a consumer in another state, the FCP is that state's: ICMSUFDest/vFCPUFDest."""
    if not item.icms.valor("vFCP"):
        return None
    return Falha(no_icms(item, "vFCP"), item.icms["vFCP"], "não informar")


@do_item(
    "nfe:N17c-30",
    "474",
    quando=lambda nota: nota.idDest in ("1", "2"),
    com="imposto/ICMS/ICMS00:vFCP",
    correcao="No Ceará o FCP (FECOP) não é destacado à parte: retire pFCP e vFCP do item.",
    causa="O cadastro do produto traz FCP, que o Ceará não quer destacado na nota.",
)
def fcp_destacado_no_ceara(item: Item) -> Falha | None:
    """CST 00 of an emitter in Ceará, the state that has the rule."""
    if item.nota.ide["cUF"] != _CEARA or not item.icms.valor("vFCP"):
        return None
    return Falha(no_icms(item, "vFCP"), item.icms["vFCP"], "não informar")


@do_item(
    "nfe:N23d-10",
    "860",
    quando=lambda nota: nota.finNFe == "1",
    com=campos("vFCPST", *COM_ST),
    obrigatoriedade="facultativa",  # "aplicável a critério da UF"
    aritmetica=True,
    correcao="vFCPST é vBCFCPST vezes pFCPST, menos vFCP: corrija um dos quatro.",
    causa="O FCP da operação própria (vFCP) não foi abatido do FCP por substituição tributária.",
)
def valor_do_fcp_st(item: Item) -> Falha | None:
    """vFCPST is vBCFCPST × pFCPST, less the FCP of the own operation, within R$ 0,01."""
    icms = item.icms
    calculado = max(
        icms.valor("vBCFCPST") * icms.valor("pFCPST") * _CENTESIMO - icms.valor("vFCP"), ZERO
    )
    if not difere(icms.valor("vFCPST"), centavos(calculado), CENTAVO):
        return None
    proprio = f" − vFCP {icms['vFCP']}" if icms.valor("vFCP") else ""
    conta = f"vBCFCPST {icms['vBCFCPST']} × pFCPST {icms['pFCPST']}%{proprio} = {reais(calculado)}."
    return Falha(no_icms(item, "vFCPST"), icms["vFCPST"], reais(calculado), conta)


@do_item(
    "nfe:N27d-10",
    "860",
    quando=lambda nota: nota.finNFe == "1",
    com=campos("vFCPSTRet", "ICMS60", "ICMSSN500"),
    aritmetica=True,
    duvida="O manual a marca como de implementação futura, sem data.",
    correcao="vFCPSTRet é vBCFCPSTRet vezes pFCPSTRet: corrija um dos três.",
    causa="O FCP retido foi copiado da nota de compra sem ajustar a quantidade vendida.",
)
def valor_do_fcp_retido(item: Item) -> Falha | None:
    """vFCPSTRet is vBCFCPSTRet × pFCPSTRet, within R$ 0,01."""
    icms = item.icms
    calculado = icms.valor("vBCFCPSTRet") * icms.valor("pFCPSTRet") * _CENTESIMO
    if not difere(icms.valor("vFCPSTRet"), centavos(calculado), CENTAVO):
        return None
    return Falha(no_icms(item, "vFCPSTRet"), icms["vFCPSTRet"], reais(calculado))
