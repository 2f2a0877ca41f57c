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
from fiscalxml_server.kit.telemetry import QueueState, Reading, queue_readings

FILA: Final = "emails.espera"
_SECONDS: Final = 15.0
_LOG = logging.getLogger(__name__)


class Observacao:
    """`estado`: as it was at the last look; nothing where the database did not answer."""

    def __init__(self, banco: Banco) -> None:
        self._banco = banco
        self._readings: list[Reading] = []

    def estado(self) -> list[Reading]:
        """Of the queue."""
        return self._readings

    async def look(self) -> None:
        """See how it is now."""
        try:
            async with self._banco.transacao() as conn:
                depth, oldest = await repository.waiting(conn)
        except Indisponivel as error:
            self._readings = []
            _LOG.warning("not seen", extra={"part": FILA, "error_type": type(error).__name__})
        else:
            self._readings = queue_readings([QueueState(FILA, depth, oldest)])

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
            await self.look()
            await asyncio.sleep(_SECONDS)
