"""DC-e (99), declaração de conteúdo."""

from __future__ import annotations

from typing import Final

import msgspec

from fiscalxml.documents.campos import Campos
from fiscalxml.summaries.parts import Pessoa, pessoa
from fiscalxml.summaries.reading import Table, Tables, present
from fiscalxml.summaries.resumo import Item, Vista

_ITEM: Final = Table(
    {
        "descricao": "prod/xProd",
        "ncm": "prod/NCM",
        "quantidade": "prod/qCom",
        "valor_unitario": "prod/vUnCom",
        "valor": "prod/vProd",
        "informacoes": "infAdProd",
    }
)
_DETALHES: Final = {
    "tipo_emissao": "ide/tpEmis",
    "tipo_emitente": "ide/tpEmit",
    "modalidade_transporte": "transp/modTrans",
    "declaracao_1": "infDec/xObs1",
    "declaracao_2": "infDec/xObs2",
    "informacoes_fisco": "infAdic/infAdFisco",
}
_DECLARACAO: Final = Tables(
    {"totais": {"documento": "total/vDC"}, "detalhes": _DETALHES}, ordered=("totais", "detalhes")
)


def view(grupo: Campos) -> Vista:
    """Everything of infDCe."""
    ide, found = grupo.em("ide"), _DECLARACAO.read(grupo)
    return Vista(
        serie=ide["serie"] or None,
        numero=ide["nDC"] or None,
        participantes=present(
            emitente=_pessoa(grupo.em("emit"), "enderEmit"),
            destinatario=_pessoa(grupo.em("dest"), "enderDest"),
            transportador=_transportador(grupo.em("transp")),
        ),
        itens=[
            Item(numero=det.atributo("nItem") or None, **_ITEM.read(det), impostos=None)
            for det in grupo.lista("det")
        ],
        totais=found["totais"],
        detalhes=found["detalhes"],
        informacoes=grupo.em("infAdic")["infCpl"] or None,
    )


def _pessoa(grupo: Campos, ender: str) -> Pessoa | None:
    """A party; its e-mail stands in the address."""
    found = pessoa(grupo, ender)
    email = grupo.em(ender)["email"]
    return msgspec.structs.replace(found, email=email) if found and email else found


def _transportador(transp: Campos) -> Pessoa | None:
    """The carrier, of whom the declaration has the CNPJ only."""
    cnpj = transp["CNPJTransp"]
    return Pessoa(cnpj=cnpj) if cnpj else None
