"""Two transactions of which one waits for the other."""

from __future__ import annotations

import asyncio
from typing import Final

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

_LIMIT: Final = 60.0
"""seconds"""
_WAITING_FOR_ME: Final = text("""
    SELECT count(*) FROM pg_locks
    WHERE NOT granted AND transactionid = CAST(pg_current_xact_id() AS xid)
""")
_WAITING_FOR_A_TURN: Final = text("""
    SELECT count(*) FROM pg_locks AS waiting JOIN pg_locks AS mine
        USING (locktype, database, classid, objid, objsubid)
    WHERE locktype = 'advisory' AND NOT waiting.granted AND mine.pid = pg_backend_pid()
""")


async def wait_for_me(conn: AsyncConnection) -> None:
    """Until another transaction waits for this one, which has written something or locked a row."""
    await _until(conn, _WAITING_FOR_ME)


async def wait_for_a_turn(conn: AsyncConnection) -> None:
    """Until another one waits for an advisory lock that this one holds."""
    await _until(conn, _WAITING_FOR_A_TURN)


async def _until(conn: AsyncConnection, some: TextClause) -> None:
    async with asyncio.timeout(_LIMIT):
        while not (await conn.execute(some)).scalar_one():
            await asyncio.sleep(0.01)
