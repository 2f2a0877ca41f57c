"""What is left to do of a subscription that was resumed or removed; for those who deliver, now and
then: `await resume_held(banco)`, `await clear_removed(banco)`.

Each does a bounded part and says whether there is more. Any number of processes may.
"""

from __future__ import annotations

from typing import Final

from fiscalxml_server.kit.db import Banco
from fiscalxml_server.webhooks.assinaturas import repository
from fiscalxml_server.webhooks.assinaturas.pausing import BATCH

_AT_A_TIME: Final = 20
"""subscriptions"""


async def resume_held(banco: Banco) -> bool:
    """Queue what was held of those that were resumed. In a role that sees all organisations.

    It looks again for some minutes: a transaction that saw one paused may end after it is active.
    """
    more = False
    async with banco.transacao() as conn:
        resumed = await repository.resumed(conn, _AT_A_TIME)
    for organizacao, assinatura in resumed:
        async with banco.transacao() as conn:
            row = await repository.lock_resumed(conn, organizacao, assinatura)
            if row is None:
                continue
            moved = await repository.requeue_held(
                conn, organizacao, assinatura, row["fatia"], BATCH
            )
            more = more or moved == BATCH
            if moved < BATCH and row["situacao"] == "retomando":
                await repository.change(conn, organizacao, assinatura, situacao="ativa")
            elif not moved and row["settled"]:
                await repository.settle(conn, organizacao, assinatura)
    return more


async def clear_removed(banco: Banco) -> bool:
    """Take what waits for removed ones out of the queue, and then their rows out of the table."""
    more = False
    async with banco.transacao() as conn:
        removed = await repository.removed(conn, _AT_A_TIME)
    for each in removed:
        async with banco.transacao() as conn:
            which = (each["organizacao"], each["id"])
            gone = await repository.unqueue(conn, *which, BATCH)
            more = more or gone == BATCH
            if not gone and each["settled"]:
                await repository.drop(conn, *which)
    return more
