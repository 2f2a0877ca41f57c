"""Exports and revalidations: work that the service does in its own time."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from fiscalxml.client.shapes.base import Forma
from fiscalxml.report import Veredito

Formato = Literal["csv", "csv_simples", "xlsx", "jsonl", "parquet", "zip"]
Tabela = Literal["documentos", "itens", "tributos", "achados"]
Mudanca = Literal["para_invalido", "para_valido", "outra", "falha"]


class Exportacao(Forma, frozen=True, kw_only=True):
    """An export. `url` needs no credential and is for a short time."""

    id: UUID
    formato: Formato
    tabela: Tabela | None = None
    lote: UUID | None = None
    filtro: dict[str, str] | None = None
    situacao: Literal["recebida", "processando", "pronta", "falhou", "cancelada", "expirada"]
    motivo: str | None = None
    total: int | None = None
    documentos: int
    linhas: int
    contagens: dict[str, int]
    tamanho: int = msgspec.field(name="bytes")
    sha256: str | None = None
    criado_em: datetime
    concluido_em: datetime | None = None
    expira_em: datetime | None = None
    url: str | None = None
    url_expira_em: datetime | None = None

    @property
    def terminou(self) -> bool:
        return self.situacao not in ("recebida", "processando")


class Mudados(Forma, frozen=True, kw_only=True):
    """Documents by what would change."""

    para_invalido: int
    para_valido: int
    outra: int
    falha: int
    igual: int


class Revalidacao(Forma, frozen=True, kw_only=True):
    """Stored documents judged again. `total` is None until they were counted."""

    id: UUID
    nome: str
    filtro: dict[str, str]
    em: datetime | None = None
    perfil: str
    situacao: Literal["recebida", "processando", "concluida", "falhou", "cancelada"]
    total: int | None = None
    prontos: int
    contagens: Mudados
    criado_em: datetime
    concluido_em: datetime | None = None
    versao: int
    motivo: str | None = None

    @property
    def terminou(self) -> bool:
        return self.situacao not in ("recebida", "processando")


class MudancaDeDocumento(Forma, frozen=True, kw_only=True):
    """What would change for a document: codes of findings that came and went."""

    documento: UUID
    mudanca: Mudanca
    tipo: str | None = None
    chave: str | None = None
    emissao: datetime | None = None
    emitente: str | None = None
    destinatario: str | None = None
    antes: Veredito
    depois: Veredito | None = None
    validacao: UUID | None = None
    vieram: list[str] = msgspec.field(default_factory=list)
    foram: list[str] = msgspec.field(default_factory=list)
    codigo: str | None = None
    mensagem: str | None = None


class CodigoQueVeio(Forma, frozen=True, kw_only=True):
    codigo: str
    documentos: int


class ParticipanteDaMudanca(Forma, frozen=True, kw_only=True):
    """A party of documents that would change."""

    inscricao: str
    nome: str | None = None
    documentos: int
    para_invalido: int
    para_valido: int
    outra: int
    vieram: list[CodigoQueVeio] = msgspec.field(default_factory=list)
