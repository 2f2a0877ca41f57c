"""Groups UB120 to UB133: presumed credit, of an operation and of the ZFM."""

from __future__ import annotations

from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.classificacoes import classe_de, cst_de
from fiscalxml.rules.nfe.proibicoes import proibe_no_item
from fiscalxml.rules.nfe.reforma import V130_SEGUNDA_ETAPA
from fiscalxml.rules.nfe.scopes import Item, de_cada_no_item, do_item

_OPERACAO: Final = "imposto/IBSCBS/gCredPresOper"
_ZFM: Final = "imposto/IBSCBS/gCredPresIBSZFM"
_CREDITO: Final = "5"
_CREDITO_DA_ZFM: Final = "02"
_BENS_DE_PESSOA_FISICA: Final = "04"
"""cCredPres of used goods that were bought from a person, to be sold again"""

proibe_no_item(
    "nfce:UB120-10",
    "1049",
    _OPERACAO,
    correcao="Retire gCredPresOper: a NFC-e não tem crédito presumido.",
    causa="A classificação do cadastro do produto foi levada à venda a consumidor com o crédito da "
    "compra.",
    **V130_SEGUNDA_ETAPA,
)


@do_item(
    "nfe:UB120-20",
    "1175",
    com=_OPERACAO,
    correcao="Retire gCredPresOper, que este cClassTrib não permite; ou corrija o cClassTrib (em "
    "bem móvel usado, informe indBemMovelUsado).",
    causa="O crédito presumido foi informado com a classificação de uma operação comum.",
    **V130_SEGUNDA_ETAPA,
)
def credito_presumido_indevido(item: Item) -> Falha | None:
    classe = classe_de(item.imposto.em("IBSCBS"))
    if classe is None or classe.credito_presumido or "indBemMovelUsado" in item.prod:
        return None
    return Falha(_OPERACAO, f"informado, com cClassTrib {classe.classe}", "não informar")


def _ate_o_produto(regra: str, codigo: str, nome: str) -> None:
    """The presumed credit of used goods is no more than their price."""

    def credito_maior_que_o_produto(item: Item) -> Falha | None:
        operacao = item.imposto.em("IBSCBS", "gCredPresOper")
        credito = operacao.em(nome)
        if operacao["cCredPres"] != _BENS_DE_PESSOA_FISICA:
            return None
        if credito.valor("vCredPres") <= item.prod.valor("vProd"):
            return None
        where = f"{_OPERACAO}/{nome}/vCredPres"
        return Falha(where, credito["vCredPres"], f"até {item.prod['vProd']}")

    do_item(
        regra,
        codigo,
        com=f"{_OPERACAO}/{nome}:vCredPres",
        correcao="O crédito presumido de bem usado não passa do valor do item: corrija vCredPres.",
        causa="O crédito foi calculado sobre a compra de vários bens.",
        **V130_SEGUNDA_ETAPA,
    )(credito_maior_que_o_produto)


def _suspenso(regra: str, codigo: str, nome: str, ano: str) -> None:
    """A credit under a condition exists for used goods only, and from a year on."""

    def credito_suspenso_indevido(grupo: Grupo, item: Item) -> Falha | None:
        suspenso = grupo.em(nome)
        if "vCredPresCondSus" not in suspenso:
            return None
        emissao, codigo_do_credito = item.nota.ide["dhEmi"][:4], grupo["cCredPres"]
        if emissao >= ano and codigo_do_credito == _BENS_DE_PESSOA_FISICA:
            return None
        found = f"cCredPres {codigo_do_credito}, em {emissao}"
        return Falha(f"{nome}/vCredPresCondSus", found, f"cCredPres 04, a partir de {ano}")

    de_cada_no_item(
        _OPERACAO,
        regra,
        codigo,
        correcao="Informe vCredPres no lugar de vCredPresCondSus: o crédito em condição suspensiva "
        f"é só o de bens usados (cCredPres 04), a partir de {ano}.",
        causa="O crédito foi informado como suspenso antes da hora, ou em outro tipo de crédito.",
        **V130_SEGUNDA_ETAPA,
    )(credito_suspenso_indevido)


_ate_o_produto("nfe:UB125-10", "1107", "gIBSCredPres")
_suspenso("nfe:UB126-10", "1056", "gIBSCredPres", "2033")
_ate_o_produto("nfe:UB129-10", "1124", "gCBSCredPres")
_suspenso("nfe:UB130-10", "1060", "gCBSCredPres", "2027")

proibe_no_item(
    "nfce:UB131-10",
    "1138",
    _ZFM,
    correcao="Retire gCredPresIBSZFM: a NFC-e não tem crédito presumido.",
    causa="A classificação da nota de crédito da ZFM foi levada à venda a consumidor.",
    **V130_SEGUNDA_ETAPA,
)


@do_item(
    "nfe:UB131-20",
    "1134",
    com=_ZFM,
    correcao="Retire gCredPresIBSZFM, que este CST não permite; ou use o CST do crédito da ZFM "
    "(810).",
    causa="O crédito da ZFM foi informado com o CST da operação.",
    **V130_SEGUNDA_ETAPA,
)
def credito_da_zfm_indevido(item: Item) -> Falha | None:
    cst = cst_de(item.imposto.em("IBSCBS"))
    if cst is None or cst.credito_presumido_zfm:
        return None
    return Falha(_ZFM, f"informado, com CST {cst.cst}", "não informar")


@do_item(
    "nfe:UB131-30",
    "1135",
    com="imposto/IBSCBS",
    quando=lambda nota: "gCredPresIBSZFM" in nota.exige,
    correcao="Informe gCredPresIBSZFM, com o período, o tipo e o valor do crédito; ou corrija o "
    "CST.",
    causa="CST do crédito da ZFM (810) em um item comum.",
    **V130_SEGUNDA_ETAPA,
)
def credito_da_zfm_ausente(item: Item) -> Falha | None:
    ibscbs = item.imposto.em("IBSCBS")
    cst = cst_de(ibscbs)
    if cst is None or not cst.credito_presumido_zfm or ibscbs.tem("gCredPresIBSZFM"):
        return None
    return Falha(_ZFM, f"ausente, com CST {cst.cst}", "informado")


@do_item(
    "nfe:UB131-40",
    "1158",
    com=_ZFM,
    correcao="Informe tpNFCredito 02 (crédito presumido da ZFM); em outra nota, retire "
    "gCredPresIBSZFM.",
    causa="O crédito da ZFM foi lançado na nota da operação, e não em nota de crédito própria.",
    **V130_SEGUNDA_ETAPA,
)
def credito_da_zfm_em_outra_nota(item: Item) -> Falha | None:
    tipo = item.nota.ide["tpNFCredito"]
    if tipo == _CREDITO_DA_ZFM:
        return None
    return Falha(_ZFM, f"tpNFCredito {tipo or 'ausente'}", "02")


@do_item(
    "nfe:UB131-50",
    "1159",
    quando=lambda nota: nota.finNFe == _CREDITO,
    correcao="Informe gCredPresIBSZFM em cada item, ou escolha outro tipo de nota de crédito.",
    causa="O tipo de crédito 02 foi escolhido para outro crédito da Zona Franca.",
    **V130_SEGUNDA_ETAPA,
)
def nota_da_zfm_sem_o_credito(item: Item) -> Falha | None:
    if item.nota.ide["tpNFCredito"] != _CREDITO_DA_ZFM:
        return None
    if item.imposto.em("IBSCBS").tem("gCredPresIBSZFM"):
        return None
    return Falha(_ZFM, "ausente", "informado")


@do_item(
    "nfe:UB132-10",
    "1160",
    com=_ZFM,
    relogio=True,
    correcao="Informe em competApur o mês da apuração, que não pode ser um mês que ainda não "
    "começou.",
    causa="O período foi digitado com outro ano, ou é o do mês em que o crédito será usado.",
    **V130_SEGUNDA_ETAPA,
)
def periodo_no_futuro(item: Item) -> Falha | None:
    if item.nota.recebimento is None:
        return None
    periodo = item.imposto.em("IBSCBS", "gCredPresIBSZFM")["competApur"]
    mes = f"{item.nota.recebimento:%Y-%m}"
    return Falha(f"{_ZFM}/competApur", periodo, f"até {mes}") if periodo > mes else None


def _tipo(imposto: Grupo) -> str:
    return imposto.em("IBSCBS", "gCredPresIBSZFM")["tpCredPresIBSZFM"]


@do_item(
    "nfe:UB133-10",
    "1136",
    com=_ZFM,
    correcao="Junte em um item os créditos do mesmo tipo (tpCredPresIBSZFM).",
    causa="Cada produto da apuração virou um item.",
    **V130_SEGUNDA_ETAPA,
)
def tipo_de_credito_repetido(item: Item) -> Falha | None:
    tipo = _tipo(item.imposto)
    first = next(imposto for imposto in item.nota.impostos if _tipo(imposto) == tipo)
    if first is item.imposto:
        return None
    return Falha(f"{_ZFM}/tpCredPresIBSZFM", tipo, "tipos diferentes")
