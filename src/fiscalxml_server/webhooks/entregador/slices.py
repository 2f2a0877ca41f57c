"""Which slices are this process's: a lock of the database for each, held by one connection.

A process that dies loses its locks with its connection. Each has its fair share: the processes
count one another by the lock that each holds of its own.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.notifying.slices import FATIAS

_SLICES: Final = 1_501_501
"""class of the slices' locks"""
_PROCESSES: Final = 1_501_502
"""of the processes'"""


class Fatias:
    """The slices whose locks a connection holds."""

    def __init__(self, conn: AsyncConnection) -> None:
        self._conn = conn
        self.minhas: set[int] = set()

    async def enter(self) -> None:
        """Be counted."""
        async with self._conn.begin():
            values = {"class": _PROCESSES, "key": random.getrandbits(31)}
            await self._conn.execute(_COUNT_ME, values)

    async def share(self) -> int:
        """How many slices a process should have."""
        async with self._conn.begin():
            counted = await self._conn.execute(_PROCESS_COUNT, {"class": _PROCESSES})
            return -(-FATIAS // max(1, int(counted.scalar_one())))

    async def take(self, count: int) -> list[int]:
        """Of those that nobody has, this many at most."""
        others = [each for each in range(FATIAS) if each not in self.minhas]
        random.shuffle(others)
        taken: list[int] = []
        while others and len(taken) < count:
            asked, others = others[: count - len(taken)], others[count - len(taken) :]
            async with self._conn.begin():
                values = {"class": _SLICES, "slices": asked}
                taken += (await self._conn.execute(_TAKE, values)).scalars()
        self.minhas.update(taken)
        return taken

    async def give(self, fatias: Sequence[int]) -> None:
        """Let others have them."""
        async with self._conn.begin():
            await self._conn.execute(_GIVE, {"class": _SLICES, "slices": fatias})
        self.minhas.difference_update(fatias)


_COUNT_ME: Final = text("SELECT pg_advisory_lock(:class, :key)")
_PROCESS_COUNT: Final = text("""
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE datname = current_database() AND locktype = 'advisory' AND granted
        AND classid = CAST(CAST(:class AS bigint) AS oid) AND objsubid = 2
""")
_TAKE: Final = text("""
    SELECT fatia FROM (
        SELECT fatia, pg_try_advisory_lock(:class, fatia) AS taken
        FROM unnest(CAST(:slices AS integer[])) AS fatia OFFSET 0
    ) AS asked WHERE taken
""")
_GIVE: Final = text(
    "SELECT pg_advisory_unlock(:class, fatia) FROM unnest(CAST(:slices AS integer[])) AS fatia"
)
