"""Shapes of what was told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from fiscalxml_server.kit.notifying import Tipo
from fiscalxml_server.webhooks.entregas.schemas import Codigo, Instante, SituacaoDeEntrega


class NotificacaoFeita(msgspec.Struct, frozen=True, kw_only=True):
    id: Annotated[UUID, Meta(description="O id, que vai em webhook-id a cada receptor.")]
    tipo: Tipo
    alvo: Annotated[str, Meta(description="De que se avisa, como documento:<id>.")]
    em: Annotated[datetime, Meta(tz=True, description="Quando aconteceu.")]


class Destinatario(msgspec.Struct, frozen=True, kw_only=True):
    webhook: Annotated[UUID, Meta(description="O id do webhook.")]
    situacao: Annotated[SituacaoDeEntrega, Meta(description="A situação da entrega.")]
    tentativas: Annotated[int, Meta(description="Quantas vezes se tentou.")]
    codigo: Codigo
    terminado_em: Annotated[
        Instante | None, Meta(description="Quando foi entregue, ou se desistiu; null: ainda não.")
    ]


class NotificacaoDetalhada(NotificacaoFeita, frozen=True, kw_only=True):
    corpo: Annotated[
        msgspec.Raw,
        Meta(
            description="O que os receptores leem, exatamente como é assinado.",
            extra_json_schema={"type": "object"},
        ),
    ]
    entregas: Annotated[
        Sequence[Destinatario],
        Meta(description="A quais webhooks, dos que não foram removidos, e com que resultado."),
    ]


class PaginaDeNotificacoes(msgspec.Struct, frozen=True):
    itens: Sequence[NotificacaoFeita]
    proximo: str | None
