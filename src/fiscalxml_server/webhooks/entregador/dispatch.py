"""Sends what the lanes let be sent, and decides what becomes of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.telemetry.deliveries import count_attempt, count_end, observe_delay
from fiscalxml_server.kit.telemetry.pools import ENTREGAS, Pool
from fiscalxml_server.webhooks.entregador.breaker import Disjuntor
from fiscalxml_server.webhooks.entregador.lanes import Raia
from fiscalxml_server.webhooks.entregador.repository import Entrega
from fiscalxml_server.webhooks.entregador.results import Resultado, Resultados, Saude
from fiscalxml_server.webhooks.entregador.schedule import wait_after
from fiscalxml_server.webhooks.entregador.subscriptions import Assinante
from fiscalxml_server.webhooks.entregador.tracing import following, tell_attempt
from fiscalxml_server.webhooks.envio.respostas import Erro, Resposta
from fiscalxml_server.webhooks.envio.sending import Carteiro

GONE: Final = 410
_LOW: Final = 100
"""waiting in a lane, below which it is filled up"""
_OUR_FAULT_SECONDS: Final = 5.0
_UNSIGNED: Final = Resposta(None, Erro.SEM_RECURSOS, 0)
_NOWHERE: Final = Resposta(None, Erro.ENDERECO_RECUSADO, 0)


class Despacho:
    """The lanes of this process. `parar`: called with a lane and the reason, to disable it."""

    def __init__(
        self,
        settings: Settings,
        carteiro: Carteiro,
        resultados: Resultados,
        parar: Callable[[Raia, str], None],
    ) -> None:
        self._settings = settings
        self._carteiro = carteiro
        self._resultados = resultados
        self._parar = parar
        self._room = settings.webhooks_in_flight
        self._pool = Pool(ENTREGAS, self._room)
        self._turns: dict[Raia, None] = {}  # lanes that wait for room, in order
        self._timers: dict[UUID, asyncio.TimerHandle] = {}
        self._tasks: dict[asyncio.Task[None], Raia] = {}
        self.raias: dict[UUID, Raia] = {}
        self.famintas: set[Raia] = set()
        """lanes of which something is parked, and that have room for it"""
        self.a_estacionar: list[Entrega] = []
        """were in a lane, and are to be parked"""
        self.mudou = asyncio.Event()
        """set when the last two are looked at with profit"""
        self.encerrando = False

    def open(self, assinante: Assinante) -> Raia:
        """A lane for the subscription."""
        settings = self._settings
        disjuntor = Disjuntor(
            settings.webhooks_breaker_seconds, settings.webhooks_breaker_longest_seconds
        )
        raia = self.raias[assinante.id] = Raia(assinante, disjuntor)
        raia.ativa_em = time.monotonic()
        return raia

    def close(self, raias: Iterable[Raia]) -> None:
        """Forget these lanes, and what waits in them; what is under way goes on."""
        for raia in raias:
            raia.empty()
            self.famintas.discard(raia)
            self.raias.pop(raia.assinante.id, None)
            if timer := self._timers.pop(raia.assinante.id, None):
                timer.cancel()

    def kick(self, raia: Raia) -> None:
        """Send what may be sent of it."""
        now = time.monotonic()
        wait: float | None = None
        while not self.encerrando and (wait := raia.wait(now)) == 0:
            if len(self._tasks) >= self._room:
                self._turns.setdefault(raia)
                return
            task = asyncio.create_task(self._deliver(raia, raia.begin(now)))
            self._tasks[task] = raia
            self._pool.tell(len(self._tasks), len(self._turns))
            task.add_done_callback(self._ended)
        if wait:
            self._later(raia, wait)
        self._ask_for_more(raia)

    def under_way(self, fatias: Iterable[int] | None = None) -> list[asyncio.Task[None]]:
        """The attempts that are being made, to subscriptions of these slices."""
        if fatias is None:
            return list(self._tasks)
        wanted = set(fatias)
        return [task for task, raia in self._tasks.items() if raia.assinante.fatia in wanted]

    def _later(self, raia: Raia, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        if timer := self._timers.pop(raia.assinante.id, None):
            timer.cancel()
        self._timers[raia.assinante.id] = loop.call_later(seconds, self._timed, raia)

    def _timed(self, raia: Raia) -> None:
        self._timers.pop(raia.assinante.id, None)
        self.kick(raia)

    def _ask_for_more(self, raia: Raia) -> None:
        """Have it filled up from what is parked; for an open breaker, when its time comes."""
        if not raia.estacionadas or not raia.assinante.entregando:
            return
        opens = raia.disjuntor.wait(time.monotonic())
        if opens is None or (raia.disjuntor.aberto and len(raia)):
            return
        if opens:
            self._later(raia, opens)
        elif len(raia) < _LOW and self.raias.get(raia.assinante.id) is raia:
            self.famintas.add(raia)
            self.mudou.set()

    def _ended(self, task: asyncio.Task[None]) -> None:
        raia = self._tasks.pop(task)
        if not task.cancelled():
            task.result()
        self._turns.setdefault(raia)
        while self._turns and len(self._tasks) < self._room:
            first = next(iter(self._turns))
            del self._turns[first]
            self.kick(first)
        self._pool.tell(len(self._tasks), len(self._turns))

    async def _deliver(self, raia: Raia, entrega: Entrega) -> None:
        em, assinante = datetime.now(UTC), raia.assinante
        if not entrega.seguidas:
            delay = (em - entrega.desde).total_seconds()
            observe_delay(delay, ordered=assinante.ordenada)
        try:
            with following(entrega) as rastro:
                resposta = await self._send(assinante, entrega)
                tell_attempt(rastro, entrega, resposta)
            self._answered(raia, assinante, Resultado(entrega, em, resposta, "pendente"))
        finally:
            raia.end(entrega)

    async def _send(self, assinante: Assinante, entrega: Entrega) -> Resposta:
        if not assinante.segredos:
            return _UNSIGNED
        if assinante.destino is None:
            return _NOWHERE
        id_, signer = str(entrega.notificacao), assinante.signer()
        return await self._carteiro.send(
            assinante.destino, signer, id_, entrega.corpo, assinante.cabecalhos
        )

    def _answered(self, raia: Raia, assinante: Assinante, resultado: Resultado) -> None:
        resposta, entrega, now = resultado.resposta, resultado.entrega, time.monotonic()
        count_attempt(
            resposta.codigo or resposta.erro or "",
            resposta.milissegundos / 1000,
            delivered=resposta.entregue,
        )
        if resposta.nossa:
            raia.disjuntor.forget()
            raia.rest(now + _OUR_FAULT_SECONDS)
            raia.wait_for(entrega.notificacao)
            self._resultados.add(resultado._replace(espera=_OUR_FAULT_SECONDS))
            return
        if resposta.entregue:
            raia.disjuntor.succeeded(now)
            self._tell_health(raia, None)
            count_end("entregue")
            self._resultados.add(resultado._replace(situacao="entregue"))
            return
        schedule = self._settings.webhooks_schedule_seconds
        wait = wait_after(schedule, entrega.seguidas + 1, resposta.retry_after)
        if wait is None:
            count_end("falhou")
            self._resultados.add(resultado._replace(situacao="falhou"))
        else:
            raia.wait_for(entrega.notificacao)
            self._resultados.add(resultado._replace(espera=wait))
        if raia.disjuntor.failed(now):
            self._park(raia)
        self._failed(raia, assinante, resultado)

    def _failed(self, raia: Raia, assinante: Assinante, resultado: Resultado) -> None:
        """Once it is gone, or nothing was delivered for days, it is disabled.

        `assinante`: as it was when this was sent. What it has become since may be mended.
        """
        since = raia.assinante.falhando_desde
        self._tell_health(raia, since or resultado.em)
        longest = timedelta(hours=self._settings.webhooks_disable_hours)
        if raia.assinante is not assinante or not assinante.entregando:
            return
        if resultado.resposta.codigo == GONE:
            self._parar(raia, "sumiu")
        elif since is not None and resultado.em - since >= longest:
            self._parar(raia, "falhas")

    def _tell_health(self, raia: Raia, since: datetime | None) -> None:
        assinante, opens = raia.assinante, raia.disjuntor.wait(time.monotonic())
        until = datetime.now(UTC) + timedelta(seconds=opens) if opens else None
        if assinante.falhando_desde != since or until:
            assinante.falhando_desde = since
            self._resultados.health(assinante.organizacao, assinante.id, Saude(since, until))

    def _park(self, raia: Raia) -> None:
        """What waits behind a receiver that fails waits in the database."""
        out = raia.empty()
        if out:
            raia.estacionadas = True
            self.a_estacionar += out
            self.mudou.set()
