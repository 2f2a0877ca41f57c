"""Webhooks as they are told, and notificações that are fetched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, TypedDict
from uuid import UUID

from fiscalxml.client.shapes.base import Forma
from fiscalxml.report import Veredito
from fiscalxml.webhooks import Notificacao


class FiltroDeNotificacoes(TypedDict, total=False):
    """What is told: each list, any of these; without it, all."""

    tipos: Sequence[str]
    empresas: Sequence[str]
    modelos: Sequence[str]
    vereditos: Sequence[Veredito]


class OpcoesDeWebhook(FiltroDeNotificacoes, total=False):
    """What may be said of a webhook besides its URL."""

    descricao: str
    cabecalhos: Mapping[str, str]
    por_minuto: int | None
    simultaneas: int
    ordenada: bool


class MudancasDeWebhook(OpcoesDeWebhook, total=False):
    """What may change of one."""

    url: str


class Webhook(Forma, frozen=True, kw_only=True):
    """A subscription. `cabecalhos`: their names; values are never told."""

    id: UUID
    url: str
    descricao: str
    tipos: list[str]
    empresas: list[str]
    modelos: list[str]
    vereditos: list[str]
    cabecalhos: list[str]
    por_minuto: int | None = None
    simultaneas: int
    ordenada: bool
    situacao: Literal["ativa", "pausada", "retomando", "desativada"]
    motivo: str | None = None
    falhando_desde: datetime | None = None
    desativada_em: datetime | None = None
    chave_publica: str
    """`whpk_…`, verifies the `v1a` signatures"""
    segredo_criado_em: datetime
    anterior_vale_ate: datetime | None = None
    criada_por: str
    criado_em: datetime
    alterado_em: datetime


class WebhookCriado(Webhook, frozen=True, kw_only=True):
    """One that is new, or has a new secret. `segredo` verifies the `v1` signatures."""

    segredo: str


class SegredoDeWebhook(Forma, frozen=True, kw_only=True):
    """What verifies the signatures of a webhook."""

    segredo: str
    chave_publica: str
    criado_em: datetime


class FluxoDeNotificacoes(Forma, frozen=True, kw_only=True):
    """Where notificações wait until they are read."""

    id: UUID
    tipos: list[str]
    empresas: list[str]
    modelos: list[str]
    vereditos: list[str]
    criado_em: datetime


class NotificacaoLida(Forma, frozen=True, kw_only=True):
    """One that was read. `corpo`: as a webhook would be sent it, to the byte."""

    corpo: bytes
    notificacao: Notificacao
