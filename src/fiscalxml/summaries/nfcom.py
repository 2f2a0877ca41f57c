"""NFCom (62). What it has in common with NF3e is in `nf3e`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.summaries.nf3e import (
    DETALHES,
    IMPOSTOS,
    ITEM_FEDERAIS,
    information,
    item_taxes,
    paper_note,
)
from fiscalxml.summaries.parts import Referencia, Tributo, pessoa, taxes
from fiscalxml.summaries.reading import Table, Tables, present
from fiscalxml.summaries.resumo import Item, Vista

_PROD: Final = Table(
    codigo="cProd",
    descricao="xProd",
    cfop="CFOP",
    unidade="uMed",
    quantidade="qFaturada",
    valor_unitario="vItem",
    valor="vProd",
    desconto="vDesc",
    outros="vOutro",
)
_ITEM_IMPOSTOS: Final = Tables(
    {
        **ITEM_FEDERAIS,
        "fust": {"base": "FUST/vBC", "aliquota": "FUST/pFUST", "valor": "FUST/vFUST"},
        "funttel": {
            "base": "FUNTTEL/vBC",
            "aliquota": "FUNTTEL/pFUNTTEL",
            "valor": "FUNTTEL/vFUNTTEL",
        },
    }
)
_UF_DESTINO: Final = Tables(
    {
        "icms_uf_destino": {"base": "vBCUFDest", "aliquota": "pICMSUFDest", "valor": "vICMSUFDest"},
        "fcp_uf_destino": {"aliquota": "pFCPUFDest", "valor": "vFCPUFDest"},
    }
)
_IMPOSTOS: Final = Tables(
    {**IMPOSTOS, "fust": {"valor": "vFUST"}, "funttel": {"valor": "vFUNTTEL"}}
)
_TOTAIS: Final = Table(
    documento="vNF",
    produtos="vProd",
    desconto="vDesc",
    outros="vOutro",
    documento_com_tributos_por_fora="vTotDFe",
)
_DETALHES: Final = Table(
    **DETALHES,
    tipo_faturamento="ide/tpFat",
    pre_pago="ide/indPrePago",
    cessao_meios_rede="ide/indCessaoMeiosRede",
    nota_entrada="ide/indNotaEntrada",
    ie_uf_destino="emit/IEUFDest",
    codigo_assinante="assinante/iCodAssinante",
    tipo_assinante="assinante/tpAssinante",
    tipo_servico="assinante/tpServUtil",
    contrato="assinante/nContrato",
    inicio_contrato="assinante/dContratoIni",
    fim_contrato="assinante/dContratoFim",
    terminal="assinante/NroTermPrinc",
    codigo_uf_terminal="assinante/cUFPrinc",
    inicio_uso="gFat/dPerUsoIni",
    fim_uso="gFat/dPerUsoFim",
    cnpj_centralizador="gFatCentral/CNPJ",
    codigo_uf_centralizador="gFatCentral/cUF",
)


def view(grupo: Grupo) -> Vista:
    """Everything of infNFCom."""
    ide, total = grupo.em("ide"), grupo.em("total")
    return Vista(
        serie=ide["serie"] or None,
        numero=ide["nNF"] or None,
        finalidade=ide["finNFCom"] or None,
        participantes=present(
            emitente=pessoa(grupo.em("emit"), "enderEmit"),
            destinatario=pessoa(grupo.em("dest"), "enderDest"),
            responsavel_tecnico=pessoa(grupo.em("gRespTec")),
        ),
        itens=[_item(det) for det in grupo.lista("det")],
        totais=_TOTAIS.read(total),
        impostos=taxes(total, _IMPOSTOS),
        detalhes=_DETALHES.read(grupo),
        referencias=list(_referencias(grupo)),
        informacoes=information(grupo),
    )


def _item(det: Grupo) -> Item:
    imposto = det.em("imposto")
    impostos = item_taxes(imposto, _ITEM_IMPOSTOS) | _uf_destino(imposto)
    return Item(
        numero=det.atributo("nItem") or None,
        **_PROD.read(det.em("prod")),
        informacoes=det["infAdProd"] or None,
        impostos=impostos or None,
    )


def _uf_destino(imposto: Grupo) -> dict[str, Tributo]:
    """The shares of the UFs of destination; where there are several, with the code of the UF."""
    shares = imposto.lista("ICMSUFDest")
    found: dict[str, Tributo] = {}
    for share in shares:
        suffix = f"_{share.atributo('cUFDest')}" if len(shares) > 1 else ""
        found |= {f"{name}{suffix}": tax for name, tax in taxes(share, _UF_DESTINO).items()}
    return found


def _referencias(grupo: Grupo) -> Iterator[Referencia]:
    """The note that is replaced, that of the local operator, and those that items adjust."""
    gsub, gcofat = grupo.em("gSub"), grupo.em("gCofat")
    chaves = [
        gsub["chNFCom"],
        gcofat["chNFComLocal"],
        *(det.atributo("chNFComAnt") for det in grupo.lista("det")),
    ]
    yield from (Referencia(chave=chave) for chave in dict.fromkeys(chaves) if chave)
    yield from (paper_note(nota) for nota in (*gsub.lista("gNF"), *gcofat.lista("gNF")))
