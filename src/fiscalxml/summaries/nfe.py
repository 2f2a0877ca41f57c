"""NF-e (55) and NFC-e (65)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

from fiscalxml.documents.campos import Campos
from fiscalxml.summaries.parts import (
    IBSCBS,
    IBSCBS_TOTAIS,
    Referencia,
    common_references,
    named,
    pessoa,
    taxes,
)
from fiscalxml.summaries.reading import Tables, all_under, present, under
from fiscalxml.summaries.resumo import Item, Pagamento, Parcela, Vista

_OPERACAO: Final[Mapping[str, Literal["entrada", "saida"]]] = {"0": "entrada", "1": "saida"}
_PAPEIS: Final = {"2": "complementado", "3": "ajustado", "4": "devolvido"}
"""finNFe -> what the notes in NFref are to this one"""
_PROD: Final = {
    "codigo": "cProd",
    "descricao": "xProd",
    "gtin": "cEAN",
    "ncm": "NCM",
    "cest": "CEST",
    "cfop": "CFOP",
    "unidade": "uCom",
    "quantidade": "qCom",
    "valor_unitario": "vUnCom",
    "valor": "vProd",
    "desconto": "vDesc",
    "frete": "vFrete",
    "seguro": "vSeg",
    "outros": "vOutro",
    "pedido": "xPed",
}
_ICMS: Final = {
    "icms": {
        "origem": "orig",
        "cst": "CST CSOSN",
        "base": "vBC",
        "aliquota": "pICMS",
        "valor": "vICMS",
        "desonerado": "vICMSDeson",
        "diferido": "vICMSDif",
    },
    "icms_st": {"base": "vBCST", "aliquota": "pICMSST", "valor": "vICMSST"},
    "icms_st_retido": {"base": "vBCSTRet", "aliquota": "pST", "valor": "vICMSSTRet"},
    "icms_monofasico": {
        "quantidade": "qBCMono",
        "aliquota_por_unidade": "adRemICMS",
        "valor": "vICMSMono",
        "retido": "vICMSMonoRet",
    },
    "fcp": {"base": "vBCFCP", "aliquota": "pFCP", "valor": "vFCP"},
    "fcp_st": {"base": "vBCFCPST", "aliquota": "pFCPST", "valor": "vFCPST"},
}
_SE_HA_VALOR: Final = frozenset(_ICMS) - {"icms"}
"""taxes of the group ICMS that are there when they have an amount: a rate alone says nothing"""
_DIFAL: Final = {"base": "vBCUFDest", "aliquota": "pICMSUFDest", "valor": "vICMSUFDest"}
_IPI: Final = {
    "cst": "CST",
    "base": "vBC",
    "aliquota": "pIPI",
    "quantidade": "qUnid",
    "aliquota_por_unidade": "vUnid",
    "valor": "vIPI",
}
_II: Final = {"base": "vBC", "valor": "vII"}
_PIS: Final = {
    "cst": "CST",
    "base": "vBC",
    "aliquota": "pPIS",
    "quantidade": "qBCProd",
    "aliquota_por_unidade": "vAliqProd",
    "valor": "vPIS",
}
_COFINS: Final = _PIS | {"aliquota": "pCOFINS", "valor": "vCOFINS"}
_ISS: Final = {"base": "vBC", "aliquota": "vAliq", "valor": "vISSQN", "retido": "vISSRet"}
_IS: Final = {
    "cst": "CSTIS",
    "classificacao": "cClassTribIS",
    "base": "vBCIS",
    "aliquota": "pIS",
    "valor": "vIS",
}
_ITEM_IMPOSTOS: Final = {
    **all_under("ICMS/*", _ICMS),
    "icms_uf_destino": under("ICMSUFDest", _DIFAL),
    "ipi": under("IPI/IPITrib IPI/IPINT IPI", _IPI),
    "ii": under("II", _II),
    "pis": under("PIS/*", _PIS),
    "pis_st": under("PISST", _PIS),
    "cofins": under("COFINS/*", _COFINS),
    "cofins_st": under("COFINSST", _COFINS),
    "iss": under("ISSQN", _ISS),
    "is": under("IS", _IS),
    **all_under("IBSCBS", IBSCBS),
}
_ITEM: Final = Tables(
    {
        "item": under("prod", _PROD) | {"informacoes": "infAdProd"},
        **all_under("imposto", _ITEM_IMPOSTOS),
    }
)
_TOTAIS: Final = {
    "documento": "ICMSTot/vNF",
    "produtos": "ICMSTot/vProd",
    "servicos": "ISSQNtot/vServ",
    "desconto": "ICMSTot/vDesc",
    "frete": "ICMSTot/vFrete",
    "seguro": "ICMSTot/vSeg",
    "outros": "ICMSTot/vOutro",
    "tributos_aproximados": "ICMSTot/vTotTrib",
    "documento_com_tributos_por_fora": "vNFTot",
}
_IMPOSTOS: Final[Mapping[str, Mapping[str, str]]] = {
    "icms": {
        "base": "ICMSTot/vBC",
        "valor": "ICMSTot/vICMS",
        "desonerado": "ICMSTot/vICMSDeson",
    },
    "icms_st": {"base": "ICMSTot/vBCST", "valor": "ICMSTot/vST"},
    "icms_monofasico": {"valor": "ICMSTot/vICMSMono", "retido": "ICMSTot/vICMSMonoRet"},
    "icms_uf_destino": {"valor": "ICMSTot/vICMSUFDest"},
    "fcp": {"valor": "ICMSTot/vFCP"},
    "fcp_st": {"valor": "ICMSTot/vFCPST", "retido": "ICMSTot/vFCPSTRet"},
    "ipi": {"valor": "ICMSTot/vIPI", "devolvido": "ICMSTot/vIPIDevol"},
    "ii": {"valor": "ICMSTot/vII"},
    "pis": {"valor": "ICMSTot/vPIS"},
    "cofins": {"valor": "ICMSTot/vCOFINS"},
    "iss": {"base": "ISSQNtot/vBC", "valor": "ISSQNtot/vISS", "retido": "ISSQNtot/vISSRet"},
    "is": {"valor": "ISTot/vIS"},
    **IBSCBS_TOTAIS,
}
_DETALHES: Final = {
    "codigo_municipio_fato_gerador": "ide/cMunFG",
    "consumidor_final": "ide/indFinal",
    "presenca": "ide/indPres",
    "destino": "ide/idDest",
    "tipo_emissao": "ide/tpEmis",
    "contingencia": "ide/dhCont",
    "justificativa_contingencia": "ide/xJust",
    "modalidade_frete": "transp/modFrete",
    "placa": "transp/veicTransp/placa",
    "troco": "pag/vTroco",
    "fatura": "cobr/fat/nFat",
    "valor_original_fatura": "cobr/fat/vOrig",
    "valor_liquido_fatura": "cobr/fat/vLiq",
    "uf_embarque": "exporta/UFSaidaPais",
    "local_embarque": "exporta/xLocExporta",
    "empenho": "compra/xNEmp",
    "pedido": "compra/xPed",
    "contrato": "compra/xCont",
    "informacoes_fisco": "infAdic/infAdFisco",
}


_NOTA: Final = Tables(
    {
        "totais": under("total", _TOTAIS),
        "detalhes": _DETALHES,
        **all_under("total", _IMPOSTOS),
    },
    ordered=("totais", "detalhes"),
)


def view(grupo: Campos) -> Vista:
    """Everything of infNFe."""
    ide, found = grupo.em("ide"), _NOTA.read(grupo)
    return Vista(
        serie=ide["serie"] or None,
        numero=ide["nNF"] or None,
        natureza=ide["natOp"] or None,
        operacao=_OPERACAO.get(ide["tpNF"]),
        finalidade=ide["finNFe"] or None,
        saida=ide["dhSaiEnt"] or ide["dSaiEnt"] or None,
        participantes=present(
            emitente=pessoa(grupo.em("emit"), "enderEmit"),
            destinatario=pessoa(grupo.em("dest"), "enderDest"),
            retirada=pessoa(grupo.em("retirada")),
            entrega=pessoa(grupo.em("entrega")),
            transportador=pessoa(grupo.em("transp", "transporta")),
            intermediador=pessoa(grupo.em("infIntermed")),
            responsavel_tecnico=pessoa(grupo.em("infRespTec")),
        ),
        itens=[_item(det) for det in grupo.lista("det")],
        totais=found["totais"],
        impostos=taxes(found, _IMPOSTOS),
        pagamentos=[Pagamento.read(each) for each in _pagamentos(grupo)],
        parcelas=[
            Parcela(numero=dup["nDup"] or None, vencimento=dup["dVenc"] or None, valor=dup["vDup"])
            for dup in grupo.lista("cobr", "dup")
        ],
        detalhes=found["detalhes"],
        referencias=list(_referencias(grupo)),
        informacoes=grupo.em("infAdic")["infCpl"] or None,
    )


def _item(det: Campos) -> Item:
    found = _ITEM.read(det)
    item = found.pop("item", {})
    for name in _SE_HA_VALOR & found.keys():
        if not found[name].keys() & {"valor", "retido"}:
            del found[name]
    return Item(numero=det.atributo("nItem") or None, **item, impostos=taxes(found) or None)


def _referencias(grupo: Campos) -> Iterator[Referencia]:
    """The notes that the whole names, by what it is for, and those that its items name."""
    ide = grupo.em("ide")
    papel = _PAPEIS.get(ide["finNFe"], "referenciado")
    for ref in ide.lista("NFref"):
        yield Referencia.read(_inner(ref, "refNF", "refNFP", "refECF"), papel=papel)
    yield from common_references(grupo)
    for det in grupo.lista("det"):
        if det.tem("DFeReferenciado"):
            yield from named("referenciado_no_item", [det.em("DFeReferenciado")["chaveAcesso"]])
        prod = det.em("prod")
        if prod.tem("detExport"):
            exportados = (each["chNFe"] for each in prod.lista("detExport", "exportInd"))
            yield from named("exportado", exportados)


def _inner(grupo: Campos, *nomes: str) -> Campos:
    """The first of these groups that is inside; else the group itself."""
    return next((grupo.em(nome) for nome in nomes if grupo.tem(nome)), grupo)


def _pagamentos(grupo: Campos) -> Sequence[Campos]:
    """detPag since layout 4.00; pag itself in the NFC-e of 3.10."""
    return grupo.lista("pag", "detPag") or [pag for pag in grupo.lista("pag") if pag["tPag"]]
