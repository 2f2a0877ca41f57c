"""Two transactions of which one waits for the other."""

from __future__ import annotations

import asyncio
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_LIMIT: Final = 60.0
"""seconds"""
_WAITING_FOR_ME: Final = text("""
    SELECT count(*) FROM pg_locks
    WHERE NOT granted AND transactionid = CAST(pg_current_xact_id() AS xid)
""")


async def wait_for_me(conn: AsyncConnection) -> None:
    """Until another transaction waits for this one, which has written something or locked a row."""
    async with asyncio.timeout(_LIMIT):
        while not (await conn.execute(_WAITING_FOR_ME)).scalar_one():
            await asyncio.sleep(0.01)
