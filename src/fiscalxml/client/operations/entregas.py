"""What was delivered to a webhook, what was not, and delivering it again."""

from __future__ import annotations

from typing import Unpack
from uuid import UUID

import msgspec

from fiscalxml.client.operations.contents import pages, query, segment
from fiscalxml.client.operations.webhook_requests import asking, of_webhook, once, plain
from fiscalxml.client.shapes import (
    Entrega,
    EntregaDetalhada,
    FiltroDeReenvio,
    Pagina,
    Recorte,
    Reenvio,
    SaudeDeWebhook,
    SituacaoDeEntrega,
)
from fiscalxml.client.steps import Fluxo, Passos, asked

_ENTREGAS = msgspec.json.Decoder(Pagina[Entrega]).decode
_ENTREGA = msgspec.json.Decoder(EntregaDetalhada).decode
_SAUDE = msgspec.json.Decoder(SaudeDeWebhook).decode
_REENVIO = msgspec.json.Decoder(Reenvio).decode


def entregas(
    webhook: str | UUID,
    *,
    situacao: SituacaoDeEntrega | None = None,
    por_pagina: int = 200,
    **recorte: Unpack[Recorte],
) -> Fluxo[Entrega]:
    """Those of the last 90 days, the newest first."""
    parameters = query(situacao=situacao, limite=por_pagina, **recorte)
    caminho = f"{of_webhook(webhook)}/entregas"
    yield from pages(caminho, parameters, _ENTREGAS, servico="webhooks")


def entrega(webhook: str | UUID, notificacao: str | UUID) -> Passos[EntregaDetalhada]:
    """What is delivered, and each attempt."""
    return (yield from asked(plain("GET", _of(webhook, notificacao)), _ENTREGA))


def saude_de_webhook(webhook: str | UUID) -> Passos[SaudeDeWebhook]:
    """How many deliveries succeed, how long they take, how many wait, how many were given up."""
    return (yield from asked(plain("GET", f"{of_webhook(webhook)}/saude"), _SAUDE))


def reenviar_entrega(webhook: str | UUID, notificacao: str | UUID) -> Passos[None]:
    """Have one delivered now, whatever became of it. Not tried again by itself."""
    caminho = f"{_of(webhook, notificacao)}/reenviar"
    yield from asked(once(plain("POST", caminho)), bytes)


def reenviar_entregas(webhook: str | UUID, **filtro: Unpack[FiltroDeReenvio]) -> Passos[Reenvio]:
    """Have all delivered again that fit, in order: with `de`, what was lost since then.

    A webhook has one such at a time; `reenvio` tells how far it has got. Not tried again by itself.
    """
    caminho = f"{of_webhook(webhook)}/reenviar"
    return (yield from asked(once(asking("POST", caminho, {**filtro})), _REENVIO))


def reenvio(webhook: str | UUID, reenvio: str | UUID) -> Passos[Reenvio]:
    """How far it has got."""
    caminho = f"{of_webhook(webhook)}/reenvios/{segment(reenvio)}"
    return (yield from asked(plain("GET", caminho), _REENVIO))


def _of(webhook: str | UUID, notificacao: str | UUID) -> str:
    return f"{of_webhook(webhook)}/entregas/{segment(notificacao)}"
