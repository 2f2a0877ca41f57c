"""Stored documents, their events and their relations."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from fiscalxml.client.shapes.base import Forma, Pagina
from fiscalxml.report import Perfil, Report, Veredito


class Evento(Forma, frozen=True, kw_only=True):
    """An event of a document, and what it does to it."""

    id: UUID
    tipo: str | None = None
    descricao: str | None = None
    sequencia: int | None = None
    situacao: str | None = None
    efeito: Literal["cancela", "substitui", "encerra", "cancela_evento"] | None = None
    veredito: Veredito
    data: datetime | None = None
    registrado_em: datetime | None = None
    autor: str | None = None
    protocolo: str | None = None
    justificativa: str | None = None
    correcao: str | None = None


class Eventos(Forma, frozen=True, kw_only=True):
    """All that is known of a key; `documento` is None where only events of it are stored."""

    chave: str | None = None
    documento: UUID | None = None
    situacao: str | None = None
    itens: list[Evento]


class EventoDoDocumento(Forma, frozen=True, kw_only=True):
    """Which event a document is, and of which document."""

    tipo: str | None = None
    sequencia: int | None = None
    chave: str | None = None


class Documento(Forma, frozen=True, kw_only=True):
    """What is known of a stored document. `valor`: reais, as a decimal string.

    `situacao`: with the events that are known (at `em`, where that was asked for);
    `situacao_propria`: what its own protocol says. The names of the parties come with a document
    and with a search. `em_conflito_com`: of one that does not hold its identity, the one that does.
    """

    id: UUID
    tipo: str
    modelo: str | None = None
    chave: str | None = None
    serie: int | None = None
    numero: int | None = None
    ambiente: str | None = None
    emissao: datetime | None = None
    emitente: str | None = None
    emitente_nome: str | None = None
    destinatario: str | None = None
    destinatario_nome: str | None = None
    situacao: str | None = None
    situacao_propria: str | None = None
    protocolo: str | None = None
    registrado_em: datetime | None = None
    em: datetime | None = None
    eventos: int | None = None
    eventos_conhecidos: list[Evento] | None = None
    veredito: Veredito
    valor: str | None = None
    evento: EventoDoDocumento | None = None
    vigente: bool
    em_conflito_com: UUID | None = None
    com_protocolo: bool
    conteudo_sha256: str
    sha256: str
    tamanho: int = msgspec.field(name="bytes")
    lote: UUID | None = None
    recebido_em: datetime
    versao: int


class Guardado(Forma, frozen=True, kw_only=True):
    """What became of a document that was stored, and its report."""

    id: UUID
    desfecho: Literal["aceito", "invalido", "duplicado"]
    protocolo_anexado: bool
    relatorio: Report


class Mudancas(Pagina[Documento], frozen=True, kw_only=True):
    """Documents that are new or changed. After the last page (`proximo` is None), `versao` is what
    to ask from the next time."""

    versao: int


class Validacao(Forma, frozen=True, kw_only=True):
    """One validation of a document; `vigente`: the one that holds."""

    id: UUID
    veredito: Veredito
    perfil: Perfil
    referencia: datetime
    regras: str
    schemas: str
    criado_em: datetime
    revalidacao: UUID | None = None
    vigente: bool


class No(Forma, frozen=True, kw_only=True):
    """A document in a graph, under the name `no`; one that is only cited is not `guardado`."""

    no: str
    guardado: bool
    id: UUID | None = None
    chave: str | None = None
    tipo: str | None = None
    evento: str | None = None
    situacao: str | None = None
    emitente: str | None = None
    valor: str | None = None
    data: datetime | None = None


class Aresta(Forma, frozen=True, kw_only=True):
    """What `de` is to `para`, both names of nodes."""

    de: str
    para: str
    papel: str


class Grafo(Forma, frozen=True, kw_only=True):
    """Documents that cite each other. `parcial`: there are more than were asked for."""

    inicio: str
    nos: list[No]
    arestas: list[Aresta]
    parcial: bool
