"""What the process does now and then, besides delivering: any number of processes may."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from sqlalchemy import text

from fiscalxml_server.kit.certificates import LOOK_SECONDS, look_at_certificates
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.notifying.models import FLUXO, REMOVIDA
from fiscalxml_server.kit.secrets import Segredos
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.telemetry import QueueState, Reading, Seen, queue_readings
from fiscalxml_server.kit.telemetry.sampled import (
    SUBSCRIPTIONS,
    SUBSCRIPTIONS_FAILING,
    SUBSCRIPTIONS_FAILING_AGE,
)
from fiscalxml_server.webhooks.assinaturas.tasks import clear_removed, reseal, resume_held
from fiscalxml_server.webhooks.fluxo.tasks import close_idle
from fiscalxml_server.webhooks.reenvios.tasks import advance_resends, forget_resends

_HOUR: Final = 3600.0
_LOOK_SECONDS: Final = 15.0
TOLD_SECONDS: Final = 60.0
"""what was seen last, at most"""
_RESUME_SECONDS: Final = 2.0
_CLEAR_SECONDS: Final = 30.0
_STATES: Final = ("livre", "tomada", "estacionada")
_SITUATIONS: Final = ("ativa", "pausada", "retomando", "desativada", REMOVIDA, FLUXO)
_LOG = logging.getLogger(__name__)


class Zeladoria:
    """`seen`: queues, subscriptions and certificates, as they were at the last look."""

    def __init__(
        self, banco: Banco, segredos: Segredos, settings: Settings, seen: Seen | None = None
    ) -> None:
        self._banco = banco
        self._segredos = segredos
        self._settings = settings
        self.seen = seen or Seen()

    async def keep_on(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(every(_HOUR, self._keep))
            group.create_task(every(_HOUR, self._reseal))
            group.create_task(every(_LOOK_SECONDS, self.look))
            group.create_task(every(LOOK_SECONDS, self._see_certificates))
            group.create_task(every(_RESUME_SECONDS, self._resume))
            group.create_task(every(_RESUME_SECONDS, self._resend))
            group.create_task(every(_CLEAR_SECONDS, self._clear))

    async def _keep(self) -> None:
        async with self._banco.transacao() as conn:
            await conn.execute(text("SELECT webhooks.manter_particoes()"))
        async with self._banco.transacao() as conn:
            await conn.execute(_OLD_COUNTS)
        await forget_resends(self._banco)

    async def _reseal(self) -> None:
        try:
            while await reseal(self._banco, self._segredos):
                pass
        except ValueError:  # by a secret that is not there any more: those go on unread
            _LOG.error("secrets do not open", extra={"part": "webhooks.assinaturas"})

    async def look(self) -> None:
        """See how queues and subscriptions are."""
        async with self._banco.transacao() as conn:
            waiting = {row.estado: row for row in await conn.execute(_QUEUE)}
            counted = {row.situacao: row.quantas for row in await conn.execute(_SUBSCRIBED)}
            failing = (await conn.execute(_FAILING)).one()
        filas = [
            QueueState(f"webhooks.{each}", row.depth, row.oldest)
            if (row := waiting.get(each))
            else QueueState(f"webhooks.{each}", 0, 0)
            for each in _STATES
        ]
        readings = [
            *queue_readings(filas),
            *(Reading(SUBSCRIPTIONS, (each,), counted.get(each, 0)) for each in _SITUATIONS),
            Reading(SUBSCRIPTIONS_FAILING, (), failing.quantas),
            Reading(SUBSCRIPTIONS_FAILING_AGE, (), failing.oldest),
        ]
        self.seen.put("filas", readings, TOLD_SECONDS)

    async def _see_certificates(self) -> None:
        await look_at_certificates(self._settings, self.seen)

    async def _resume(self) -> None:
        while await resume_held(self._banco):
            pass

    async def _resend(self) -> None:
        while await advance_resends(self._banco):
            pass

    async def _clear(self) -> None:
        await close_idle(self._banco)
        while await clear_removed(self._banco):
            pass


async def every(seconds: float, work: Callable[[], Awaitable[object]]) -> None:
    """Do it again and again; where the database is away, later."""
    while True:
        try:
            await work()
        except Indisponivel as error:
            _LOG.warning("put off", extra={"error_type": type(error).__name__})
        await asyncio.sleep(seconds)


_OLD_COUNTS: Final = text("DELETE FROM webhooks.contagens WHERE hora < now() - interval '90 days'")
# What is tried again later does not wait.
_QUEUE: Final = text("""
    SELECT estado, count(*) AS depth,
        CAST(coalesce(extract(epoch FROM now() - min(proxima_em)), 0) AS double precision) AS oldest
    FROM webhooks.fila WHERE proxima_em <= now() GROUP BY estado
""")
_SUBSCRIBED: Final = text("""
    SELECT situacao, count(*) AS quantas FROM webhooks.assinaturas GROUP BY situacao
""")
_FAILING: Final = text("""
    SELECT count(*) AS quantas, CAST(
        coalesce(extract(epoch FROM now() - min(falhando_desde)), 0) AS double precision
    ) AS oldest
    FROM webhooks.assinaturas
    WHERE situacao IN ('ativa', 'retomando') AND falhando_desde IS NOT NULL
""")
