"""Groups UB106 to UB116: credit that is transferred, tax of another period, credit written off."""

from __future__ import annotations

from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.classificacoes import classe_de, cst_de
from fiscalxml.rules.nfe.reforma import V130, V130_SEGUNDA_ETAPA
from fiscalxml.rules.nfe.scopes import Item, de_cada_no_item, do_item

_TRANSFERENCIA: Final = "imposto/IBSCBS/gTransfCred"
_AJUSTE: Final = "imposto/IBSCBS/gAjusteCompet"
_ESTORNO: Final = "imposto/IBSCBS/gEstornoCred"
_DEBITO: Final = "6"
_DE_CREDITO: Final = frozenset({"01", "05"})
"""tpNFDebito of a transfer of credit: to a cooperative, or to who succeeds"""
_SUCESSAO: Final = "05"
_PERDA_EM_ESTOQUE: Final = "07"


@do_item(
    "nfe:UB106-30",
    "1133",
    com=_TRANSFERENCIA,
    quando=lambda nota: nota.finNFe != _DEBITO,
    correcao="Transfira créditos em uma nota de débito (finNFe 6, tpNFDebito 01 ou 05); em outra "
    "nota, retire gTransfCred e corrija CST e cClassTrib.",
    causa="CST 800 em uma nota comum, ou a transferência emitida como nota de ajuste.",
    **V130,
)
def transferencia_sem_nota_de_debito(item: Item) -> Falha | None:
    """Only advice in a credit of succession: its cClassTrib, too, is one that asks for it."""
    fin = item.nota.ide["finNFe"]
    sucessao = item.nota.ide["tpNFCredito"] == _SUCESSAO
    return Falha(_TRANSFERENCIA, f"informado, com finNFe {fin}", "finNFe 6", aviso=sucessao)


@do_item(
    "nfe:UB106-31",
    "1168",
    com=_TRANSFERENCIA,
    correcao="Informe tpNFDebito 01 (transferência para cooperativa) ou 05 (sucessão); em outra "
    "nota, retire gTransfCred.",
    causa="A transferência foi emitida com outro tipo de nota de débito.",
    **V130,
)
def transferencia_em_outro_debito(item: Item) -> Falha | None:
    ide = item.nota.ide
    tipo = ide["tpNFDebito"]
    if tipo in _DE_CREDITO:
        return None
    sucessao = ide["tpNFCredito"] == _SUCESSAO
    return Falha(_TRANSFERENCIA, f"tpNFDebito {tipo or 'ausente'}", "01 ou 05", aviso=sucessao)


def _algum_valor(ibs: str, cbs: str, grupo: Grupo) -> Falha | None:
    """One of two amounts is more than zero."""
    if grupo.valor(ibs) or grupo.valor(cbs):
        return None
    return Falha(ibs, f"{ibs} {grupo[ibs]} e {cbs} {grupo[cbs]}", "algum maior que zero")


@de_cada_no_item(
    _TRANSFERENCIA,
    "nfe:UB106-40",
    "1129",
    correcao="Informe em vIBS ou em vCBS o crédito que é transferido.",
    causa="Item de uma nota de transferência sem crédito a transferir.",
    **V130,
)
def transferencia_de_nada(grupo: Grupo, _item: Item) -> Falha | None:
    return _algum_valor("vIBS", "vCBS", grupo)


@do_item(
    "nfe:UB112-10",
    "1169",
    com=_AJUSTE,
    correcao="Retire gAjusteCompet, que este CST não tem; ou use um CST de ajuste (811).",
    causa="O ajuste foi informado com o CST da operação original.",
    **V130_SEGUNDA_ETAPA,
)
def ajuste_indevido(item: Item) -> Falha | None:
    cst = cst_de(item.imposto.em("IBSCBS"))
    if cst is None or cst.ajuste_competencia:
        return None
    return Falha(_AJUSTE, f"informado, com CST {cst.cst}", "não informar")


@do_item(
    "nfe:UB112-20",
    "1170",
    com="imposto/IBSCBS",
    quando=lambda nota: "gAjusteCompet" in nota.exige,
    correcao="Informe gAjusteCompet, com o período e os valores de IBS e CBS; ou corrija o CST.",
    causa="CST de ajuste (811) em um item comum.",
    **V130_SEGUNDA_ETAPA,
)
def ajuste_ausente(item: Item) -> Falha | None:
    ibscbs = item.imposto.em("IBSCBS")
    cst = cst_de(ibscbs)
    if cst is None or not cst.ajuste_competencia or ibscbs.tem("gAjusteCompet"):
        return None
    return Falha(_AJUSTE, f"ausente, com CST {cst.cst}", "informado")


@de_cada_no_item(
    _AJUSTE,
    "nfe:UB112-30",
    "1171",
    correcao="Informe em vIBS ou em vCBS o valor do ajuste.",
    causa="Item de uma nota de ajuste de competência sem valor a ajustar.",
    **V130_SEGUNDA_ETAPA,
)
def ajuste_de_nada(grupo: Grupo, _item: Item) -> Falha | None:
    return _algum_valor("vIBS", "vCBS", grupo)


@do_item(
    "nfe:UB116-10",
    "1172",
    com=_ESTORNO,
    correcao="Retire gEstornoCred, que este cClassTrib não tem; ou corrija o cClassTrib.",
    causa="O estorno foi informado na classificação da operação comum.",
    **V130_SEGUNDA_ETAPA,
)
def estorno_indevido(item: Item) -> Falha | None:
    """A loss in stock has it whatever its classification."""
    classe = classe_de(item.imposto.em("IBSCBS"))
    if classe is None or classe.estorno_credito:
        return None
    if item.nota.ide["tpNFDebito"] == _PERDA_EM_ESTOQUE:
        return None
    return Falha(_ESTORNO, f"informado, com cClassTrib {classe.classe}", "não informar")


@do_item(
    "nfe:UB116-20",
    "1173",
    com="imposto/IBSCBS",
    quando=lambda nota: "gEstornoCred" in nota.exige or nota.finNFe == _DEBITO,
    correcao="Informe gEstornoCred, com os créditos de IBS e CBS que são estornados; ou corrija o "
    "cClassTrib.",
    causa="Perda em estoque, ou operação imune ou isenta que anula o crédito, sem o estorno.",
    **V130_SEGUNDA_ETAPA,
)
def estorno_ausente(item: Item) -> Falha | None:
    ibscbs = item.imposto.em("IBSCBS")
    if ibscbs.tem("gEstornoCred"):
        return None
    if item.nota.ide["tpNFDebito"] == _PERDA_EM_ESTOQUE:
        return Falha(_ESTORNO, "ausente, em perda em estoque", "informado")
    classe = classe_de(ibscbs)
    if classe is None or not classe.estorno_credito:
        return None
    return Falha(_ESTORNO, f"ausente, com cClassTrib {classe.classe}", "informado")


@de_cada_no_item(
    _ESTORNO,
    "nfe:UB116-30",
    "1174",
    correcao="Informe em vIBSEstCred ou em vCBSEstCred o crédito que é estornado.",
    causa="O grupo foi gerado para um item sem crédito a estornar.",
    **V130_SEGUNDA_ETAPA,
)
def estorno_de_nada(grupo: Grupo, item: Item) -> Falha | None:
    """But for a loss in stock, which may have had no credit."""
    if item.nota.ide["tpNFDebito"] == _PERDA_EM_ESTOQUE:
        return None
    return _algum_valor("vIBSEstCred", "vCBSEstCred", grupo)
