"""Ids made by transactions that overlap: where their order is settled."""

from __future__ import annotations

import asyncio
import time
from uuid import UUID

from fiscalxml_server.kit.db import Banco, new_id
from fiscalxml_server.kit.notifying.ordering import announce, horizon
from fiscalxml_server.kit.settings import Settings

_LIMIT = 30.0


def test_nothing_is_settled_that_a_transaction_under_way_may_still_come_before(banco: str) -> None:
    asyncio.run(_overlap(banco))


async def _overlap(url: str) -> None:
    settings = Settings(database_url=url, database_role="fiscalxml_api", database_pool=3)  # type: ignore[arg-type]
    banco = Banco.open(settings)
    try:
        async with banco.transacao() as early:
            await announce(early)
            first = new_id()
            async with banco.transacao() as late:
                await announce(late)
                second = new_id()
            await asyncio.sleep(0.3)  # more than clocks may differ
            assert await _settled(banco) <= first < second
        deadline = time.monotonic() + _LIMIT
        while await _settled(banco) <= second:
            assert time.monotonic() < deadline
    finally:
        await banco.close()


async def _settled(banco: Banco) -> UUID:
    async with banco.transacao() as conn:
        return await horizon(conn)
