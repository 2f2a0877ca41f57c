"""NF-e (55) and NFC-e (65)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from fiscalxml.documents.groups import Grupo
from fiscalxml.summaries.parts import IBSCBS_TOTAIS, Referencia, Tributo, ibs_and_cbs, pessoa, taxes
from fiscalxml.summaries.reading import Table, Tables, present
from fiscalxml.summaries.resumo import Item, Pagamento, Parcela, Vista

_OPERACAO: Final[Mapping[str, Literal["entrada", "saida"]]] = {"0": "entrada", "1": "saida"}
_PROD: Final = Table(
    codigo="cProd",
    descricao="xProd",
    gtin="cEAN",
    ncm="NCM",
    cest="CEST",
    cfop="CFOP",
    unidade="uCom",
    quantidade="qCom",
    valor_unitario="vUnCom",
    valor="vProd",
    desconto="vDesc",
    frete="vFrete",
    seguro="vSeg",
    outros="vOutro",
    pedido="xPed",
)
_ICMS: Final = Tables(
    {
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
)
_PIS: Final = {
    "cst": "CST",
    "base": "vBC",
    "aliquota": "pPIS",
    "quantidade": "qBCProd",
    "aliquota_por_unidade": "vAliqProd",
    "valor": "vPIS",
}
_COFINS: Final = _PIS | {"aliquota": "pCOFINS", "valor": "vCOFINS"}
_DEMAIS_IMPOSTOS: Final = (
    (
        "icms_uf_destino",
        "ICMSUFDest",
        Table(base="vBCUFDest", aliquota="pICMSUFDest", valor="vICMSUFDest"),
    ),
    (
        "ipi",
        "IPI",
        Table(
            cst="CST",
            base="vBC",
            aliquota="pIPI",
            quantidade="qUnid",
            aliquota_por_unidade="vUnid",
            valor="vIPI",
        ),
    ),
    ("ii", "II", Table(base="vBC", valor="vII")),
    ("pis", "PIS", Table(**_PIS)),
    ("pis_st", "PISST", Table(**_PIS)),
    ("cofins", "COFINS", Table(**_COFINS)),
    ("cofins_st", "COFINSST", Table(**_COFINS)),
    (
        "iss",
        "ISSQN",
        Table(base="vBC", aliquota="vAliq", valor="vISSQN", retido="vISSRet"),
    ),
    (
        "is",
        "IS",
        Table(
            cst="CSTIS",
            classificacao="cClassTribIS",
            base="vBCIS",
            aliquota="pIS",
            valor="vIS",
        ),
    ),
)
"""tax, the group of `imposto` that it is in, and its fields there"""
_TOTAIS: Final = Table(
    documento="ICMSTot/vNF",
    produtos="ICMSTot/vProd",
    servicos="ISSQNtot/vServ",
    desconto="ICMSTot/vDesc",
    frete="ICMSTot/vFrete",
    seguro="ICMSTot/vSeg",
    outros="ICMSTot/vOutro",
    tributos_aproximados="ICMSTot/vTotTrib",
    documento_com_tributos_por_fora="vNFTot",
)
_IMPOSTOS: Final = Tables(
    {
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
)
_DETALHES: Final = Table(
    codigo_municipio_fato_gerador="ide/cMunFG",
    consumidor_final="ide/indFinal",
    presenca="ide/indPres",
    destino="ide/idDest",
    tipo_emissao="ide/tpEmis",
    contingencia="ide/dhCont",
    justificativa_contingencia="ide/xJust",
    modalidade_frete="transp/modFrete",
    placa="transp/veicTransp/placa",
    troco="pag/vTroco",
    fatura="cobr/fat/nFat",
    valor_original_fatura="cobr/fat/vOrig",
    valor_liquido_fatura="cobr/fat/vLiq",
    uf_embarque="exporta/UFSaidaPais",
    local_embarque="exporta/xLocExporta",
    empenho="compra/xNEmp",
    pedido="compra/xPed",
    contrato="compra/xCont",
    informacoes_fisco="infAdic/infAdFisco",
)


def view(grupo: Grupo) -> Vista:
    """Everything of infNFe."""
    ide, total = grupo.em("ide"), grupo.em("total")
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
        totais=_TOTAIS.read(total),
        impostos=taxes(total, _IMPOSTOS),
        pagamentos=[Pagamento.read(each) for each in _pagamentos(grupo)],
        parcelas=[
            Parcela(numero=dup["nDup"] or None, vencimento=dup["dVenc"] or None, valor=dup["vDup"])
            for dup in grupo.lista("cobr", "dup")
        ],
        detalhes=_DETALHES.read(grupo),
        referencias=[
            Referencia.read(_inner(ref, "refNF", "refNFP", "refECF")) for ref in ide.lista("NFref")
        ],
        informacoes=grupo.em("infAdic")["infCpl"] or None,
    )


def _item(det: Grupo) -> Item:
    return Item(
        numero=det.atributo("nItem") or None,
        **_PROD.read(det.em("prod")),
        informacoes=det["infAdProd"] or None,
        impostos=_item_taxes(det.em("imposto")) or None,
    )


def _item_taxes(imposto: Grupo) -> dict[str, Tributo]:
    found = {
        name: Tributo(**fields)
        for name, fields in _ICMS.read(imposto.em("ICMS").escolha()).items()
        if name == "icms" or "valor" in fields or "retido" in fields
    }
    for name, nome, table in _DEMAIS_IMPOSTOS:
        if nome in imposto.grupos and (fields := table.read(_form(imposto.em(nome), nome))):
            found[name] = Tributo(**fields)
    return found | ibs_and_cbs(imposto.em("IBSCBS"))


def _form(grupo: Grupo, nome: str) -> Grupo:
    """The group that has the fields of a tax: of some taxes it depends on the CST."""
    if nome in ("PIS", "COFINS"):
        return grupo.escolha()
    return _inner(grupo, "IPITrib", "IPINT") if nome == "IPI" else grupo


def _inner(grupo: Grupo, *nomes: str) -> Grupo:
    """The first of these groups that is inside; else the group itself."""
    return next((grupo.em(nome) for nome in nomes if grupo.tem(nome)), grupo)


def _pagamentos(grupo: Grupo) -> list[Grupo]:
    """detPag since layout 4.00; pag itself in the NFC-e of 3.10."""
    return grupo.lista("pag", "detPag") or [pag for pag in grupo.lista("pag") if pag["tPag"]]
