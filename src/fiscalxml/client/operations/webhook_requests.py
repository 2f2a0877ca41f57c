"""What operations of the Webhook Service share: requests to where it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from fiscalxml.client.operations.contents import JSON, segment
from fiscalxml.client.steps import Pedido


def of_webhook(webhook: str | UUID) -> str:
    """Where one of them is."""
    return f"/v1/webhooks/{segment(webhook)}"


def plain(metodo: str, caminho: str) -> Pedido:
    """Without a body."""
    return Pedido(metodo=metodo, caminho=caminho, servico="webhooks")


def asking(
    metodo: str, caminho: str, body: Mapping[str, Any], idempotencia: str | None = None
) -> Pedido:
    """With a JSON body."""
    key = {} if idempotencia is None else {"Idempotency-Key": idempotencia}
    return Pedido(
        metodo=metodo,
        caminho=caminho,
        cabecalhos=JSON | key,
        corpo=msgspec.json.encode(body),
        servico="webhooks",
    )


def once(pedido: Pedido) -> Pedido:
    """Not tried again by itself."""
    return msgspec.structs.replace(pedido, repetivel=False)
