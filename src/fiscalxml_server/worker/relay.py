"""`python -m fiscalxml_server.worker.relay`: hands jobs to the broker, again where they were lost.

Several may run: rows are locked while they are published.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Final

from kombu.exceptions import OperationalError as BrokerError
from obstore.exceptions import BaseError as StoreError
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import text

from fiscalxml_server.api.exportacoes.schemas import EXPORTAR
from fiscalxml_server.api.exportacoes.sweeping import sweep
from fiscalxml_server.api.lotes.schemas import ABRIR, PROCESSAR
from fiscalxml_server.api.revalidacoes.schemas import PLANEJAR, REVALIDAR
from fiscalxml_server.kit import certificates, custody, jobs
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.jobs import Ref
from fiscalxml_server.kit.profile import refuse_weak
from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.settings import Settings, settings
from fiscalxml_server.kit.telemetry import close, configure
from fiscalxml_server.kit.tls import redis_url
from fiscalxml_server.worker.carrier import FILA, app
from fiscalxml_server.worker.observing import Observacao

PAPEL: Final = "relay"
_PLANS: Final = 1  # of re-validations, of all organisations: one feeds all workers
_ERASURES: Final = 1
LATER: Final = (REVALIDAR, custody.ELIMINAR, custody.RESELAR)
"""types of jobs that may take their time; what arrives is stored first"""
TIPOS: Final = frozenset(
    (
        *(ABRIR, PROCESSAR, EXPORTAR, PLANEJAR, REVALIDAR),
        *(custody.TITULAR, custody.ELIMINAR, custody.ENCERRAR, custody.RESELAR),
    )
)
"""of all jobs; a test compares them with what workers do"""
_POLL_SECONDS: Final = 1.0  # where a notification was lost
_APART_SECONDS: Final = 0.05  # what is written meanwhile is handed over with the next
_UNCLAIMED_SECONDS: Final = 5.0  # a job that an empty broker must have forgotten
_STALE_SECONDS: Final = 120.0  # a job that waits at a broker for so long may be lost too
_MAINTENANCE_SECONDS: Final = 3600.0
_SERVERS_SECONDS: Final = 5.0
_USE_SECONDS: Final = 30.0
_HALF_WRITTEN: Final = timedelta(days=1)
_logger = logging.getLogger("fiscalxml_server.worker.relay")  # also where this module is __main__


def windows(settings: Settings) -> Mapping[str, int]:
    """Types of long jobs -> how many of all organisations are out at a time."""
    return {
        ABRIR: settings.opening_window,
        EXPORTAR: settings.export_window,
        PLANEJAR: _PLANS,
        custody.ELIMINAR: _ERASURES,
        custody.ENCERRAR: _ERASURES,
        custody.RESELAR: _ERASURES,
    }


class Relay:
    """Publishes what waits in PostgreSQL, and watches over what was published."""

    def __init__(self, recursos: Recursos) -> None:
        self._settings = settings = recursos.settings
        self._at_once = windows(settings)
        self._banco = recursos.banco
        self._objetos = recursos.objetos
        self._broker = Redis.from_url(
            redis_url(settings, settings.broker_url), socket_timeout=5, socket_connect_timeout=5
        )
        self._woken = asyncio.Event()
        self._ended = asyncio.Event()
        self.observacao = Observacao(recursos.banco, self._broker, TIPOS)

    def end(self) -> None:
        """Stop after what is being published."""
        self._ended.set()
        self._woken.set()

    async def run(self) -> None:
        """Until `end`. A server that is away is waited for."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._publishing())
            group.create_task(self._every(self._settings.reconcile_seconds, self._reconcile))
            group.create_task(self._every(_MAINTENANCE_SECONDS, self._maintain))
            group.create_task(self._every(_SERVERS_SECONDS, self.observacao.see_servers))
            group.create_task(self._every(_USE_SECONDS, self.observacao.see_use))
            group.create_task(self._every(certificates.LOOK_SECONDS, self._see_certificates))
            group.create_task(self._listening())

    async def _publishing(self) -> None:
        while not self._ended.is_set():
            self._woken.clear()
            began = time.monotonic()
            if not await self._publish():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), _POLL_SECONDS)
            await asyncio.sleep(_APART_SECONDS - (time.monotonic() - began))

    async def _publish(self) -> int:
        """How many jobs were handed over; the broker has them before their rows say so."""
        try:
            async with self._banco.transacao() as conn:
                found = await jobs.to_publish(
                    conn, self._settings.dispatch_window, self._at_once, LATER
                )
                await asyncio.to_thread(_send, found)
        except (Indisponivel, BrokerError, RedisError, OSError) as error:
            _logger.warning("not published", extra={"error_type": type(error).__name__})
            return 0
        return len(found)

    async def _reconcile(self) -> None:
        async with self._banco.transacao() as conn:
            lost = await jobs.expired(conn)
            await self.observacao.see_queues(conn)
        # Outside: while the broker is away the queues are looked at all the same, and no row waits.
        waiting = await asyncio.to_thread(self._broker.llen, FILA)
        async with self._banco.transacao() as conn:
            lost += await jobs.forgotten(conn, _STALE_SECONDS if waiting else _UNCLAIMED_SECONDS)
        if lost:
            _logger.warning("jobs published again", extra={"count": lost})

    async def _see_certificates(self) -> None:
        await certificates.look_at_certificates(self._settings, self.observacao.seen)

    async def _maintain(self) -> None:
        async with self._banco.transacao() as conn:
            await conn.execute(text("SELECT manter_particoes()"))
        # By itself: without partitions nothing is taken in any more, whatever becomes of this.
        async with self._banco.transacao() as conn:
            await conn.execute(text("DELETE FROM idempotencia"))  # its policy: expired ones only
        async with self._banco.transacao() as conn:
            await conn.execute(text("SELECT manter_estatisticas()"))
        await sweep(self._banco, self._objetos)
        await self._objetos.delete_half_written(_HALF_WRITTEN)

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while not self._ended.is_set():
            try:
                await work()
            except (Indisponivel, RedisError, StoreError, OSError) as error:
                _logger.warning("put off", extra={"error_type": type(error).__name__})
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), seconds)

    async def _listening(self) -> None:
        """Be woken by the transactions that add jobs, instead of asking again and again."""
        while not self._ended.is_set():
            try:
                async with self._banco.ouvir(jobs.CHANNEL, self._woken.set) as lost:
                    self._woken.set()
                    ended = asyncio.create_task(self._ended.wait())
                    await asyncio.wait((ended, lost), return_when=asyncio.FIRST_COMPLETED)
                    ended.cancel()
            except Indisponivel:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._ended.wait(), _POLL_SECONDS)


def _send(found: list[tuple[Ref, str]]) -> None:
    with app.producer_pool.acquire(block=True) as producer:
        for ref, tipo in found:
            app.send_task(tipo, args=(str(ref),), producer=producer, retry=False)


async def main() -> None:
    """The role `relay`, until it is told to end."""
    refuse_weak(settings(), PAPEL)
    recursos = Recursos.open(settings())
    relay = Relay(recursos)
    configure(PAPEL, read_state=relay.observacao.estado)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, relay.end)
    try:
        await relay.run()
    finally:
        await recursos.close()
        close()


if __name__ == "__main__":
    asyncio.run(main())
