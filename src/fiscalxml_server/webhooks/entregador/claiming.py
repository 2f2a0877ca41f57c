"""Takes what is due out of the queue into the lanes.

On the connection that holds the slices' locks: who has lost them takes nothing.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Final
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.db import is_in_the_way
from fiscalxml_server.kit.notifying.ordering import horizon
from fiscalxml_server.kit.secrets import Segredos
from fiscalxml_server.webhooks.entregador import repository
from fiscalxml_server.webhooks.entregador.dispatch import Despacho
from fiscalxml_server.webhooks.entregador.holding import Retencao
from fiscalxml_server.webhooks.entregador.lanes import Raia
from fiscalxml_server.webhooks.entregador.repository import ESTACIONADA, TOMADA, Entrega
from fiscalxml_server.webhooks.entregador.subscriptions import read_subscription
from fiscalxml_server.webhooks.envio.destinos import Regras

_ROOM: Final = 500
"""of a lane"""
_SCARCE_ROOM: Final = 20
_ABUNDANCE: Final = 20_000
"""deliveries in memory; beyond, a lane has little room"""
_OF_SLICE: Final = 250
_AT_A_TIME: Final = 1000
_REFILLS: Final = 20
"""lanes that are filled up at a time"""


class Tomador:
    """What is in the queue -> the lanes of a `Despacho`."""

    def __init__(
        self, despacho: Despacho, retencao: Retencao, segredos: Segredos, regras: Regras
    ) -> None:
        self._despacho = despacho
        self._retencao = retencao
        self._segredos = segredos
        self._regras = regras

    async def claim(self, conn: AsyncConnection, fatias: Collection[int]) -> bool:
        """Take what is due; whether there may be more, or others were in the way."""
        despacho = self._despacho
        room = _ROOM if self._in_memory() < _ABUNDANCE else _SCARCE_ROOM
        # In one step: what is parked from here on says so itself, and is read the next time.
        parking, despacho.a_estacionar = despacho.a_estacionar, []
        asked = self._hungry(room)
        try:
            async with conn.begin():
                await repository.move(conn, parking, ESTACIONADA)
                settled = await horizon(conn)
                refilled = await self._refill(conn, asked, settled)
                order = random.sample(sorted(fatias), len(fatias))
                ordered = [id_ for id_, raia in despacho.raias.items() if raia.assinante.ordenada]
                found = await repository.due(conn, order, _OF_SLICE, _AT_A_TIME, ordered, settled)
                await self.know(conn, {(each.organizacao, each.assinatura) for each in found})
                taken, parked = self._sort(found, room, refilled, settled)
                taken += refilled
                await repository.move(conn, taken, TOMADA)
                await repository.move(conn, parked, ESTACIONADA)
                lost = await repository.read_bodies(conn, taken)
                await repository.drop(conn, lost)
        except DBAPIError as error:
            if not is_in_the_way(error):
                raise
            self._give_back(parking, asked)
            return True
        self._put(taken, parked)
        return len(found) >= _OF_SLICE or bool(despacho.famintas)

    async def know(self, conn: AsyncConnection, ids: Iterable[tuple[UUID, UUID]]) -> None:
        """Have a lane for each of these (organisation, subscription)."""
        raias = self._despacho.raias
        missing = [which for which in ids if which[1] not in raias]
        if not missing:
            return
        rows = await repository.subscriptions(conn, missing)
        opened = [
            self._despacho.open(read_subscription(row, self._segredos, self._regras))
            for row in rows
        ]
        for assinatura in await repository.who_parked(conn, [raia.assinante for raia in opened]):
            raias[assinatura].estacionadas = True
        ordered = [raia.assinante for raia in opened if raia.assinante.ordenada]
        if ordered:
            for assinatura, notificacao in await repository.waiting(conn, ordered):
                raias[assinatura].wait_for(notificacao)
        for organizacao, assinatura in missing:
            if assinatura not in raias or not raias[assinatura].assinante.entregando:
                self._retencao.hold(organizacao, assinatura)

    def _give_back(self, parking: Iterable[Entrega], asked: Iterable[Raia]) -> None:
        """Nothing was parked, and none was filled up."""
        self._despacho.a_estacionar += parking
        for raia in asked:
            raia.estacionadas = True
            self._despacho.kick(raia)

    def _in_memory(self) -> int:
        return sum(map(len, self._despacho.raias.values()))

    def _hungry(self, room: int) -> dict[Raia, int]:
        """Lanes to fill up, and by how many.

        One only where that is to try whether the receiver is back.
        """
        famintas, asked = self._despacho.famintas, {}
        for _ in range(min(len(famintas), _REFILLS)):
            raia = famintas.pop()
            if len(raia) < room:
                asked[raia] = 1 if raia.disjuntor.aberto else room - len(raia)
                raia.estacionadas = False
        return asked

    async def _refill(
        self, conn: AsyncConnection, asked: Mapping[Raia, int], settled: UUID
    ) -> list[Entrega]:
        """From what is parked."""
        free, ordered = [
            [
                (raia.assinante, count)
                for raia, count in asked.items()
                if raia.assinante.ordenada == is_ordered
            ]
            for is_ordered in (False, True)
        ]
        found = await repository.parked(conn, free) if free else []
        found += await repository.in_order(conn, ordered, settled) if ordered else []
        got = Counter(each.assinatura for each in found)
        for raia, count in asked.items():
            if got[raia.assinante.id] == count:
                raia.estacionadas = True
        return found

    def _sort(
        self, found: Iterable[Entrega], room: int, refilled: Iterable[Entrega], settled: UUID
    ) -> tuple[list[Entrega], list[Entrega]]:
        """What is taken, and what is parked; what is here already, or too new, is neither."""
        taken: list[Entrega] = []
        parked: list[Entrega] = []
        coming = Counter(each.assinatura for each in refilled)
        here = {(each.assinatura, each.notificacao) for each in refilled}
        for entrega in found:
            raia = self._despacho.raias.get(entrega.assinatura)
            if raia is None:
                parked.append(entrega)
            elif (
                entrega.notificacao in raia or (entrega.assinatura, entrega.notificacao) in here
            ) or (raia.assinante.ordenada and entrega.notificacao >= settled):
                continue
            elif raia.comes_first(entrega.notificacao) or (
                not raia.closed_to_more and len(raia) + coming[entrega.assinatura] < room
            ):
                coming[entrega.assinatura] += 1
                taken.append(entrega)
            else:
                raia.estacionadas = True
                parked.append(entrega)
                if not raia.assinante.entregando:
                    self._retencao.hold(entrega.organizacao, entrega.assinatura)
        return taken, parked

    def _put(self, taken: Iterable[Entrega], parked: Iterable[Entrega]) -> None:
        raias = self._despacho.raias
        touched = [*parked, *taken]
        for entrega in taken:
            raia = raias.get(entrega.assinatura)
            if raia is not None and entrega.corpo:
                raia.put(entrega)
        for raia in {raias[each.assinatura]: None for each in touched if each.assinatura in raias}:
            self._despacho.kick(raia)
