"""What a summary gives back: `Resumo`, the same for every kind where the meaning is the same.

Amounts are the XML's texts, dates have an offset, CNPJ and CPF come without mask. What a kind or a
document has not is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, TypedDict

import msgspec

from fiscalxml.report import Documento
from fiscalxml.summaries.parts import Pessoa, Protocolo, Referencia, Tributo
from fiscalxml.summaries.reading import Parte, Texto

Situacao = Literal["autorizado", "denegado", "cancelado", "rejeitado", "sem_protocolo"]


class Item(Parte, frozen=True):
    """A product or service of a document."""

    numero: Texto = None
    codigo: Texto = None
    descricao: Texto = None
    gtin: Texto = None
    ncm: Texto = None
    cest: Texto = None
    cfop: Texto = None
    unidade: Texto = None
    quantidade: Texto = None
    valor_unitario: Texto = None
    valor: Texto = None
    desconto: Texto = None
    frete: Texto = None
    seguro: Texto = None
    outros: Texto = None
    pedido: Texto = None
    informacoes: Texto = None
    impostos: dict[str, Tributo] | None = None
    """icms, icms_st, fcp, ipi, pis, cofins, ii, iss, is, ibs_uf, ibs_municipio, cbs …"""


class Parcela(Parte, frozen=True):
    """An instalment."""

    numero: Texto = None
    vencimento: Texto = None
    valor: Texto = None


class Pagamento(Parte, frozen=True):
    """How a document is paid."""

    TAGS: ClassVar[Mapping[str, str]] = {
        "forma": "tPag",
        "descricao": "xPag",
        "valor": "vPag",
        "bandeira": "card/tBand",
        "autorizacao": "card/cAut",
    }

    forma: Texto = None
    """tPag"""
    descricao: Texto = None
    valor: Texto = None
    bandeira: Texto = None
    autorizacao: Texto = None


class Evento(Parte, frozen=True):
    """What an event says of a document."""

    tipo: Texto = None
    descricao: Texto = None
    sequencia: Texto = None
    chave: Texto = None
    data: Texto = None
    orgao: Texto = None
    autor_cnpj: Texto = None
    autor_cpf: Texto = None
    protocolo_documento: Texto = None
    """nProt of the document that the event is about"""
    justificativa: Texto = None
    correcao: Texto = None
    evento_cancelado: Texto = None
    """of an event that cancels another: the other's protocol, or its Id (NFS-e)"""


class Resumo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The summary of one document."""

    indice: int = 0
    """position of the document in the input"""
    documento: Documento
    serie: Texto = None
    numero: Texto = None
    natureza: Texto = None
    operacao: Literal["entrada", "saida"] | None = None
    finalidade: Texto = None
    saida: Texto = None
    """when goods or services leave or enter"""
    situacao: Situacao
    """what the protocol in the file says; later events are not known here"""
    protocolo: Protocolo | None = None
    participantes: dict[str, Pessoa] = msgspec.field(default_factory=dict)
    """role -> party: emitente, destinatario, tomador, prestador, remetente, transportador …"""
    itens: list[Item] = msgspec.field(default_factory=list)
    totais: dict[str, str] = msgspec.field(default_factory=dict)
    """documento (the amount of the whole), produtos, servicos, frete, desconto …"""
    impostos: dict[str, Tributo] = msgspec.field(default_factory=dict)
    """of the whole document, by tax"""
    pagamentos: list[Pagamento] = msgspec.field(default_factory=list)
    parcelas: list[Parcela] = msgspec.field(default_factory=list)
    detalhes: dict[str, str] = msgspec.field(default_factory=dict)
    """what only this kind has, by name"""
    referencias: list[Referencia] = msgspec.field(default_factory=list)
    evento: Evento | None = None
    informacoes: Texto = None

    def to_json(self) -> bytes:
        """The resumo as one line of JSON, without the line break."""
        return _ENCODER.encode(self)


class Vista(TypedDict, total=False):
    """What a kind's view reads from its signed element: fields of `Resumo`."""

    serie: Texto
    numero: Texto
    natureza: Texto
    operacao: Literal["entrada", "saida"] | None
    finalidade: Texto
    saida: Texto
    participantes: dict[str, Pessoa]
    itens: list[Item]
    totais: dict[str, str]
    impostos: dict[str, Tributo]
    pagamentos: list[Pagamento]
    parcelas: list[Parcela]
    detalhes: dict[str, str]
    referencias: list[Referencia]
    evento: Evento | None
    informacoes: Texto


def resumo_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a resumo, built from the structs above."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Resumo de um documento fiscal",
        **msgspec.json.schema(Resumo),
    }


_ENCODER = msgspec.json.Encoder()
