"""What all processes count together, in Valkey or Redis: one round trip for many windows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Final
from uuid import uuid4

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from fiscalxml_server.kit.limits.policies import WINDOW
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.tls import redis_url

_SECONDS: Final = 2.0  # for an answer: nobody waits for it, and this process may be busy
_ALIVE: Final = 30.0  # since a process last counted
_MANY: Final = 256  # windows of one call, which holds up everybody else's
_PREFIX: Final = "fiscalxml:limites"

# KEYS: the processes, then of each window its own counter and the one before. ARGV: this process,
# now, since when a process is alive, seconds a counter is kept, then what each is raised by.
_COUNT: Final = """
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
local told = {redis.call('ZCARD', KEYS[1])}
for i = 1, (#KEYS - 1) / 2 do
    told[2 * i] = redis.call('INCRBY', KEYS[2 * i], ARGV[i + 4])
    redis.call('EXPIRE', KEYS[2 * i], ARGV[4])
    told[2 * i + 1] = tonumber(redis.call('GET', KEYS[2 * i + 1]) or 0)
end
return told
"""


class Contadores:
    """The counters of all processes. Every call raises RedisError or OSError when they are away."""

    def __init__(self, settings: Settings) -> None:
        url = settings.limits_url or settings.broker_url
        self._redis = Redis.from_url(
            redis_url(settings, url),
            socket_timeout=_SECONDS,
            socket_connect_timeout=_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        self._count = self._redis.register_script(_COUNT)
        self._process = uuid4().hex

    async def add(
        self, counts: Sequence[tuple[str, int, int]]
    ) -> tuple[int, list[tuple[int, int]]]:
        """Raise counters: key, number of the window, by how much.

        Gives how many processes count, and of each counter what it is now and was in the window
        before.
        """
        processes, told = 0, []
        for start in range(0, len(counts), _MANY):
            part = counts[start : start + _MANY]
            keys = [f"{_PREFIX}:processos"]
            for key, number, _ in part:
                keys += [f"{_PREFIX}:{key}:{number}", f"{_PREFIX}:{key}:{number - 1}"]
            now = time.time()
            fixed: list[Any] = [self._process, now, now - _ALIVE, 2 * WINDOW]
            answer = await self._count(keys, [*fixed, *(amount for _, _, amount in part)])
            processes = answer[0]
            told += list(zip(answer[1::2], answer[2::2], strict=True))
        return processes, told

    async def close(self) -> None:
        """End all connections."""
        await self._redis.aclose()
