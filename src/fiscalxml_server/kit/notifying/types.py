"""What the services tell: each kind of notificação, and the shape of what it says.

The public page and the JSON Schemas are made from here. Payloads are thin: ids, a state, and where
the API tells more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

import msgspec

VERSAO: Final = 1
"""of the payloads; fields may be added to a version, never changed or removed"""


class Tipo(StrEnum):
    """What happened. A test endpoint's own is `webhook.teste`."""

    DOCUMENTO_PROCESSADO = "documento.processado"
    DOCUMENTO_INVALIDO = "documento.invalido"
    DOCUMENTO_CONFLITO = "documento.conflito"
    DOCUMENTO_CANCELADO = "documento.cancelado"
    DOCUMENTO_EVENTO = "documento.evento"
    LOTE_CONCLUIDO = "lote.concluido"
    LOTE_FALHOU = "lote.falhou"
    EXPORTACAO_PRONTA = "exportacao.pronta"
    EXPORTACAO_FALHOU = "exportacao.falhou"
    REVALIDACAO_CONCLUIDA = "revalidacao.concluida"
    CHAVE_API_EXPIRANDO = "chave_api.expirando"
    CHAVE_API_VAZADA = "chave_api.vazada"
    WEBHOOK_DESATIVADO = "webhook.desativado"
    WEBHOOK_TESTE = "webhook.teste"


class Documento(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A stored document, as it is when this is told."""

    documento: UUID
    tipo: str
    veredito: str
    link: str
    chave: str | None = None
    modelo: str | None = None
    situacao: str | None = None
    emitente: str | None = None
    lote: UUID | None = None


class EventoFiscal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event (cancelamento, CC-e …) that was stored, and the document it is of."""

    documento: UUID
    """the event's own row"""
    chave: str
    """of the document that it is of"""
    evento: str
    """tpEvento"""
    link: str
    sequencia: int | None = None
    situacao: str | None = None
    lote: UUID | None = None


class Lote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A lote that came to its end."""

    lote: UUID
    situacao: Literal["concluido", "falhou"]
    link: str
    arquivos: int = 0
    contagens: Mapping[str, int] = {}
    motivo: str | None = None


class Exportacao(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An export that came to its end."""

    exportacao: UUID
    situacao: Literal["pronta", "falhou"]
    link: str
    motivo: str | None = None


class Revalidacao(msgspec.Struct, frozen=True, kw_only=True):
    """A revalidação that came to its end."""

    revalidacao: UUID
    situacao: str
    link: str


class ChaveApi(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An API key that needs somebody's attention."""

    chave_api: UUID
    nome: str
    link: str
    expira_em: datetime | None = None


class Assinatura(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A subscription."""

    assinatura: UUID
    link: str
    motivo: str | None = None


Dados = Documento | EventoFiscal | Lote | Exportacao | Revalidacao | ChaveApi | Assinatura

FORMA: Final[Mapping[Tipo, type]] = {
    Tipo.DOCUMENTO_PROCESSADO: Documento,
    Tipo.DOCUMENTO_INVALIDO: Documento,
    Tipo.DOCUMENTO_CONFLITO: Documento,
    Tipo.DOCUMENTO_CANCELADO: Documento,
    Tipo.DOCUMENTO_EVENTO: EventoFiscal,
    Tipo.LOTE_CONCLUIDO: Lote,
    Tipo.LOTE_FALHOU: Lote,
    Tipo.EXPORTACAO_PRONTA: Exportacao,
    Tipo.EXPORTACAO_FALHOU: Exportacao,
    Tipo.REVALIDACAO_CONCLUIDA: Revalidacao,
    Tipo.CHAVE_API_EXPIRANDO: ChaveApi,
    Tipo.CHAVE_API_VAZADA: ChaveApi,
    Tipo.WEBHOOK_DESATIVADO: Assinatura,
    Tipo.WEBHOOK_TESTE: Assinatura,
}
"""kind -> the shape of its `dados`"""


class Notificacao(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be told."""

    tipo: Tipo
    alvo: str
    """`<kind>:<id>` of what it is about, to be found by: `documento:0192…`"""
    dados: Dados
    empresas: frozenset[str] | None = None
    """CNPJ or CPF, bare, of those that it concerns; None: nobody in particular"""
    modelo: str | None = None
    veredito: str | None = None


class Corpo(msgspec.Struct, frozen=True):
    """What a receiver reads: the body of a delivery, the same at each attempt."""

    id: UUID
    tipo: Tipo
    versao: int
    em: datetime
    organizacao: UUID
    dados: Dados
