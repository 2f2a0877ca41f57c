"""NFCom (62). What it has in common with NF3e is in `nf3e`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fiscalxml.documents.campos import Campos
from fiscalxml.summaries.nf3e import (
    DETALHES,
    IMPOSTOS,
    ITEM_FEDERAIS,
    icms_of,
    note,
    paper_note,
    tables_of_note,
)
from fiscalxml.summaries.parts import (
    IBSCBS,
    Referencia,
    Tributo,
    common_references,
    named,
    prepaid,
    taxes,
)
from fiscalxml.summaries.reading import Tables, all_under, under
from fiscalxml.summaries.resumo import Item, Vista

_PROD: Final = {
    "codigo": "cProd",
    "descricao": "xProd",
    "cfop": "CFOP",
    "unidade": "uMed",
    "quantidade": "qFaturada",
    "valor_unitario": "vItem",
    "valor": "vProd",
    "desconto": "vDesc",
    "outros": "vOutro",
}
_ITEM_IMPOSTOS: Final = {
    **ITEM_FEDERAIS,
    "fust": {"base": "FUST/vBC", "aliquota": "FUST/pFUST", "valor": "FUST/vFUST"},
    "funttel": {
        "base": "FUNTTEL/vBC",
        "aliquota": "FUNTTEL/pFUNTTEL",
        "valor": "FUNTTEL/vFUNTTEL",
    },
    **all_under("IBSCBS", IBSCBS),
}
_UF_DESTINO: Final = Tables(
    {
        "icms_uf_destino": {"base": "vBCUFDest", "aliquota": "pICMSUFDest", "valor": "vICMSUFDest"},
        "fcp_uf_destino": {"aliquota": "pFCPUFDest", "valor": "vFCPUFDest"},
    }
)
_IMPOSTOS: Final = {**IMPOSTOS, "fust": {"valor": "vFUST"}, "funttel": {"valor": "vFUNTTEL"}}
_TOTAIS: Final = {
    "documento": "vNF",
    "produtos": "vProd",
    "desconto": "vDesc",
    "outros": "vOutro",
    "documento_com_tributos_por_fora": "vTotDFe",
}
_DETALHES: Final = DETALHES | {
    "tipo_faturamento": "ide/tpFat",
    "pre_pago": "ide/indPrePago",
    "cessao_meios_rede": "ide/indCessaoMeiosRede",
    "nota_entrada": "ide/indNotaEntrada",
    "ie_uf_destino": "emit/IEUFDest",
    "codigo_assinante": "assinante/iCodAssinante",
    "tipo_assinante": "assinante/tpAssinante",
    "tipo_servico": "assinante/tpServUtil",
    "contrato": "assinante/nContrato",
    "inicio_contrato": "assinante/dContratoIni",
    "fim_contrato": "assinante/dContratoFim",
    "terminal": "assinante/NroTermPrinc",
    "codigo_uf_terminal": "assinante/cUFPrinc",
    "inicio_uso": "gFat/dPerUsoIni",
    "fim_uso": "gFat/dPerUsoFim",
    "cnpj_centralizador": "gFatCentral/CNPJ",
    "codigo_uf_centralizador": "gFatCentral/cUF",
}


_NOTA: Final = tables_of_note(_TOTAIS, _DETALHES, _IMPOSTOS)
_ITEM: Final = Tables(
    {
        "item": under("prod", _PROD) | {"informacoes": "infAdProd"},
        **all_under("imposto", _ITEM_IMPOSTOS),
    }
)


def view(grupo: Campos) -> Vista:
    """Everything of infNFCom."""
    vista = note(grupo, _NOTA, _IMPOSTOS)
    vista["finalidade"] = grupo.em("ide")["finNFCom"] or None
    vista["itens"] = [_item(det) for det in grupo.lista("det")]
    vista["referencias"] = list(_referencias(grupo))
    return vista


def _item(det: Campos) -> Item:
    found, imposto = _ITEM.read(det), det.em("imposto")
    fields = found.pop("item", {})
    impostos = icms_of(imposto) | taxes(found) | _uf_destino(imposto)
    return Item(numero=det.atributo("nItem") or None, **fields, impostos=impostos or None)


def _uf_destino(imposto: Campos) -> dict[str, Tributo]:
    """The shares of the UFs of destination; where there are several, with the code of the UF."""
    shares = imposto.lista("ICMSUFDest")
    found: dict[str, Tributo] = {}
    for share in shares:
        suffix = f"_{share.atributo('cUFDest')}" if len(shares) > 1 else ""
        read = taxes(_UF_DESTINO.read(share))
        found |= {f"{name}{suffix}": tax for name, tax in read.items()}
    return found


def _referencias(grupo: Campos) -> Iterator[Referencia]:
    """The note that is replaced, that of the local operator, and those that items adjust."""
    gsub, gcofat, dets = grupo.em("gSub"), grupo.em("gCofat"), grupo.lista("det")
    yield from named("substituido", [gsub["chNFCom"]])
    yield from named("cofaturado", [gcofat["chNFComLocal"]])
    yield from named("ajustado", dict.fromkeys(det.atributo("chNFComAnt") for det in dets))
    yield from common_references(grupo)
    for det in dets:
        yield from prepaid(det.em("prod"))
    yield from (paper_note("substituido", nota) for nota in gsub.lista("gNF"))
    yield from (paper_note("cofaturado", nota) for nota in gcofat.lista("gNF"))
