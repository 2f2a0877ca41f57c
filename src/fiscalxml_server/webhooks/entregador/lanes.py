"""A lane (raia): what is in memory of one subscription, and what of it may be sent now."""

from __future__ import annotations

import heapq
from uuid import UUID

from fiscalxml_server.webhooks.entregador.breaker import Disjuntor
from fiscalxml_server.webhooks.entregador.rate import Ritmo
from fiscalxml_server.webhooks.entregador.repository import Entrega
from fiscalxml_server.webhooks.entregador.subscriptions import Assinante


class Raia:
    """Times are those of a monotonic clock."""

    def __init__(self, assinante: Assinante, disjuntor: Disjuntor) -> None:
        self.assinante = assinante
        self.disjuntor = disjuntor
        self.estacionadas = False
        """more of it may be parked in the database: nothing overtakes that"""
        self.ativa_em = 0.0
        """when something of it was last sent"""
        self._ritmo = None if assinante.por_minuto is None else Ritmo(assinante.por_minuto)
        self._waiting: list[tuple[UUID, Entrega]] = []  # a heap
        self._inside: set[UUID] = set()  # those, and what is under way
        self._later: set[UUID] = set()  # tried again later; kept only where it is ordered
        self._not_before = 0.0

    def __len__(self) -> int:
        """How many wait here."""
        return len(self._waiting)

    def __contains__(self, notificacao: UUID) -> bool:
        """Whether it waits here, or is under way."""
        return notificacao in self._inside

    @property
    def closed_to_more(self) -> bool:
        """What comes is to be parked."""
        return self.estacionadas or self.disjuntor.aberto or not self.assinante.entregando

    def comes_first(self, notificacao: UUID) -> bool:
        """Of an ordered one: it was tried before, and all others wait for it."""
        return notificacao in self._later and self.assinante.entregando

    @property
    def em_curso(self) -> int:
        """How many are under way."""
        return len(self._inside) - len(self._waiting)

    def change(self, assinante: Assinante) -> None:
        """The subscription is not what it was."""
        if assinante.por_minuto is None:
            self._ritmo = None
        elif self._ritmo is None:
            self._ritmo = Ritmo(assinante.por_minuto)
        else:
            self._ritmo = self._ritmo.resized(assinante.por_minuto)
        self.assinante = assinante

    def wait_for(self, notificacao: UUID) -> None:
        """It comes again later; where the subscription is ordered, what is after it waits."""
        if self.assinante.ordenada:
            self._later.add(notificacao)

    def put(self, entrega: Entrega) -> None:
        """It is to be sent from here."""
        self._later.discard(entrega.notificacao)
        self._inside.add(entrega.notificacao)
        heapq.heappush(self._waiting, (entrega.notificacao, entrega))

    def empty(self) -> list[Entrega]:
        """Take out all that waits."""
        out = [entrega for _, entrega in self._waiting]
        self._waiting.clear()
        self._inside.difference_update(each.notificacao for each in out)
        return out

    def wait(self, now: float) -> float | None:
        """Seconds until the next may be sent; 0: now; None: not before something else happens."""
        assinante = self.assinante
        if not self._waiting or not assinante.entregando:
            return None
        at_once = 1 if assinante.ordenada else assinante.simultaneas
        if self.em_curso >= at_once:
            return None
        if assinante.ordenada and self._later and min(self._later) < self._waiting[0][0]:
            return None
        opens = self.disjuntor.wait(now)
        if opens is None:
            return None
        rate = 0.0 if self._ritmo is None else self._ritmo.wait(now)
        return max(opens, rate, self._not_before - now, 0.0)

    def begin(self, now: float) -> Entrega:
        """The next, which `wait` allowed."""
        self.disjuntor.begin()
        if self._ritmo is not None:
            self._ritmo.begin(now)
        self.ativa_em = now
        return heapq.heappop(self._waiting)[1]

    def end(self, entrega: Entrega) -> None:
        """It is not under way any more."""
        self._inside.discard(entrega.notificacao)

    def rest(self, until: float) -> None:
        """Send nothing before."""
        self._not_before = until

    @property
    def ociosa(self) -> bool:
        """Nothing is lost with it."""
        return not (self._inside or self._later or self.estacionadas or self.disjuntor.aberto)
