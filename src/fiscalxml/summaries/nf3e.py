"""NF3e (66)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from fiscalxml.documents.campos import Campos
from fiscalxml.summaries.parts import (
    IBSCBS,
    IBSCBS_TOTAIS,
    Referencia,
    Tributo,
    common_references,
    named,
    pessoa,
    prepaid,
    taxes,
)
from fiscalxml.summaries.reading import Table, Tables, all_under, present, under
from fiscalxml.summaries.resumo import Item, Vista

_Tables = Mapping[str, Mapping[str, str]]

_PROD: Final = {
    "codigo": "cProd",
    "descricao": "xProd",
    "cfop": "CFOP",
    "unidade": "uMed",
    "quantidade": "qFaturada",
    "valor_unitario": "vItem",
    "valor": "vProd",
}
_ICMS_GRUPOS: Final = (
    "ICMS00",
    "ICMS10",
    "ICMS20",
    "ICMS40",
    "ICMS51",
    "ICMS60",
    "ICMS90",
    "ICMSSN",
)
_ICMS: Final = Tables(
    {
        "icms": {
            "cst": "CST",
            "base": "vBC",
            "aliquota": "pICMS",
            "valor": "vICMS",
            "desonerado": "vICMSDeson",
        },
        "icms_st": {"base": "vBCST", "aliquota": "pICMSST", "valor": "vICMSST"},
        "icms_st_retido": {"base": "vBCSTRet", "aliquota": "pICMSSTRet", "valor": "vICMSSTRet"},
        "icms_efetivo": {"base": "vBCEfet", "aliquota": "pICMSEfet", "valor": "vICMSEfet"},
        "fcp": {"aliquota": "pFCP", "valor": "vFCP"},
        "fcp_st": {"aliquota": "pFCPST", "valor": "vFCPST"},
        "fcp_st_retido": {"base": "vBCFCPSTRet", "aliquota": "pFCPSTRet", "valor": "vFCPSTRet"},
    }
)
ITEM_FEDERAIS: Final[_Tables] = {
    "pis": {
        "cst": "PIS/CST",
        "base": "PIS/vBC",
        "aliquota": "PIS/pPIS",
        "valor": "PIS/vPIS",
        "retido": "retTrib/vRetPIS",
    },
    "cofins": {
        "cst": "COFINS/CST",
        "base": "COFINS/vBC",
        "aliquota": "COFINS/pCOFINS",
        "valor": "COFINS/vCOFINS",
        "retido": "retTrib/vRetCofins",
    },
    "csll": {"retido": "retTrib/vRetCSLL"},
    "irrf": {"base": "retTrib/vBCIRRF", "retido": "retTrib/vIRRF"},
}
_ITEM_IMPOSTOS: Final[_Tables] = {
    **ITEM_FEDERAIS,
    "pis_efetivo": {
        "base": "PISEfet/vBCPISEfet",
        "aliquota": "PISEfet/pPISEfet",
        "valor": "PISEfet/vPISEfet",
    },
    "cofins_efetivo": {
        "base": "COFINSEfet/vBCCOFINSEfet",
        "aliquota": "COFINSEfet/pCOFINSEfet",
        "valor": "COFINSEfet/vCOFINSEfet",
    },
    **all_under("IBSCBS", IBSCBS),
}
IMPOSTOS: Final[_Tables] = {
    "icms": {
        "base": "ICMSTot/vBC",
        "valor": "ICMSTot/vICMS",
        "desonerado": "ICMSTot/vICMSDeson",
    },
    "fcp": {"valor": "ICMSTot/vFCP"},
    "pis": {"valor": "vPIS", "retido": "vRetTribTot/vRetPIS"},
    "cofins": {"valor": "vCOFINS", "retido": "vRetTribTot/vRetCofins"},
    "csll": {"retido": "vRetTribTot/vRetCSLL"},
    "irrf": {"retido": "vRetTribTot/vIRRF"},
    **IBSCBS_TOTAIS,
}
_IMPOSTOS: Final[_Tables] = {
    **IMPOSTOS,
    "icms_st": {"base": "ICMSTot/vBCST", "valor": "ICMSTot/vST"},
    "fcp_st": {"valor": "ICMSTot/vFCPST"},
    "pis_efetivo": {"valor": "vPISEfet"},
    "cofins_efetivo": {"valor": "vCOFINSEfet"},
}
_TOTAIS: Final = {
    "documento": "vNF",
    "produtos": "vProd",
    "documento_com_tributos_por_fora": "vTotDFe",
}
DETALHES: Final = {
    "codigo_municipio_fato_gerador": "ide/cMunFG",
    "tipo_emissao": "ide/tpEmis",
    "contingencia": "ide/dhCont",
    "justificativa_contingencia": "ide/xJust",
    "tipo_pagamento_antecipado": "ide/tpPagAnt",
    "suframa_emitente": "emit/ISUFEmit",
    "motivo_substituicao": "gSub/motSub",
    "competencia": "gFat/CompetFat",
    "vencimento": "gFat/dVencFat",
    "linha_digitavel": "gFat/codBarras",
    "debito_automatico": "gFat/codDebAuto",
    "banco_debito": "gFat/codBanco",
    "agencia_debito": "gFat/codAgencia",
    "qrcode_pix": "gFat/gPIX/urlQRCodePIX",
    "informacoes_fisco": "infAdic/infAdFisco",
}
_DETALHES: Final = DETALHES | {
    "id_acesso": "acessante/idAcesso",
    "codigo_cliente": "acessante/idCodCliente",
    "unidade_consumidora": "acessante/xNomeUC",
    "tipo_acesso": "acessante/tpAcesso",
    "tipo_classe": "acessante/tpClasse",
    "tipo_subclasse": "acessante/tpSubClasse",
    "tipo_fase": "acessante/tpFase",
    "grupo_tensao": "acessante/tpGrpTensao",
    "modalidade_tarifaria": "acessante/tpModTar",
    "roteiro_leitura": "acessante/codRoteiroLeitura",
    "nis_destinatario": "dest/cNIS",
    "beneficio_destinatario": "dest/NB",
    "nome_adicional_destinatario": "dest/xNomeAdicional",
    "medidor": "gMed/idMedidor",
    "leitura_anterior": "gMed/dMedAnt",
    "leitura_atual": "gMed/dMedAtu",
    "proxima_leitura": "gFat/dProxLeitura",
    "apresentacao": "gFat/dApresFat",
    "fatura": "gFat/nFat",
}


def tables_of_note(
    totais: Mapping[str, str], detalhes: Mapping[str, str], impostos: _Tables
) -> Tables:
    """What is read of a note in one pass; totals and taxes are in `total`."""
    return Tables(
        {"totais": under("total", totais), "detalhes": detalhes, **all_under("total", impostos)},
        ordered=("totais", "detalhes"),
    )


_NOTA_EM_PAPEL: Final = Table({**Referencia.TAGS, "emissao": "CompetEmis"})
_NOTA: Final = tables_of_note(_TOTAIS, _DETALHES, _IMPOSTOS)
_ITEM: Final = Tables(
    {
        "item": under("prod", _PROD) | {"informacoes": "infAdProd"},
        **all_under("imposto", _ITEM_IMPOSTOS),
    }
)


def view(grupo: Campos) -> Vista:
    """Everything of infNF3e. Of several meters, the first."""
    vista = note(grupo, _NOTA, _IMPOSTOS)
    vista["finalidade"] = grupo.em("ide")["finNF3e"] or None
    vista["itens"] = list(_itens(grupo))
    vista["referencias"] = list(_referencias(grupo))
    return vista


def note(grupo: Campos, tables: Tables, impostos: _Tables) -> Vista:
    """What both notes have in the same place."""
    ide, found = grupo.em("ide"), tables.read(grupo)
    return Vista(
        serie=ide["serie"] or None,
        numero=ide["nNF"] or None,
        participantes=present(
            emitente=pessoa(grupo.em("emit"), "enderEmit"),
            destinatario=pessoa(grupo.em("dest"), "enderDest"),
            responsavel_tecnico=pessoa(grupo.em("gRespTec")),
        ),
        totais=found["totais"],
        impostos=taxes(found, impostos),
        detalhes=found["detalhes"],
        informacoes="\n".join(grupo.em("infAdic").todos("infCpl")) or None,
    )


def icms_of(imposto: Campos) -> dict[str, Tributo]:
    """What the ICMS group of an item says, whichever it is."""
    nome = next(filter(imposto.tem, _ICMS_GRUPOS), None)
    return {} if nome is None else taxes(_ICMS.read(imposto.em(nome)))


def paper_note(papel: str, nota: Campos) -> Referencia:
    """gNF: a note on paper."""
    return Referencia(papel=papel, **_NOTA_EM_PAPEL.read(nota))


def _itens(grupo: Campos) -> Iterator[Item]:
    """The items of this note; not detItemAnt, which repeats those of the one it adjusts."""
    for nota in grupo.lista("NFdet"):
        for det in nota.lista("det"):
            if det.tem("detItem"):
                yield _item(det)


def _item(det: Campos) -> Item:
    item = det.em("detItem")
    found = _ITEM.read(item)
    fields = found.pop("item", {})
    impostos = icms_of(item.em("imposto")) | taxes(found)
    return Item(numero=det.atributo("nItem") or None, **fields, impostos=impostos or None)


def _referencias(grupo: Campos) -> Iterator[Referencia]:
    """The note that is replaced, the one separated by a court, those that are adjusted."""
    gsub, notas = grupo.em("gSub"), grupo.lista("NFdet")
    yield from named("substituido", [gsub["chNF3e"]])
    yield from named("separado_por_decisao_judicial", [grupo.em("gJudic")["chNF3e"]])
    yield from named("ajustado", dict.fromkeys(nota.atributo("chNF3eAnt") for nota in notas))
    yield from common_references(grupo)
    for nota in notas:
        for det in nota.lista("det"):
            yield from prepaid(det.em("detItem", "prod"))
    yield from (paper_note("substituido", nota) for nota in gsub.lista("gNF"))
