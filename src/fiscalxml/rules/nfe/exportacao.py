"""Group I03: the export of an item, direct or indirect; and the unit that it is counted in."""

from __future__ import annotations

from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.identifiers.chave import chave_check_digit
from fiscalxml.identifiers.siscomex import is_drawback, is_registro_de_exportacao
from fiscalxml.rules.nfe.scopes import ZERO, Item, de_cada_no_item, do_item, em_cada
from fiscalxml.tables import operador

_COM_DRAWBACK: Final = frozenset({"7127", "7211"})
_VINCULADOS: Final = frozenset(
    {"1501", "2501", "5501", "5502", "5504", "5505", "6501", "6502", "6504", "6505"}
)
"""CFOPs of what is sent to be exported"""
_INDIRETA: Final = frozenset({"3503", "7501"})
_MODELO: Final = slice(20, 22)
_SEM_PRODUCAO: Final = "O MOC 7.0 diz que ainda não estava em produção."


@do_item(
    "nfe:I14-10",
    "817",
    tabela="ncm_utrib",
    correcao="Informe em uTrib a unidade que a tabela de comércio exterior dá ao NCM, e em qTrib e "
    "vUnTrib a quantidade e o valor nela.",
    causa="Exportação com a unidade comercial (CX, PC) repetida em uTrib.",
)
def unidade_de_exportacao(item: Item) -> Falha | None:
    """In an export, and in what leads to one, the taxable unit is that of the NCM."""
    ide, prod = item.nota.ide, item.prod
    if (ide["tpNF"], ide["idDest"]) != ("1", "3") and prod["CFOP"] not in _VINCULADOS:
        return None
    row = (operador.tabela("ncm_utrib") or {}).get(prod["NCM"])
    unidades = row["unidades"].upper().split() if row else []
    if not unidades or prod["uTrib"].upper() in unidades:
        return None
    return Falha("prod/uTrib", prod["uTrib"], " ou ".join(unidades), f"O NCM é {prod['NCM']}.")


@do_item(
    "nfe:I50-10",
    "336",
    quando=lambda nota: nota.idDest != "3",
    com="prod/detExport",
    correcao="detExport é só de operação com o exterior (idDest 3): retire-o.",
    causa="Remessa com fim específico de exportação (5501, 6501) com os dados da exportação.",
)
def exportacao_em_operacao_interna(_item: Item) -> Falha | None:
    return Falha("prod/detExport", "informado", "não informar")


@do_item(
    "nfe:I51-10",
    "338",
    quando=lambda nota: nota.idDest == "3",  # else it is 731
    correcao="Informe em detExport/nDraw o ato concessório do drawback; sem drawback, use outro "
    "CFOP.",
    causa="CFOP 7127 usado em exportação comum de produção própria.",
)
def drawback_nao_informado(item: Item) -> Falha | None:
    """An export under drawback names it."""
    if item.prod["CFOP"] not in _COM_DRAWBACK:
        return None
    if any(export["nDraw"] for export in item.prod.lista("detExport")):
        return None
    return Falha("prod/detExport/nDraw", "ausente", "ato concessório do drawback")


@de_cada_no_item(
    "prod/detExport",
    "nfe:I51-20",
    "339",
    duvida=_SEM_PRODUCAO,
    correcao="Informe em nDraw os 11 dígitos do ato de suspensão ou os 9 do ato de isenção.",
    causa="Número do drawback com máscara, ou de outro documento.",
)
def drawback_invalido(export: Grupo, _item: Item) -> Falha | None:
    numero = export["nDraw"]
    if not numero or is_drawback(numero):
        return None
    return Falha("nDraw", numero, "11 dígitos (AAAANNNNNND) ou 9 (AANNNNNND)")


@do_item(
    "nfe:I52-10",
    "340",
    quando=lambda nota: nota.idDest == "3" and nota.finNFe != "2",
    correcao="Informe em detExport/exportInd o registro de exportação e a chave da nota recebida "
    "com o fim específico de exportação.",
    causa="Exportação de mercadoria de terceiros (7501) sem os dados da nota de quem a remeteu.",
)
def indireta_sem_grupo(item: Item) -> Falha | None:
    if item.prod["CFOP"] not in _INDIRETA:
        return None
    if any(export.tem("exportInd") for export in item.prod.lista("detExport")):
        return None
    return Falha("prod/detExport/exportInd", "ausente", "informado")


@de_cada_no_item(
    "prod/detExport/exportInd",
    "nfe:I53-10",
    "341",
    duvida=_SEM_PRODUCAO,
    correcao="Informe em nRE os 12 dígitos do registro de exportação; zeros, se foi por DU-E.",
    causa="Número da DU-E ou da fatura no campo do registro de exportação.",
)
def registro_de_exportacao(indireta: Grupo, _item: Item) -> Falha | None:
    if is_registro_de_exportacao(indireta["nRE"]):
        return None
    return Falha("nRE", indireta["nRE"], "12 dígitos")


@de_cada_no_item(
    "prod/detExport/exportInd",
    "nfe:I54-10",
    "342",
    correcao="Confira a chave em exportInd: o último dígito não corresponde aos outros.",
    causa="Chave digitada à mão da nota de quem remeteu a mercadoria.",
)
def dv_da_chave(indireta: Grupo, _item: Item) -> Falha | None:
    chave = indireta["chNFe"]
    try:
        dv = chave_check_digit(chave[:-1])
    except ValueError:
        return Falha("chNFe", chave, "chave de acesso de 44 posições")
    return None if chave[-1] == dv else Falha("chNFe", chave, f"dígito verificador {dv}")


@de_cada_no_item(
    "prod/detExport/exportInd",
    "nfe:I54-20",
    "343",
    correcao="Informe em exportInd a chave de uma NF-e (modelo 55).",
    causa="Chave do CT-e ou da NFC-e no lugar da chave da nota de remessa.",
)
def modelo_da_chave(indireta: Grupo, _item: Item) -> Falha | None:
    modelo = indireta["chNFe"][_MODELO]
    return None if modelo == "55" else Falha("chNFe", f"modelo {modelo}", "modelo 55")


@do_item(
    "nfe:I54-30",
    "344",
    quando=lambda nota: nota.idDest == "3",  # else it is 336
    correcao="Informe cada nota uma vez no item: some em qExport as quantidades da mesma chave.",
    causa="Um detExport para cada lote da mesma nota de remessa.",
)
def chave_repetida(item: Item) -> Falha | None:
    exports = item.prod.lista("detExport")
    if len(exports) < 2:
        return None
    seen: set[str] = set()
    for n, export in enumerate(exports, 1):
        chave = export.em("exportInd")["chNFe"]
        if chave and chave in seen:
            return Falha(f"prod/detExport[{n}]/exportInd/chNFe", chave, "chaves diferentes")
        seen.add(chave)
    return None


@do_item(
    "nfe:I54-40",
    "345",
    quando=lambda nota: nota.idDest == "3",  # else it is 336
    com="prod/detExport/exportInd",
    correcao="Referencie em NFref a nota cuja chave está em exportInd.",
    causa="Chaves informadas só nos itens, e não entre os documentos referenciados.",
)
def chave_nao_referenciada(item: Item) -> Falha | None:
    """The note received for export is referred to, by the note or by one of its items."""
    known = {ref["refNFe"] for ref in item.nota.ide.lista("NFref")}
    known.update(chave for chave, _ in item.nota.referencias)
    for n, export in enumerate(item.prod.lista("detExport"), 1):
        chave = export.em("exportInd")["chNFe"]
        if chave and chave not in known:
            return Falha(f"prod/detExport[{n}]/exportInd/chNFe", chave, "chave de NFref")
    return None


@do_item(
    "nfe:I55-10",
    "346",
    quando=lambda nota: nota.idDest == "3",  # else it is 336
    com="prod/detExport/exportInd",
    correcao="A soma de qExport das notas do item é qCom: confira as quantidades.",
    causa="Exportação parcial de uma remessa, com a quantidade da nota de remessa em qExport.",
)
def quantidade_exportada(item: Item) -> Falha | None:
    """What the notes received for export bring adds up to the quantity of the item."""
    indiretas = em_cada(item.prod.lista("detExport"), "exportInd")
    soma = sum((indireta.valor("qExport") for indireta in indiretas), ZERO)
    if soma == item.prod.valor("qCom"):
        return None
    return Falha("prod/qCom", item.prod["qCom"], f"{soma}", f"qExport soma {soma}.")
