"""Takes what waits for a subscription that is not active out of the queue, and holds it back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final
from uuid import UUID

from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.webhooks.assinaturas.repository import find, unqueue
from fiscalxml_server.webhooks.entregador.repository import free_of
from fiscalxml_server.webhooks.entregador.subscriptions import ENTREGANDO

_BATCH: Final = 2000
_AGAIN_SECONDS: Final = 0.5
_LOG = logging.getLogger(__name__)


class Retencao:
    """Those of which something is to be held. `held`: called when nothing of one is queued."""

    def __init__(self, banco: Banco, held: Callable[[UUID], None]) -> None:
        self._banco = banco
        self._held = held
        self._asked: dict[UUID, UUID] = {}
        self._some = asyncio.Event()

    def hold(self, organizacao: UUID, assinatura: UUID) -> None:
        """Soon, unless it is active by then."""
        self._asked[assinatura] = organizacao
        self._some.set()

    async def hold_on(self) -> None:
        """Do what is asked for, until cancelled."""
        while True:
            await self._some.wait()
            self._some.clear()
            while self._asked:
                assinatura, organizacao = self._asked.popitem()
                try:
                    await self._hold(organizacao, assinatura)
                except Indisponivel:
                    _LOG.warning("held later", extra={"organization_id": organizacao})
                    self.hold(organizacao, assinatura)
                    await asyncio.sleep(_AGAIN_SECONDS)

    async def _hold(self, organizacao: UUID, assinatura: UUID) -> None:
        while True:
            async with self._banco.transacao() as conn:
                row = await find(conn, organizacao, assinatura, lock=True)
                if row is not None and row["situacao"] in ENTREGANDO:
                    # Resumed before anything was held: what the lane gave up is to be taken again.
                    await free_of(conn, assinatura)
                    return
                if not await unqueue(conn, organizacao, assinatura, _BATCH):
                    break
        self._held(assinatura)
