"""Entries of reads: committed before the answer goes out, those of a moment together.

A chain takes one transaction at a time. So that many reads of a big organisation do not wait for
each other one by one, those that come while a transaction is on its way go into the next one.
"""

from __future__ import annotations

import asyncio
from typing import Final
from uuid import UUID

from fiscalxml_server.kit.audit.chain import Registro, record
from fiscalxml_server.kit.db import Banco

_MOST: Final = 500
"""entries of one transaction"""
_Esperando = tuple[Registro, asyncio.Future[None]]


# Medida: auditoria, falha-fechada
class Leituras:
    """The reads of one process. Use it from one event loop."""

    def __init__(self, banco: Banco) -> None:
        self._banco = banco
        self._waiting: dict[UUID, list[_Esperando]] = {}
        self._writing: set[asyncio.Task[None]] = set()

    async def record(self, organizacao: UUID, registro: Registro) -> None:
        """Return when the entry is committed. Raises as `Banco.transacao`: then it may not be."""
        written = asyncio.get_running_loop().create_future()
        waiting = self._waiting.get(organizacao)
        if waiting is not None:
            waiting.append((registro, written))
        else:
            self._waiting[organizacao] = [(registro, written)]
            task = asyncio.create_task(self._write(organizacao))
            self._writing.add(task)
            task.add_done_callback(self._writing.discard)
        await written

    async def _write(self, organizacao: UUID) -> None:
        """Write what waits, and what comes meanwhile, until nothing does."""
        while batch := self._waiting[organizacao][:_MOST]:
            del self._waiting[organizacao][:_MOST]
            try:
                async with self._banco.transacao() as conn:
                    await record(conn, organizacao, *(registro for registro, _ in batch))
            except Exception as error:  # noqa: BLE001 - each of those who wait raises it
                for _, written in batch:
                    if not written.done():
                        written.set_exception(error)
            else:
                for _, written in batch:
                    if not written.done():
                        written.set_result(None)
        del self._waiting[organizacao]
