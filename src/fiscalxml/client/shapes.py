"""What the service answers. Reports and resumos are the core's own (`Report`, `Resumo`).

A field that the service does not send is None; one that this version does not know is left out.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

import msgspec

from fiscalxml.report import Report, Veredito

Desfecho = Literal["aceito", "invalido", "duplicado", "conflito", "ilegivel", "ignorado", "falha"]
SituacaoDoLote = Literal["recebido", "abrindo", "processando", "concluido", "falhou"]

T = TypeVar("T")


class _Resposta(msgspec.Struct, frozen=True, kw_only=True):
    """Of everything here."""


class Pagina(_Resposta, Generic[T], frozen=True, kw_only=True):
    """Some of a list. `proximo` is the cursor of the next page; None on the last."""

    itens: list[T]
    proximo: str | None = None


class Contagens(_Resposta, frozen=True, kw_only=True):
    """How many items of a lote had each outcome."""

    aceito: int = 0
    invalido: int = 0
    duplicado: int = 0
    conflito: int = 0
    ilegivel: int = 0
    ignorado: int = 0
    falha: int = 0

    @property
    def soma(self) -> int:
        return sum(msgspec.structs.astuple(self))


class Lote(_Resposta, frozen=True, kw_only=True):
    """A lote. `total` is None until the archive was read to its end."""

    id: UUID
    nome: str
    situacao: SituacaoDoLote
    arquivos: int
    total: int | None = None
    contagens: Contagens
    tamanho: int = msgspec.field(name="bytes")
    criado_em: datetime
    concluido_em: datetime | None = None
    versao: int
    motivo: str | None = None

    @property
    def terminou(self) -> bool:
        """Whether nothing of it will change. Files that were read before a lote failed are still
        processed: each becomes one item at least."""
        if self.situacao == "falhou":
            return self.contagens.soma >= self.arquivos
        return self.situacao == "concluido"


class Item(_Resposta, frozen=True, kw_only=True):
    """What became of a document of a lote, or of a file without one."""

    indice: int
    parte: int
    nome: str
    desfecho: Desfecho
    documento: UUID | None = None
    tipo: str | None = None
    chave: str | None = None
    veredito: Veredito | None = None
    codigo: str | None = None
    mensagem: str | None = None


class EventoDoDocumento(_Resposta, frozen=True, kw_only=True):
    """Which event a document is, and of which document."""

    tipo: str | None = None
    sequencia: int | None = None
    chave: str | None = None


class Documento(_Resposta, frozen=True, kw_only=True):
    """What is known of a stored document. `valor`: reais, as a decimal string."""

    id: UUID
    tipo: str
    modelo: str | None = None
    chave: str | None = None
    serie: int | None = None
    numero: int | None = None
    ambiente: str | None = None
    emissao: datetime | None = None
    emitente: str | None = None
    destinatario: str | None = None
    situacao: str | None = None
    veredito: Veredito
    valor: str | None = None
    evento: EventoDoDocumento | None = None
    vigente: bool
    com_protocolo: bool
    conteudo_sha256: str
    sha256: str
    tamanho: int = msgspec.field(name="bytes")
    lote: UUID | None = None
    recebido_em: datetime
    versao: int


class Guardado(_Resposta, frozen=True, kw_only=True):
    """What became of a document that was stored, and its report."""

    id: UUID
    desfecho: Literal["aceito", "invalido", "duplicado"]
    protocolo_anexado: bool
    relatorio: Report


class EnvioDireto(_Resposta, frozen=True, kw_only=True):
    """Where an archive may be put, past the service."""

    id: UUID
    metodo: str
    url: str
    expira_em: datetime


class Regra(_Resposta, frozen=True, kw_only=True):
    """A published rule."""

    codigo: str
    regra: str | None = None
    mensagem: str
    condicao: str | None = None
    correcao: str | None = None
    fonte: str | None = None
    modelos: str
    desde: str | None = None
    ate: str | None = None
    obrigatoriedade: str | None = None
    situacao: str


class ChaveExplicada(_Resposta, frozen=True, kw_only=True):
    """What a key says (`partes`, by name), or why it is none (`motivo`)."""

    texto: str
    valida: bool
    motivo: str | None
    partes: dict[str, Any]


class ProblemaExplicado(_Resposta, frozen=True, kw_only=True):
    """When an error happens and what to do."""

    codigo: str
    titulo: str
    status: int
    explicacao: str
