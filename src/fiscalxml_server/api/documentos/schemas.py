"""Shapes of documents: what is written, what is known of those at hand, what comes of it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from fiscalxml.identity import Vinculo
from fiscalxml.indexing import Parte

Desfecho = Literal["aceito", "invalido", "duplicado", "conflito"]
"""what becomes of a document that could be read"""


class Novo(msgspec.Struct, frozen=True, kw_only=True):
    """A judged document with a stored copy, ready to be written. Fields: columns of the tables."""

    id: UUID
    identidade: str
    tipo: str
    modelo: str | None
    chave: str | None
    serie: int | None
    numero: int | None
    ambiente: str | None
    emissao: datetime | None
    emitente: str | None
    destinatario: str | None
    valor: int | None
    evento_chave: str | None
    evento_tipo: str | None
    evento_sequencia: int | None
    situacao: str | None
    situacao_propria: str | None
    """by its own file; `situacao`: by its events too"""
    protocolo: str | None
    registrado_em: datetime | None
    evento_alvo: str | None
    """of an event that cancels another: the other's protocol, or its Id (NFS-e)"""
    vinculos: tuple[Vinculo, ...]
    """the documents that it names"""
    veredito: str
    intacta: bool
    assinada: bool
    com_protocolo: bool
    conteudo: bytes
    sha256: bytes
    tamanho: int
    objeto: str
    inicio: int
    comprimento: int
    resumo: bytes | None
    validacao: UUID
    lote: UUID | None
    recebido_em: datetime
    data: datetime
    icms: int | None = None
    icms_st: int | None = None
    ipi: int | None = None
    pis: int | None = None
    cofins: int | None = None
    iss: int | None = None
    ibs: int | None = None
    cbs: int | None = None
    imposto_seletivo: int | None = None
    termos: tuple[str, ...]
    partes: tuple[Parte, ...]
    titulares: tuple[bytes, ...] = ()
    """pseudonyms of the CPFs that the document names"""
    perfil: str
    referencia: datetime
    regras: str
    schemas: str
    relatorio: bytes


class Validacao(msgspec.Struct, frozen=True, kw_only=True):
    """A validation of a document that is there, for its history. Fields: columns."""

    id: UUID
    documento: UUID
    veredito: str
    perfil: str
    referencia: datetime
    regras: str
    schemas: str
    relatorio: bytes
    criado_em: datetime


class Versao(msgspec.Struct, kw_only=True):
    """A version of an identity that is at hand already."""

    id: UUID
    conteudo: bytes
    vigente: bool
    intacta: bool
    assinada: bool
    com_protocolo: bool
    situacao_propria: str | None
    situacao: str | None
    """as it was before the transaction"""


class Gravado(msgspec.Struct, frozen=True):
    """What became of a document, and the row that holds it."""

    desfecho: Desfecho
    documento: UUID
    copia_trocada: bool = False
    """the document's copy is now the one that came"""
    protocolo_anexado: bool = False

    @property
    def usa_copia(self) -> bool:
        """Whether a row speaks of the copy that came: else nobody will ever ask for it."""
        return self.desfecho != "duplicado" or self.copia_trocada
