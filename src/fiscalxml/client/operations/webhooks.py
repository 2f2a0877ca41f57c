"""Who is told what happens, and how."""

from __future__ import annotations

from typing import Unpack
from uuid import UUID, uuid4

import msgspec

from fiscalxml.client.operations.contents import pages, query
from fiscalxml.client.operations.webhook_requests import asking, of_webhook, once, plain
from fiscalxml.client.shapes import (
    MudancasDeWebhook,
    OpcoesDeWebhook,
    Pagina,
    SegredoDeWebhook,
    Webhook,
    WebhookCriado,
)
from fiscalxml.client.steps import Fluxo, Passos, asked

_WEBHOOK = msgspec.json.Decoder(Webhook).decode
_WEBHOOKS = msgspec.json.Decoder(Pagina[Webhook]).decode
_CRIADO = msgspec.json.Decoder(WebhookCriado).decode
_SEGREDO = msgspec.json.Decoder(SegredoDeWebhook).decode
_TESTE = msgspec.json.Decoder(dict[str, UUID]).decode


def criar_webhook(
    url: str, *, idempotencia: str | None = None, **opcoes: Unpack[OpcoesDeWebhook]
) -> Passos[WebhookCriado]:
    """Have what happens delivered at a URL; its `segredo` is what verifies the deliveries."""
    pedido = asking("POST", "/v1/webhooks", {"url": url, **opcoes}, idempotencia or str(uuid4()))
    return (yield from asked(pedido, _CRIADO))


def webhooks(*, por_pagina: int = 200) -> Fluxo[Webhook]:
    """All of them, the newest first."""
    yield from pages("/v1/webhooks", query(limite=por_pagina), _WEBHOOKS, servico="webhooks")


def webhook(webhook: str | UUID) -> Passos[Webhook]:
    """One of them."""
    return (yield from asked(plain("GET", of_webhook(webhook)), _WEBHOOK))


def alterar_webhook(webhook: str | UUID, **mudancas: Unpack[MudancasDeWebhook]) -> Passos[Webhook]:
    """Only what is given changes."""
    return (yield from asked(asking("PATCH", of_webhook(webhook), {**mudancas}), _WEBHOOK))


def remover_webhook(webhook: str | UUID) -> Passos[None]:
    """Nothing more is delivered to it."""
    yield from asked(plain("DELETE", of_webhook(webhook)), bytes)


def pausar_webhook(webhook: str | UUID) -> Passos[Webhook]:
    """Hold back what happens."""
    return (yield from asked(plain("POST", f"{of_webhook(webhook)}/pausar"), _WEBHOOK))


def retomar_webhook(webhook: str | UUID) -> Passos[Webhook]:
    """Deliver again, what was held back first."""
    return (yield from asked(plain("POST", f"{of_webhook(webhook)}/retomar"), _WEBHOOK))


def testar_webhook(webhook: str | UUID) -> Passos[UUID]:
    """Have a `webhook.teste` delivered; gives its id. Not tried again by itself."""
    pedido = once(plain("POST", f"{of_webhook(webhook)}/teste"))
    found = yield from asked(pedido, _TESTE)
    return found["id"]


def segredo_de_webhook(webhook: str | UUID) -> Passos[SegredoDeWebhook]:
    """What verifies its deliveries now."""
    return (yield from asked(plain("GET", f"{of_webhook(webhook)}/segredo"), _SEGREDO))


def trocar_segredo_de_webhook(
    webhook: str | UUID, *, validade_anterior: int | None = None
) -> Passos[WebhookCriado]:
    """Give it other secrets; for so many hours the old ones sign, too.

    Not tried again by itself: each time makes a new secret.
    """
    body = {} if validade_anterior is None else {"validade_anterior": validade_anterior}
    pedido = asking("POST", f"{of_webhook(webhook)}/segredos", body)
    return (yield from asked(once(pedido), _CRIADO))


def remover_segredo_anterior_de_webhook(webhook: str | UUID) -> Passos[None]:
    """The old secrets of a rotation sign no more."""
    yield from asked(plain("DELETE", f"{of_webhook(webhook)}/segredos/anterior"), bytes)
