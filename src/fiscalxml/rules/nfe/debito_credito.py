"""Group B25: notes of credit and of debit (finNFe 5 and 6), of NT 2025.002."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.chaves_referenciadas import inscricao_do_emitente
from fiscalxml.rules.nfe.reforma import EMISSAO_V151, V130, V130_SEGUNDA_ETAPA
from fiscalxml.rules.nfe.scopes import (
    FISCO,
    MOC_7,
    Item,
    Natureza,
    Nota,
    da_nota,
    de_cada,
    do_item,
)

_COMPLEMENTAR: Final = "2"
_CREDITO: Final = "5"
_DEBITO: Final = "6"
_CREDITO_DA_ZFM: Final = "02"
_RETORNO: Final = "03"
_REDUCAO_DE_VALORES: Final = "04"
_RECUSA_PARCIAL: Final = "06"
_PAGAMENTO_ANTECIPADO: Final = "06"
_PERDA_EM_ESTOQUE: Final = "07"
_RECEBIMENTO: Final = "2"
"""tpOperGov of a payment for what was supplied before"""
_INICIO_DO_CREDITO_DA_ZFM: Final = "2029"
_MODELO = slice(20, 22)

_CONTRIBUICOES: Final = ("PIS", "PISST", "COFINS", "COFINSST")
_TRIBUTOS: Final = ("ICMS", "ISSQN", "IPI", "II", *_CONTRIBUICOES, "ICMSUFDest")


def _da_mesma_empresa(nota: Natureza) -> bool:
    """A complement, or a credit that may have to be of a note of the same emitter."""
    return nota.finNFe in (_COMPLEMENTAR, _CREDITO) and nota.procEmi not in FISCO


def _e_de_nota_propria(nota: Nota) -> bool:
    ide = nota.ide
    return ide["finNFe"] == _COMPLEMENTAR or ide["tpNFCredito"] in (_RETORNO, _REDUCAO_DE_VALORES)


def _recebimento(ide: Grupo) -> bool:
    return ide.em("gCompraGov")["tpOperGov"] == _RECEBIMENTO


def _origens(ref: Grupo) -> Iterator[tuple[str, str, str]]:
    """Field, UF and CNPJ or CPF (14 digits; empty where it is not known) of what NFref names.

    Of NF-e, NFC-e and nota modelo 1, as MOC 7.0 has it.
    """
    for campo in ("refNFe", "refNFeSig"):
        if campo in ref:
            yield campo, ref[campo][:2], inscricao_do_emitente(ref[campo])
    if ref.tem("refNF"):
        nota = ref.em("refNF")
        yield "refNF", nota["cUF"], nota["CNPJ"]


@de_cada(
    "ide/NFref",
    "nfe:B25-50",
    "269",
    desde=MOC_7,
    quando=_da_mesma_empresa,
    correcao="Referencie uma nota do próprio emitente: é ela que esta complementa, desfaz ou "
    "reduz.",
    causa="A chave referenciada é a de uma compra, ou a de outra empresa do grupo.",
)
def referencia_de_outro_emitente(ref: Grupo, nota: Nota) -> Falha | None:
    if not _e_de_nota_propria(nota):
        return None
    emitente = nota.emit["CNPJ"] or nota.emit["CPF"].zfill(14)
    for campo, _, inscricao in _origens(ref):
        if inscricao and inscricao != emitente:
            return Falha(campo, f"emitente {inscricao}", f"emitente {emitente}")
    return None


@de_cada(
    "ide/NFref",
    "nfe:B25-60",
    "678",
    quando=_da_mesma_empresa,
    correcao="Referencie uma nota da mesma UF do emitente: é ela que esta complementa, desfaz ou "
    "reduz.",
    causa="A chave referenciada é a de uma compra, ou a de uma filial em outra UF.",
)
def referencia_de_outra_uf(ref: Grupo, nota: Nota) -> Falha | None:
    if not _e_de_nota_propria(nota):
        return None
    uf = nota.ide["cUF"]
    for campo, origem, _ in _origens(ref):
        if origem != uf:
            return Falha(campo, f"UF {origem}", f"UF {uf}")
    return None


@da_nota(
    "nfe:B25-65",
    "1027",
    com="ide/NFref",
    quando=lambda nota: nota.finNFe == _CREDITO,
    correcao="Retire NFref: a apropriação do crédito da ZFM não se refere a outra nota.",
    causa="O sistema exige uma nota referenciada em toda nota de crédito.",
    **V130,
)
def credito_da_zfm_com_referencia(nota: Nota) -> Falha | None:
    if nota.ide["tpNFCredito"] != _CREDITO_DA_ZFM:
        return None
    return Falha("ide/NFref", "informado", "não informar")


def _tributos_livres(ide: Grupo) -> tuple[str, ...]:
    """The other taxes that a note of credit or debit may have after all."""
    credito, debito = ide["tpNFCredito"], ide["tpNFDebito"]
    if credito in (_RETORNO, _RECUSA_PARCIAL):
        return ("impostoDevol", *_TRIBUTOS)
    if ide["dhEmi"][:10] < EMISSAO_V151:
        return ()
    if credito == _REDUCAO_DE_VALORES or debito == _PERDA_EM_ESTOQUE:
        return ("impostoDevol", *_TRIBUTOS)
    if debito == _PAGAMENTO_ANTECIPADO:
        return ("IPI", *_CONTRIBUICOES) if ide["dhEmi"][:4] == "2026" else ("IPI",)
    return ()


def _so_de_ibs_e_cbs(nota: Nota) -> Falha | None:
    """No tax but IBS and CBS; exceptions of v1.31 and v1.51."""
    livres = _tributos_livres(nota.ide)
    proibidos = [tributo for tributo in _TRIBUTOS if tributo not in livres]
    for posicao, (det, imposto) in enumerate(zip(nota.itens, nota.impostos, strict=True), 1):
        for tributo in proibidos:
            if imposto.tem(tributo):
                return Falha(f"det[{posicao}]/imposto/{tributo}", "informado", "não informar")
        if det.tem("impostoDevol") and "impostoDevol" not in livres:
            return Falha(f"det[{posicao}]/impostoDevol", "informado", "não informar")
    return None


@da_nota(
    "nfe:B25-80",
    "1001",
    com=("ide:tpNFCredito", "ide:tpNFDebito", "ide/gCompraGov"),
    correcao="Retire dos itens os outros tributos: esta nota é só de IBS e CBS.",
    causa="A nota de crédito ou de débito copiou os itens da nota original com todos os tributos.",
    **V130,
)
def outros_tributos_em_nota_de_ibs_e_cbs(nota: Nota) -> Falha | None:
    ide = nota.ide
    if ide["finNFe"] in (_CREDITO, _DEBITO) or _recebimento(ide):
        return _so_de_ibs_e_cbs(nota)
    return None


@do_item(
    "nfe:B25-90",
    "1002",
    com="imposto",
    sem="ICMS",
    quando=lambda nota: nota.finNFe not in (_CREDITO, _DEBITO) and nota.tpOperGov != _RECEBIMENTO,
    correcao="Informe em cada item o grupo ICMS ou o grupo ISSQN.",
    causa="O item foi gravado só com os tributos novos, ou sem a situação tributária do ICMS.",
    **V130,
)
def item_sem_icms_e_sem_issqn(item: Item) -> Falha | None:
    """But of emitters of IBS and CBS only (NT 2026.007)."""
    if item.imposto.tem("ISSQN") or "IE" not in item.nota.emit:
        return None
    return Falha("imposto/ICMS", "ausente", "ICMS ou ISSQN")


@de_cada(
    "ide/NFref",
    "nfe:B25-100",
    "1003",
    quando=lambda nota: nota.finNFe == _CREDITO,
    correcao="Referencie uma NF-e (modelo 55); só o retorno por recusa total ou por não "
    "localização pode referenciar NFC-e (modelo 65).",
    causa="O crédito se refere a uma venda que foi feita com NFC-e.",
    **V130,
)
def credito_de_outro_modelo(ref: Grupo, nota: Nota) -> Falha | None:
    chave = ref["refNFe"]
    modelos = ("55", "65") if nota.ide["tpNFCredito"] == _RETORNO else ("55",)
    if not chave or chave[_MODELO] in modelos:
        return None
    return Falha("refNFe", f"modelo {chave[_MODELO]}", f"modelo {' ou '.join(modelos)}")


@da_nota(
    "nfe:B25-110",
    "1161",
    quando=lambda nota: nota.finNFe == _CREDITO and nota.tpNF != "0",
    correcao="A nota de crédito é de entrada: informe tpNF 0.",
    causa="O crédito foi visto do lado de quem o recebe: é o emitente que passa a dever menos.",
    **V130_SEGUNDA_ETAPA,
)
def credito_de_saida(nota: Nota) -> Falha | None:
    return Falha("ide/tpNF", nota.ide["tpNF"], "0")


@da_nota(
    "nfe:B25-120",
    "1162",
    quando=lambda nota: nota.finNFe == _DEBITO and nota.tpNF != "1",
    correcao="A nota de débito é de saída: informe tpNF 1.",
    causa="O débito foi visto do lado de quem o recebe: é o emitente que passa a dever mais.",
    **V130_SEGUNDA_ETAPA,
)
def debito_de_entrada(nota: Nota) -> Falha | None:
    return Falha("ide/tpNF", nota.ide["tpNF"], "1")


@da_nota(
    "nfe:B25.1-10",
    "1139",
    com="ide:tpNFDebito",
    quando=lambda nota: nota.finNFe != _DEBITO,
    correcao="Retire tpNFDebito, ou informe finNFe 6 (nota de débito).",
    causa="O tipo de débito ficou de um cadastro de operação que não é mais de débito.",
    **V130,
)
def tipo_de_debito_indevido(nota: Nota) -> Falha | None:
    return Falha("ide/tpNFDebito", nota.ide["tpNFDebito"], "não informar")


@da_nota(
    "nfe:B25.1-20",
    "1009",
    quando=lambda nota: nota.finNFe == _DEBITO,
    correcao="Informe em tpNFDebito o tipo da nota de débito (01 a 08).",
    causa="O cadastro da operação não diz de que tipo é o débito.",
    **V130,
)
def debito_sem_tipo(nota: Nota) -> Falha | None:
    if "tpNFDebito" in nota.ide:
        return None
    return Falha("ide/tpNFDebito", "ausente", "01 a 08")


@da_nota(
    "nfe:B25.2-10",
    "1163",
    com="ide:tpNFCredito",
    quando=lambda nota: nota.finNFe != _CREDITO,
    correcao="Retire tpNFCredito, ou informe finNFe 5 (nota de crédito).",
    causa="O tipo de crédito ficou de um cadastro de operação que não é mais de crédito.",
    **V130,
)
def tipo_de_credito_indevido(nota: Nota) -> Falha | None:
    return Falha("ide/tpNFCredito", nota.ide["tpNFCredito"], "não informar")


@da_nota(
    "nfe:B25.2-20",
    "1164",
    quando=lambda nota: nota.finNFe == _CREDITO,
    correcao="Informe em tpNFCredito o tipo da nota de crédito (01 a 06).",
    causa="O cadastro da operação não diz de que tipo é o crédito.",
    **V130,
)
def credito_sem_tipo(nota: Nota) -> Falha | None:
    if "tpNFCredito" in nota.ide:
        return None
    return Falha("ide/tpNFCredito", "ausente", "01 a 06")


@da_nota(
    "nfe:B25.2-30",
    "1145",
    com="ide:tpNFCredito",
    correcao="O crédito presumido de IBS sobre o saldo devedor na ZFM só começa em 2029: escolha "
    "outro tipo de nota de crédito.",
    causa="O tipo 02 foi escolhido por engano, no lugar de outro crédito da Zona Franca.",
    **V130,
)
def credito_da_zfm_antes_da_hora(nota: Nota) -> Falha | None:
    ano = nota.ide["dhEmi"][:4]
    if nota.ide["tpNFCredito"] != _CREDITO_DA_ZFM or ano >= _INICIO_DO_CREDITO_DA_ZFM:
        return None
    return Falha("ide/tpNFCredito", f"02, em {ano}", "a partir de 2029")


@da_nota(
    "nfe:B25.2-40",
    "1152",
    com="ide:tpNFCredito",
    quando=lambda nota: nota.tpNF != "0",
    correcao="O retorno da mercadoria é uma entrada: informe tpNF 0.",
    causa="A nota de retorno copiou o tipo de operação da venda.",
    **V130,
)
def retorno_de_saida(nota: Nota) -> Falha | None:
    if nota.ide["tpNFCredito"] != _RETORNO:
        return None
    return Falha("ide/tpNF", nota.ide["tpNF"], "0")
