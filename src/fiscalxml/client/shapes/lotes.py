"""Lotes and what became of what was in them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from fiscalxml.client.shapes.base import Forma
from fiscalxml.report import Veredito

Desfecho = Literal["aceito", "invalido", "duplicado", "conflito", "ilegivel", "ignorado", "falha"]
SituacaoDoLote = Literal["recebido", "abrindo", "processando", "concluido", "falhou"]


class Contagens(Forma, frozen=True, kw_only=True):
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


class Lote(Forma, frozen=True, kw_only=True):
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


class Item(Forma, frozen=True, kw_only=True):
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


class EnvioDireto(Forma, frozen=True, kw_only=True):
    """Where an archive may be put, past the service."""

    id: UUID
    metodo: str
    url: str
    expira_em: datetime
