"""What is left to do of subscriptions: for those who deliver, now and then, in a role that sees all
organisations.

Each does a bounded part and says whether there is more. Any number of processes may.
"""

from __future__ import annotations

from typing import Final

from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.secrets import Segredos
from fiscalxml_server.webhooks.assinaturas import repository
from fiscalxml_server.webhooks.assinaturas.headers import open_headers, seal_headers
from fiscalxml_server.webhooks.assinaturas.pausing import BATCH
from fiscalxml_server.webhooks.assinaturas.signing_keys import open_secrets, seal_secrets

_AT_A_TIME: Final = 20
_RESEALED: Final = 500
"""subscriptions"""


async def resume_held(banco: Banco) -> bool:
    """Queue what was held of those that were resumed; every second or two.

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
                await repository.note(conn, organizacao, assinatura, retomada_em=None)
    return more


async def clear_removed(banco: Banco) -> bool:
    """Take what waits for removed ones out of the queue, later their rows out of the table; every
    minute."""
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


async def reseal(banco: Banco, segredos: Segredos) -> bool:
    """Seal by the current secret of the service what one before it had sealed; once an hour.

    Once there is nothing left, and seven days after (answers that an Idempotency-Key keeps), the
    secrets before may go.
    """
    async with banco.transacao() as conn:
        rows = await repository.lock_sealed_before(conn, segredos.id, _RESEALED)
        for row in rows:
            id_ = row["id"]
            await repository.note(
                conn,
                row["organizacao"],
                id_,
                segredos=seal_secrets(segredos, id_, open_secrets(segredos, id_, row["segredos"])),
                cabecalhos=seal_headers(
                    segredos, id_, open_headers(segredos, id_, row["cabecalhos"])
                ),
            )
    return len(rows) == _RESEALED
