"""The process put together: it holds slices, and delivers what is theirs, until it is told to end.

A server that is away is waited for; what was answered meanwhile is written when it is back.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Collection
from contextlib import suppress
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.telemetry import Reading
from fiscalxml_server.kit.telemetry.deliveries import set_lanes
from fiscalxml_server.webhooks.entregador import repository
from fiscalxml_server.webhooks.entregador.claiming import Tomador
from fiscalxml_server.webhooks.entregador.disabling import disable
from fiscalxml_server.webhooks.entregador.dispatch import Despacho
from fiscalxml_server.webhooks.entregador.holding import Retencao
from fiscalxml_server.webhooks.entregador.keeping import Zeladoria
from fiscalxml_server.webhooks.entregador.lanes import Raia
from fiscalxml_server.webhooks.entregador.notices import Avisos
from fiscalxml_server.webhooks.entregador.results import Resultados
from fiscalxml_server.webhooks.entregador.slices import Fatias
from fiscalxml_server.webhooks.entregador.subscriptions import Assinante, read_subscription
from fiscalxml_server.webhooks.envio.destinos import Regras
from fiscalxml_server.webhooks.envio.sending import Carteiro
from fiscalxml_server.webhooks.resources import Recursos

_POLL_SECONDS: Final = 0.05
_QUIET_POLL_SECONDS: Final = 0.25
"""while nobody has a lane: nothing was delivered for `_IDLE_SECONDS`"""
_BALANCE_SECONDS: Final = 1.0
_AGAIN_SECONDS: Final = 0.5
_BACKLOG: Final = 3000
"""results that wait to be written, above which nothing more is taken"""
_OVERLAP: Final = 60.0
"""a change is seen once its transaction, which began before, has ended"""
_RECOUNT_SECONDS: Final = 300.0
"""between looks for what is parked and no lane knows of: there should be none"""
_HOUR: Final = 3600.0
_IDLE_SECONDS: Final = 600.0
_LOG = logging.getLogger(__name__)


class Entregador:
    """Delivers, as long as `run` goes on."""

    def __init__(self, recursos: Recursos) -> None:
        """In a running loop."""
        settings, banco = recursos.settings, recursos.banco
        self._recursos = recursos
        self._regras = Regras.of(settings)
        self._carteiro = Carteiro(settings)
        self._resultados = Resultados(banco)
        self._despacho = Despacho(settings, self._carteiro, self._resultados, self._stop)
        self._retencao = Retencao(banco, self._held)
        self._tomador = Tomador(self._despacho, self._retencao, recursos.segredos, self._regras)
        self._zeladoria = Zeladoria(banco, recursos.segredos, settings)
        self._avisos = Avisos.open(settings, banco)
        self._disabling: set[asyncio.Task[None]] = set()
        self._ended = asyncio.Event()
        self._leaving: set[int] = set()

    @property
    def estado(self) -> list[Reading]:
        """Of queues and subscriptions, at the last look."""
        return self._zeladoria.seen.told()

    def end(self) -> None:
        """What is under way is waited for a while; nothing more begins."""
        self._despacho.encerrando = True
        self._ended.set()
        self._despacho.mudou.set()

    async def run(self) -> None:
        """Until `end`."""
        others = [self._resultados.write_on, self._retencao.hold_on, self._zeladoria.keep_on]
        if self._avisos is not None:
            others.append(self._avisos.tell_on)
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(each()) for each in others]
                await self._hold_slices()
                for task in tasks:
                    task.cancel()
        finally:
            await self._carteiro.close()
            if self._avisos is not None:
                await self._avisos.close()

    async def _hold_slices(self) -> None:
        while not self._ended.is_set():
            try:
                async with self._recursos.banco.sessao() as conn:
                    fatias = Fatias(conn)
                    await fatias.enter()
                    await self._deliver(conn, fatias)
                    await self._leave(conn, fatias)
            except Indisponivel as error:
                _LOG.warning("slices lost", extra={"error_type": type(error).__name__})
                await self._lose()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._ended.wait(), _AGAIN_SECONDS)

    async def _deliver(self, conn: AsyncConnection, fatias: Fatias) -> None:
        balanced, despacho = float("-inf"), self._despacho
        recounted = time.monotonic()
        while not self._ended.is_set():
            now = time.monotonic()
            if now - balanced >= _BALANCE_SECONDS:
                await self._balance(conn, fatias)
                await self._refresh(conn, min(now - balanced, _HOUR))
                self._tell(len(fatias.minhas))
                balanced = now
            if now - recounted >= _RECOUNT_SECONDS:
                await self._find_parked(conn, fatias.minhas - self._leaving)
                recounted = now
            despacho.mudou.clear()
            if len(self._resultados) > _BACKLOG:
                await asyncio.sleep(_POLL_SECONDS)
            elif not await self._tomador.claim(conn, fatias.minhas - self._leaving):
                wait = _POLL_SECONDS if despacho.raias else _QUIET_POLL_SECONDS
                with suppress(TimeoutError):
                    await asyncio.wait_for(despacho.mudou.wait(), wait)

    async def _balance(self, conn: AsyncConnection, fatias: Fatias) -> None:
        """Have a fair share of the slices: take what is free, or let what is too much run dry."""
        await self._give_dry(conn, fatias)
        staying = fatias.minhas - self._leaving
        wanted = await fatias.share() - len(staying)
        if wanted > 0 and self._leaving:
            return
        if wanted > 0 and (taken := await fatias.take(wanted)):
            await self._resultados.flush()  # what is answered is not freed
            async with conn.begin():
                await repository.free(conn, taken)  # what another process had taken
            await self._find_parked(conn, taken)
        elif wanted < 0:
            self._leaving.update(sorted(staying)[wanted:])
            self._despacho.close(self._of(self._leaving))

    async def _find_parked(self, conn: AsyncConnection, fatias: Collection[int]) -> None:
        async with conn.begin():
            parked = await repository.parked_in(conn, sorted(fatias))
            await self._tomador.know(conn, parked)
        for _, assinatura in parked:
            self._look_for_parked(assinatura)

    async def _give_dry(self, conn: AsyncConnection, fatias: Fatias) -> None:
        if self._leaving and not self._despacho.under_way(self._leaving):
            await self._resultados.flush()
            async with conn.begin():
                await repository.free(conn, sorted(self._leaving))
            despacho = self._despacho
            despacho.a_estacionar = [
                each for each in despacho.a_estacionar if each.fatia not in self._leaving
            ]
            await fatias.give(sorted(self._leaving))
            self._leaving.clear()

    async def _refresh(self, conn: AsyncConnection, since: float) -> None:
        """Hear of the subscriptions that changed; forget those of which nothing happens."""
        raias, now = self._despacho.raias, time.monotonic()
        async with conn.begin():
            rows = await repository.changed(conn, since + _OVERLAP)
        for row in rows:
            raia = raias.get(row["id"])
            if raia is not None and raia.assinante.alterado_em != row["alterado_em"]:
                raia.change(read_subscription(row, self._recursos.segredos, self._regras))
                self._changed(raia)
        self._despacho.close(
            [each for each in raias.values() if each.ociosa and now - each.ativa_em > _IDLE_SECONDS]
        )

    def _tell(self, held: int) -> None:
        raias = self._despacho.raias.values()
        set_lanes(len(raias), sum(each.disjuntor.aberto for each in raias), held)

    def _changed(self, raia: Raia) -> None:
        assinante = raia.assinante
        if assinante.entregando:
            self._look_for_parked(assinante.id)
        else:
            raia.empty()
            self._retencao.hold(assinante.organizacao, assinante.id)

    def _look_for_parked(self, assinatura: UUID) -> None:
        if raia := self._despacho.raias.get(assinatura):
            raia.estacionadas = True
            self._despacho.kick(raia)

    def _held(self, assinatura: UUID) -> None:
        """Nothing of it is queued any more; it begins anew when it is resumed."""
        raia = self._despacho.raias.get(assinatura)
        if raia is not None and not raia.assinante.entregando:
            self._despacho.close([raia])

    def _stop(self, raia: Raia, motivo: str) -> None:
        raia.assinante.situacao = "desativada"
        task = asyncio.create_task(self._disable(raia, raia.assinante, motivo))
        self._disabling.add(task)
        task.add_done_callback(self._disabling.discard)

    async def _disable(self, raia: Raia, assinante: Assinante, motivo: str) -> None:
        """It is heard of as any change is. Where that fails, the next failure says it again."""
        try:
            await disable(self._recursos.banco, assinante, motivo)
        except Indisponivel as error:
            _LOG.warning("not disabled", extra={"error_type": type(error).__name__})
            assinante.situacao = "ativa"
            self._despacho.kick(raia)

    def _of(self, fatias: set[int]) -> list[Raia]:
        raias = self._despacho.raias.values()
        return [raia for raia in raias if raia.assinante.fatia in fatias]

    async def _lose(self) -> None:
        """Another may have the slices now: what is not answered is not ours."""
        self._despacho.close(list(self._despacho.raias.values()))
        self._despacho.a_estacionar.clear()
        self._leaving.clear()
        self._tell(0)
        for task in self._despacho.under_way():
            task.cancel()

    async def _leave(self, conn: AsyncConnection, fatias: Fatias) -> None:
        """What is under way may end; the rest is anybody's."""
        tasks = self._despacho.under_way()
        if tasks:
            seconds = self._recursos.settings.webhooks_grace_seconds
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()
        await asyncio.gather(*self._disabling)
        await self._resultados.flush()
        async with conn.begin():
            await repository.free(conn, sorted(fatias.minhas))
