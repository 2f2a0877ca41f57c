"""How far the order of what was told is settled: before a horizon, no id will come any more.

Ids are made before their transaction commits, so that a later one may be seen first. Who tells
something to an ordered subscription holds a lock, shared and of no one, that says since when; what
is before all of these, and a little before now, is there to be seen or never will be.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.db import new_id

_TAG: Final = 0x5EA1
"""the upper 16 bits of the locks' key; the lower are the 48 bits of time of a UUIDv7"""
_TIME_BITS: Final = 48
_BELOW_TIME: Final = 80
_SKEW_MILLISECONDS: Final = 100
"""between the clocks of those who tell and the database's"""


async def announce(conn: AsyncConnection) -> None:
    """Until the transaction ends: ids from now on may come of it. Waits for nobody."""
    now = new_id().int >> _BELOW_TIME
    await conn.execute(_ANNOUNCE, {"key": _TAG << _TIME_BITS | now})


async def horizon(conn: AsyncConnection) -> UUID:
    """All ids below are to be seen by the next statement of a READ COMMITTED transaction."""
    values = {"tag": _TAG, "skew": _SKEW_MILLISECONDS}
    milliseconds = int((await conn.execute(_HORIZON, values)).scalar_one())
    return UUID(int=milliseconds << _BELOW_TIME)


_ANNOUNCE: Final = text("SELECT pg_advisory_xact_lock_shared(:key)")
# The clock is read before the locks are.
_HORIZON: Final = text("""
    WITH agora AS MATERIALIZED (
        SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint) - :skew AS ms
    ), em_curso AS (
        SELECT CAST(CAST(classid AS bigint) << 32 | CAST(objid AS bigint) AS bigint) AS key
        FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
        WHERE datname = current_database() AND locktype = 'advisory' AND granted AND objsubid = 1
    )
    SELECT least((SELECT ms FROM agora), (
        SELECT min(key & ((CAST(1 AS bigint) << 48) - 1)) FROM em_curso WHERE key >> 48 = :tag
    ))
""")
