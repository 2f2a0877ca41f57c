"""What a request limit costs a request: `python -m benchmarks.request_limits`.

Ours, which counts in the process and tells the others later, beside what waits for Valkey at each
request: the library `limits`, and one round trip of our own script. Two limits each, an
organisation's and a credential's; 64 requests at a time, as a busy process has them.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final
from uuid import uuid4

from limits import RateLimitItemPerMinute
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter, SlidingWindowCounterRateLimiter
from pydantic import SecretStr

from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.limits.limiter import Limites
from fiscalxml_server.kit.limits.policies import Classe
from fiscalxml_server.kit.limits.shared import Contadores
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.stack.valkey import Valkey

_AT_ONCE: Final = 64
_REQUESTS: Final = 200_000
_WAITING: Final = 4_000
_CALLERS: Final = 1_000
_LIMIT: Final = 100_000_000

Ask = Callable[[int], Awaitable[object]]


async def _measured(ask: Ask, requests: int) -> tuple[float, float]:
    """Microseconds a request, of this process and of the clock."""
    numbers = iter(range(requests))

    async def one_after_another() -> None:
        for number in numbers:
            await ask(number)

    await ask(0)
    cpu, clock = time.process_time(), time.perf_counter()
    await asyncio.gather(*(one_after_another() for _ in range(_AT_ONCE)))
    spent = time.process_time() - cpu, time.perf_counter() - clock
    return spent[0] / requests * 1e6, spent[1] / requests * 1e6


async def _compare(url: str) -> None:
    settings = Settings(limits_url=SecretStr(url), limit_ler=_LIMIT)
    one = Sujeito(uuid4(), "chave:1", frozenset())
    many = [Sujeito(uuid4(), f"chave:{n}", frozenset()) for n in range(_CALLERS)]
    limites, contadores = Limites(settings), Contadores(settings)
    storage = RedisStorage(f"async+{url}", implementation="redispy")
    item = RateLimitItemPerMinute(_LIMIT)

    def ours(callers: Sequence[Sujeito]) -> Ask:
        async def ask(number: int) -> None:
            limites.admit(callers[number % len(callers)], Classe.LER)
            if number % 100 == 0:
                await asyncio.sleep(0)  # for what is told meanwhile

        return ask

    async def round_trip(_: int) -> None:
        await contadores.add([("a", 1, 1), ("b", 1, 1)])

    def library(limiter: SlidingWindowCounterRateLimiter | MovingWindowRateLimiter) -> Ask:
        async def ask(_: int) -> None:
            await limiter.hit(item, "organizacao")
            await limiter.hit(item, "credencial")

        return ask

    async with AsyncExitStack() as stack:
        stack.push_async_callback(limites.close)
        stack.push_async_callback(contadores.close)
        rows: list[tuple[str, Ask, int]] = [
            ("ours, one credential", ours([one]), _REQUESTS),
            (f"ours, {_CALLERS} organisations", ours(many), _REQUESTS),
            ("one round trip of our script", round_trip, _WAITING),
            ("limits, sliding window", library(SlidingWindowCounterRateLimiter(storage)), _WAITING),
            ("limits, moving window", library(MovingWindowRateLimiter(storage)), _WAITING),
        ]
        print(f"{'µs a request':34} {'CPU':>8} {'clock':>8}")
        for name, ask, requests in rows:
            cpu, clock = await _measured(ask, requests)
            print(f"{name:34} {cpu:8.1f} {clock:8.1f}")


async def main() -> None:
    """Start a Valkey of its own, and compare."""
    with tempfile.TemporaryDirectory() as folder:
        valkey = Valkey(Path(folder))
        valkey.install()
        server = await asyncio.create_subprocess_exec(*valkey.papel().argv, stdout=-3)
        try:
            while not await valkey.accepts():
                await asyncio.sleep(0.05)
            await _compare(valkey.url())
        finally:
            server.terminate()
            await server.wait()


if __name__ == "__main__":
    asyncio.run(main())
