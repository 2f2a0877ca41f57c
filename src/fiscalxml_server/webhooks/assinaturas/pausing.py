"""Pause and resume.

What happens while a subscription is not active is held back, and goes back into the queue in order
when it is resumed: the first of it at once, the rest by `tasks`, until when it is *retomando* and
what happens meanwhile is held, too, so that nothing overtakes it.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import func

from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.webhooks.assinaturas import repository
from fiscalxml_server.webhooks.assinaturas.schemas import Webhook
from fiscalxml_server.webhooks.assinaturas.service import record_about, require
from fiscalxml_server.webhooks.assinaturas.views import webhook_view
from fiscalxml_server.webhooks.resources import Recursos

BATCH: Final = 10_000
"""rows of one statement"""

_STOPPED: Final = ("pausada", "desativada")


async def pause(recursos: Recursos, sujeito: Sujeito, assinatura: UUID) -> Webhook:
    """Nothing is delivered until it is resumed. Raises `NaoEncontrado`."""
    organizacao = sujeito.organizacao
    async with recursos.banco.transacao(organizacao) as conn:
        row = await require(conn, sujeito, assinatura, lock=True)
        if row["situacao"] not in _STOPPED:
            paused = {"situacao": "pausada", "retomada_em": None}
            row = await repository.change(conn, organizacao, assinatura, **paused)
            await record_about(conn, sujeito, Acao.WEBHOOK_PAUSADO, row)
    return webhook_view(recursos.segredos, row)


async def resume(recursos: Recursos, sujeito: Sujeito, assinatura: UUID) -> Webhook:
    """Deliver again, what was held first. Raises `NaoEncontrado`."""
    organizacao = sujeito.organizacao
    async with recursos.banco.transacao(organizacao) as conn:
        row = await require(conn, sujeito, assinatura, lock=True)
        if row["situacao"] in _STOPPED:
            moved = await repository.requeue_held(
                conn, organizacao, assinatura, row["fatia"], BATCH
            )
            row = await repository.change(
                conn,
                organizacao,
                assinatura,
                situacao="ativa" if moved < BATCH else "retomando",
                retomada_em=func.now(),
                **dict.fromkeys(("motivo", "falhando_desde", "desativada_em", "avisada_em")),
            )
            await record_about(conn, sujeito, Acao.WEBHOOK_RETOMADO, row)
    return webhook_view(recursos.segredos, row)
