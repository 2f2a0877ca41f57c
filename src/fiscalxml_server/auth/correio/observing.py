"""How many e-mails wait, and since when: looked at by each process, since any may be asked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fiscalxml_server.auth.correio import repository
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.telemetry import QueueState, Reading, Seen, queue_readings

FILA: Final = "emails.espera"
_SECONDS: Final = 15.0
TOLD_SECONDS: Final = 60.0
"""what was seen last, at most"""
_LOG = logging.getLogger(__name__)


class Observacao:
    """`estado`: as it was at the last look; nothing where that failed, or is too long ago."""

    def __init__(self, banco: Banco, seen: Seen | None = None) -> None:
        self._banco = banco
        self._seen = seen or Seen()

    def estado(self) -> list[Reading]:
        """Of the queue."""
        return self._seen.told()

    async def look(self) -> None:
        """See how it is now. A database that is away is told of in the log."""
        try:
            async with self._banco.transacao() as conn:
                depth, oldest = await repository.waiting(conn)
        except Indisponivel as error:
            self._seen.forget(FILA)
            _LOG.warning("not seen", extra={"part": FILA, "error_type": type(error).__name__})
        else:
            self._seen.put(FILA, queue_readings([QueueState(FILA, depth, oldest)]), TOLD_SECONDS)

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[None]:
        """Look again and again inside of the block."""
        task = asyncio.create_task(self._look_on())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _look_on(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - what is absent has an alert; the service goes on
                self._seen.forget(FILA)
                _LOG.error("not seen", exc_info=error, extra={"part": FILA})
            await asyncio.sleep(_SECONDS)
