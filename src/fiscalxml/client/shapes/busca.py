"""What a search is asked, its sums, and the causes of what it found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal, TypeAlias, TypedDict
from uuid import UUID

import msgspec

from fiscalxml.client.shapes.base import Forma
from fiscalxml.report import Camada, Severidade, Tipo

Ordem = Literal["-data", "data", "-valor", "valor"]
Valores: TypeAlias = str | int | Sequence[str | int]
"""one value, or several of which one is enough"""


class Filtro(TypedDict, total=False):
    """The filters of a search, of causes, exports and revalidations. Documents fit all of them."""

    emitente: Valores
    """CNPJ, CPF, or the first 8 characters of a CNPJ"""
    destinatario: Valores
    participante: Valores
    tipo: Valores
    modelo: Valores
    chave: Valores
    serie: Valores
    numero: Valores
    ambiente: Valores
    situacao: Valores
    veredito: Valores
    emissao_de: str | date
    emissao_ate: str | date
    recebido_de: str | date
    recebido_ate: str | date
    valor_min: str | int
    """reais, with a point before the cents"""
    valor_max: str | int
    com_protocolo: bool
    cfop: Valores
    ncm: Valores
    tributo: Valores
    cclasstrib: Valores
    codigo: Valores
    evento: Valores
    texto: str
    lote: str | UUID


class Somas(Forma, frozen=True, kw_only=True):
    """How many documents, and exact sums in reais; `tributos` by name."""

    documentos: int
    valor: str
    tributos: dict[str, str]


class Grupo(Somas, frozen=True, kw_only=True):
    """The sums of the documents that have these in common, as far as they were asked for."""

    mes: str | None = None
    dia: str | None = None
    situacao: str | None = None
    veredito: str | None = None
    tipo: str | None = None
    modelo: str | None = None
    emitente: str | None = None
    emitente_nome: str | None = None
    destinatario: str | None = None
    destinatario_nome: str | None = None


class Totais(Forma, frozen=True, kw_only=True):
    """`outros`: the groups beyond those that were asked for, together."""

    total: Somas
    grupos: list[Grupo]
    outros: Somas | None = None


class Vereditos(Forma, frozen=True, kw_only=True):
    """Documents by verdict."""

    total: int
    valido: int
    invalido: int
    nao_avaliado: int
    com_avisos: int


class EmitenteDeCausa(Forma, frozen=True, kw_only=True):
    """Documents of an emitente that a cause is in, of all that it has here."""

    cnpj: str | None = None
    cpf: str | None = None
    documentos: int
    total: int


class ExemploDeCausa(Forma, frozen=True, kw_only=True):
    """A place where a cause shows."""

    arquivo: str
    indice: int | None = None
    documento: str | None = None
    chave: str | None = None
    caminho: str | None = None
    linha: int | None = None
    encontrado: str | None = None
    esperado: str | None = None
    explicacao: str | None = None
    correcao: str | None = None
    relatorio: str | None = None


class Causa(Forma, frozen=True, kw_only=True):
    """One root, and what it brought about."""

    id: str
    causa: str
    severidade: Severidade
    camada: Camada
    codigo: str
    regra: str | None = None
    tambem: list[str] | None = None
    facultativa: bool | None = None
    documentos: int
    ocorrencias: int
    emitentes: int
    emitentes_ou_mais: bool | None = None
    so_do_emitente: EmitenteDeCausa | None = None
    maiores_emitentes: list[EmitenteDeCausa] = msgspec.field(default_factory=list)
    tipos: dict[Tipo, int] = msgspec.field(default_factory=dict)
    emissao_de: date | None = None
    emissao_ate: date | None = None
    caminho: str | None = None
    mensagem: str
    explicacao: str | None = None
    correcao: str | None = None
    fonte: str | None = None
    exemplos: list[ExemploDeCausa] = msgspec.field(default_factory=list)


class Causas(Forma, frozen=True, kw_only=True):
    """The few causes of all findings, the gravest first. `parcial`: there is more to be counted."""

    parcial: bool
    lote: UUID | None = None
    sem_relatorio: int = 0
    documentos: Vereditos
    causas_distintas: int = 0
    causas: list[Causa]
