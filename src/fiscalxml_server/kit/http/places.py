"""How much of what is large one process holds at a time: each takes a place until it is answered.

Large bodies do, small ones need none, and so do answers that are large. Without this, callers who
come at once could fill the memory together.
"""

from __future__ import annotations

import asyncio

from starlette.types import Scope

from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.telemetry.pools import CORPOS, Pool

LARGE_BYTES = 1024 * 1024
_HELD = "fiscalxml.place"


class Places:
    """A number of places, and how long a caller waits for one."""

    def __init__(
        self,
        total: int = 16,
        seconds: float = 10,
        nome: str = CORPOS,
        full: str = "Há documentos grandes demais ao mesmo tempo. Tente de novo em instantes.",
    ) -> None:
        """`nome`: of the pool, in metrics; `full`: what a caller is told for whom none is free."""
        self._pool = Pool(nome, total)
        self._free = asyncio.Semaphore(total)
        self._seconds = seconds
        self._full = full

    async def take(self, scope: Scope) -> None:
        """One place for this request, once. Raises `Indisponivel` when none becomes free."""
        if _HELD in scope:
            return
        try:
            with self._pool.waiting():
                await asyncio.wait_for(self._free.acquire(), self._seconds)
        except TimeoutError:
            raise Indisponivel(self._full, headers={"Retry-After": "5"}) from None
        scope[_HELD] = self

    def give_back(self) -> None:
        """The place of a request that has been answered."""
        self._pool.give_back()
        self._free.release()


def leave(scope: Scope) -> None:
    """Give back the place that a request took, if it took one."""
    held: Places | None = scope.pop(_HELD, None)
    if held is not None:
        held.give_back()
