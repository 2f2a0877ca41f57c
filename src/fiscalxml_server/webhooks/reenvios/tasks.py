"""What is left to do of what was asked for again; for those who deliver, now and then:
`await advance_resends(banco)`, `await forget_resends(banco)`.

The first does a bounded part and says whether there is more. Any number of processes may.
"""

from __future__ import annotations

from typing import Final

from fiscalxml_server.kit.db import Banco
from fiscalxml_server.webhooks.reenvios import repository
from fiscalxml_server.webhooks.reenvios.service import PART

_AT_A_TIME: Final = 20
"""resends"""


async def advance_resends(banco: Banco) -> bool:
    """Queue the next part of each. In a role that sees all organisations.

    A subscription for which a part waits already gets no more: the queue stays small, whatever is
    asked for.
    """
    more = False
    async with banco.transacao() as conn:
        waiting = await repository.waiting(conn, _AT_A_TIME)
    for each in waiting:
        async with banco.transacao() as conn:
            row = await repository.lock(conn, each["organizacao"], each["assinatura"], each["id"])
            if row is None:
                continue
            if await repository.queued(conn, row["assinatura"], PART) == PART:
                await repository.put_off(conn, row)
                continue
            advanced = await repository.advance(conn, row, row["fatia"], PART)
            more = more or advanced["terminado_em"] is None
    return more


async def forget_resends(banco: Banco) -> None:
    """Delete those that are older than 90 days; once a day, or an hour, is enough."""
    async with banco.transacao() as conn:
        await repository.forget(conn)
