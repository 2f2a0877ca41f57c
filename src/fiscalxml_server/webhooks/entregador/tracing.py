"""An attempt in the trace of what caused it, and the line of one that failed.

The receiver is told nothing of the trace: it is somebody else's, and `webhook-id` is what both
sides know an attempt by. Nor does anything here tell where the receiver is: that may say whose.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from fiscalxml_server.kit.telemetry import SpanKind, span
from fiscalxml_server.kit.telemetry.traces import Span
from fiscalxml_server.webhooks.entregador.repository import Entrega
from fiscalxml_server.webhooks.envio.respostas import Resposta

ACTION: Final = "webhook-delivery"
"""`event.action` of an attempt"""
_NANOSECONDS: Final = 1_000_000
_LOG = logging.getLogger(__name__)


def following(entrega: Entrega) -> Span:
    """A span for one attempt: however late, it goes on with the trace of the notificação."""
    return span(
        "webhook delivery",
        parent=entrega.traceparent,
        kind=SpanKind.CLIENT,
        event_action=ACTION,
        method="POST",
        **_which(entrega),
    )


def tell_attempt(rastro: Span, entrega: Entrega, resposta: Resposta) -> None:
    """What came of it. One that is delivered is no line: there may be a thousand a second."""
    rastro.set(status=resposta.codigo)
    if resposta.entregue:
        return
    why = str(resposta.erro or resposta.codigo)
    rastro.fail(why)
    _LOG.log(
        logging.WARNING if resposta.nossa else logging.INFO,
        "delivery failed",
        extra={
            "event_action": ACTION,
            "event_outcome": "failure",
            "event_duration": resposta.milissegundos * _NANOSECONDS,
            "status": resposta.codigo,
            "error_type": why,
            **_which(entrega),
        },
    )


def _which(entrega: Entrega) -> dict[str, Any]:
    return {
        "organization_id": entrega.organizacao,
        "webhook_id": entrega.assinatura,
        "notification_id": entrega.notificacao,
        "delivery_attempt": entrega.tentativas + 1,
    }
