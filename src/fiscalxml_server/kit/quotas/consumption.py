"""Documents that are judged and not stored: counted in this process, written a second later.

No transaction of theirs exists that could count them, and one for each would cost more than the
validation. So a process may exceed a quota by what it validates in about a second, and what it
counted last is lost when it is killed. While the database is away it counts on.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.db import Banco, GravacaoIncerta
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.quotas.counting import (
    Contagem,
    CotaEsgotada,
    Saldo,
    Uso,
    count,
    default_quota,
    month,
    refuse_over,
)
from fiscalxml_server.kit.quotas.models import ORGANIZACAO
from fiscalxml_server.kit.settings import Settings

_SECONDS: Final = 1.0
_LOG = logging.getLogger(__name__)
_NOTHING: Final = Saldo(0, None)
Key = tuple[UUID, str]


# Medida: limites
class Consumo:
    """What this process validated. `banco`: None where nothing is stored, and nothing counted."""

    def __init__(self, settings: Settings, banco: Callable[[], Banco | None]) -> None:
        self._settings = settings
        self._banco = banco
        self._known: dict[Key, Saldo] = {}
        """of this month, as they were when something was last written"""
        self._new: dict[Key, int] = {}
        """not written yet, of organisations and of credentials"""
        self._until = 0.0
        """when the month ends"""
        self._task: asyncio.Task[None] | None = None

    def check(self, sujeito: Sujeito) -> None:
        """Raises `CotaEsgotada` where there is no document left, as far as is known here."""
        self._turn()
        of_all = self._saldo(sujeito, ORGANIZACAO)
        if of_all.limite is None:
            of_all = Saldo(of_all.documentos, default_quota(self._settings, sujeito))
        try:
            refuse_over(Uso(of_all, self._saldo(sujeito, sujeito.credencial)))
        except CotaEsgotada:
            self._count(sujeito, 0)  # to hear of a quota that was raised meanwhile
            raise

    def add(self, sujeito: Sujeito) -> None:
        """Count a document."""
        if self._banco() is not None:
            self._count(sujeito, 1)

    def _count(self, sujeito: Sujeito, documentos: int) -> None:
        for credencial in (ORGANIZACAO, sujeito.credencial):
            key = (sujeito.organizacao, credencial)
            self._new[key] = self._new.get(key, 0) + documentos
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._write_later())

    async def close(self) -> None:
        """Write what was counted."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        if self._new:
            await self._write()

    def _saldo(self, sujeito: Sujeito, credencial: str) -> Saldo:
        key = (sujeito.organizacao, credencial)
        known = self._known.get(key, _NOTHING)
        return Saldo(known.documentos + self._new.get(key, 0), known.limite)

    def _turn(self) -> None:
        """Forget what was of a month that is over."""
        if time.time() >= self._until:
            self._known.clear()
            self._until = month(datetime.now(UTC))[1].timestamp()

    async def _write_later(self) -> None:
        while self._new:
            await asyncio.sleep(_SECONDS)
            await self._write()

    async def _write(self) -> None:
        banco = self._banco()
        if banco is None:
            return
        new, self._new = self._new, {}
        contagens = [Contagem(*key, number) for key, number in new.items() if key[1] != ORGANIZACAO]
        try:
            async with banco.transacao() as conn:
                self._known |= await count(conn, contagens)
        except GravacaoIncerta:
            return  # it may have been counted: never twice
        except (Indisponivel, asyncio.CancelledError) as error:
            _LOG.warning("use not written", extra={"error_type": type(error).__name__})
            for key, number in new.items():
                self._new[key] = self._new.get(key, 0) + number
            if isinstance(error, asyncio.CancelledError):
                raise
