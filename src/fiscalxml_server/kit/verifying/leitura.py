"""Something of the Auth Service that is kept, and read again when somebody needs to know more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

from fiscalxml_server.kit.errors import Indisponivel

AGAIN_SECONDS: Final = 1.0
"""at least, between two times"""


class Leitura:
    """One reads at a time, and not again before a moment has passed; whoever waits for that gets
    what is read then. Who invents credentials is no more to the Auth Service than one reader."""

    def __init__(self, read: Callable[[], Awaitable[None]]) -> None:
        self._read = read
        self._reading = asyncio.Lock()
        self._begun = self._ended = float("-inf")
        self._failure: Indisponivel | None = None

    async def again(self) -> None:
        """Know what there was at the moment of the call. Raises `Indisponivel`."""
        asked = time.monotonic()
        async with self._reading:
            if self._begun < asked:
                await asyncio.sleep(self._ended + AGAIN_SECONDS - time.monotonic())
                self._failure = await self._attempt()
            if self._failure is not None:
                raise Indisponivel(
                    self._failure.detalhe, headers=self._failure.headers
                ) from self._failure.__cause__

    async def _attempt(self) -> Indisponivel | None:
        self._begun = time.monotonic()
        try:
            await self._read()
        except Indisponivel as failure:
            return failure
        finally:
            self._ended = time.monotonic()
        return None
