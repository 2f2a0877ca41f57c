"""Group VC: documents that an item refers to (det/DFeReferenciado), of NT 2025.002."""

from __future__ import annotations

from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.chaves_referenciadas import inscricao_do_emitente
from fiscalxml.rules.nfe.proibicoes import proibe_no_item
from fiscalxml.rules.nfe.reforma import EMISSAO_V140, EMISSAO_V151, V130, V140, V152
from fiscalxml.rules.nfe.scopes import (
    Item,
    Natureza,
    Nota,
    a_consumidor,
    da_nota,
    do_item,
)

_REFERENCIA: Final = "DFeReferenciado"
_CREDITO: Final = "5"
_DEVOLUCAO: Final = "4"
_RECUSA_PARCIAL: Final = "06"
_NAO_PROCESSADAS: Final = "03"
_MULTA_E_JUROS: Final = "04"
_PERDA_EM_ESTOQUE: Final = "07"
_CFOP_SEM_REFERENCIA: Final = frozenset({"1201", "1202", "1410", "1411", "5921", "6921"})


def _devolucao(nota: Natureza) -> bool:
    return nota.finNFe == _DEVOLUCAO


proibe_no_item(
    "nfce:VC02-04",
    "708",
    _REFERENCIA,
    quando=a_consumidor,
    correcao="Retire DFeReferenciado: a venda a consumidor não referencia outros documentos.",
    causa="A troca de mercadoria foi emitida como venda; a devolução é uma NF-e de entrada.",
    **V130,
)


@do_item(
    "nfe:VC02-05",
    "1010",
    com=_REFERENCIA,
    correcao="Referencie o documento em um lugar só: em NFref, pela nota toda, ou em "
    "DFeReferenciado, item por item.",
    causa="O sistema passou a referenciar por item e continuou a gravar NFref no cabeçalho.",
    **V130,
)
def referencia_na_nota_e_no_item(item: Item) -> Falha | None:
    if item.nota.ide.tem("NFref"):
        return Falha(_REFERENCIA, "informado, com NFref na nota", "um dos dois")
    return None


@do_item(
    "nfe:VC02-07",
    "1042",
    com=_REFERENCIA,
    quando=lambda nota: nota.finNFe == _CREDITO,
    correcao="Na nota de crédito, informe a nota original em NFref e retire DFeReferenciado.",
    causa="A nota de crédito foi montada como uma devolução, com a referência em cada item.",
    **V130,
)
def credito_com_referencia_no_item(item: Item) -> Falha | None:
    """But for a refusal of some of the items (NT 2025.002 v1.36)."""
    if item.nota.ide["tpNFCredito"] == _RECUSA_PARCIAL:
        return None
    return Falha(_REFERENCIA, "informado", "não informar")


@da_nota(
    "nfe:VC02-10",
    "1038",
    com=("ide:tpNFDebito", "ide:tpNFCredito"),
    correcao="Informe em DFeReferenciado, em cada item, a chave da nota a que o débito se refere.",
    causa="A nota de débito foi emitida com a nota de origem em NFref, ou sem referência nenhuma.",
    **V130,
)
def nota_de_debito_sem_referencia(nota: Nota) -> Falha | None:
    """In a credit for refused items only advice: v1.36, which asks for it, was not seen."""
    credito = nota.ide["tpNFCredito"] == _RECUSA_PARCIAL
    if not credito and nota.ide["tpNFDebito"] not in (_NAO_PROCESSADAS, _MULTA_E_JUROS):
        return None
    if any(det.tem(_REFERENCIA) for det in nota.itens):
        return None
    return Falha(f"det/{_REFERENCIA}", "ausente", "chave do documento", aviso=credito)


@do_item(
    "nfe:VC02-14",
    "321",
    quando=_devolucao,
    correcao="Referencie em cada item, em DFeReferenciado, a nota e o item devolvidos: desde "
    "novembro de 2026 a devolução não se referencia mais em NFref.",
    causa="O sistema ainda referencia a devolução pelo cabeçalho (NFref), como antes da reforma.",
    **V152,
)
def devolucao_sem_referencia_no_item(item: Item) -> Falha | None:
    """What is returned is referred to by item, and not for the note as a whole any more.

    (NT 2025.002, "Histórico de Alterações / Cronograma", 1.40.) Only advice: the text of the rule
    since then was not seen. No reference at all is B25-70's.
    """
    if item.det.tem(_REFERENCIA) or item.prod["CFOP"] in _CFOP_SEM_REFERENCIA:
        return None
    nota = item.nota
    if not nota.ide.tem("NFref") and not nota.referencias:
        return None
    return Falha(_REFERENCIA, "ausente", "chave e item da nota devolvida", aviso=True)


@do_item(
    "nfe:VC02-15",
    "1102",
    com=_REFERENCIA,
    quando=_devolucao,
    correcao="Informe em DFeReferenciado/nItem o número do item na nota original.",
    causa="A devolução informa a chave da nota original, mas não qual dos itens volta.",
    **V130,
)
def devolucao_sem_o_item_original(item: Item) -> Falha | None:
    if "nItem" in item.det.em(_REFERENCIA):
        return None
    return Falha(f"{_REFERENCIA}/nItem", "ausente", "número do item na nota original")


@do_item(
    "nfe:VC02-20",
    "1072",
    com=_REFERENCIA,
    correcao="Retire a repetição: cada item da nota original é referenciado uma vez.",
    causa="Um item da nota original foi dividido em dois itens desta, ou copiado por engano.",
    **V130,
)
def referencia_repetida(item: Item) -> Falha | None:
    """No two items refer to the same chave and item."""
    ref = item.det.em(_REFERENCIA)
    chave, numero = ref["chaveAcesso"], ref["nItem"]
    if item.nota.referencias[chave, numero] == item.posicao:
        return None
    found = f"{chave}, item {numero}" if numero else chave
    return Falha(f"{_REFERENCIA}/chaveAcesso", found, "referência única")


@do_item(
    "nfe:VC02-30",
    "1130",
    com=_REFERENCIA,
    quando=lambda nota: nota.finNFe != _DEVOLUCAO,
    correcao="Emita uma nota para cada documento referenciado: todos os itens referenciam o mesmo.",
    causa="Itens de notas diferentes foram reunidos em uma só.",
    **V130,
)
def referencias_a_varios_documentos(item: Item) -> Falha | None:
    """One document only, but in returns and in two kinds of debit (the second since v1.51)."""
    first = next(iter(item.nota.referencias))[0]
    chave = item.det.em(_REFERENCIA)["chaveAcesso"]
    if chave == first:
        return None
    ide = item.nota.ide
    if ide["tpNFDebito"] == _NAO_PROCESSADAS:
        return None
    if ide["tpNFDebito"] == _PERDA_EM_ESTOQUE and ide["dhEmi"][:10] >= EMISSAO_V151:
        return None
    return Falha(f"{_REFERENCIA}/chaveAcesso", chave, first)


@do_item(
    "nfe:VC02-40",
    "1193",
    com=_REFERENCIA,
    quando=_devolucao,
    correcao="Emita uma nota de devolução para cada fornecedor: as notas referenciadas têm de ser "
    "do mesmo emitente.",
    causa="Mercadorias de fornecedores diferentes voltam na mesma nota.",
    **V140,
)
def referencias_a_varios_emitentes(item: Item) -> Falha | None:
    """In a return. The key of a nota avulsa does not tell its emitter."""
    first = inscricao_do_emitente(next(iter(item.nota.referencias))[0])
    emitente = inscricao_do_emitente(item.det.em(_REFERENCIA)["chaveAcesso"])
    if emitente == first or not emitente or not first:
        return None
    return Falha(f"{_REFERENCIA}/chaveAcesso", f"emitente {emitente}", f"emitente {first}")


@do_item(
    "nfe:VC02-50",
    "1194",
    com=_REFERENCIA,
    quando=lambda nota: _devolucao(nota) and nota.tpNF == "1",
    correcao="O destinatário da devolução é quem emitiu a nota devolvida: corrija o destinatário, "
    "ou a chave referenciada.",
    causa="A devolução foi emitida para outro estabelecimento do fornecedor, ou com a chave de "
    "outra nota.",
    **V140,
)
def devolucao_a_outro_que_o_emitente(item: Item) -> Falha | None:
    """What leaves goes back to who sold it. A note of entrada is one's own (v1.52)."""
    emitente = inscricao_do_emitente(item.det.em(_REFERENCIA)["chaveAcesso"])
    emit, dest = item.nota.emit, item.nota.dest
    destinatario = dest["CNPJ"] or dest["CPF"].zfill(14)
    if emitente in ("", destinatario, emit["CNPJ"] or emit["CPF"].zfill(14)):
        return None
    if "idEstrangeiro" in dest:
        return None
    return Falha(f"{_REFERENCIA}/chaveAcesso", f"emitente {emitente}", f"emitente {destinatario}")


@do_item(
    "nfe:VC03-10",
    "1039",
    com=f"{_REFERENCIA}:nItem",
    correcao="Retire nItem de DFeReferenciado: este débito referencia a nota toda.",
    causa="O sistema preenche nItem em toda referência por item.",
    **V130,
)
def debito_com_item_referenciado(item: Item) -> Falha | None:
    if item.nota.ide["tpNFDebito"] != _NAO_PROCESSADAS:
        return None
    return Falha(f"{_REFERENCIA}/nItem", item.det.em(_REFERENCIA)["nItem"], "não informar")


@do_item(
    "nfe:VC03-20",
    "1048",
    com=_REFERENCIA,
    quando=lambda nota: nota.finNFe != _DEVOLUCAO,
    correcao="Informe em DFeReferenciado/nItem o número do item na nota original.",
    causa="A referência informa a chave da nota original, mas não o item.",
    **V130,
)
def referencia_sem_item(item: Item) -> Falha | None:
    """Fines and interest; since v1.40 all but one kind of debit (layout, VC03).

    A return is VC02-15's.
    """
    ide = item.nota.ide
    if "nItem" in item.det.em(_REFERENCIA) or ide["tpNFDebito"] == _NAO_PROCESSADAS:
        return None
    if ide["tpNFDebito"] != _MULTA_E_JUROS and ide["dhEmi"][:10] < EMISSAO_V140:
        return None
    return Falha(f"{_REFERENCIA}/nItem", "ausente", "número do item")
