"""API keys: the Auth Service says whose they are, and its word is kept for seconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final, NamedTuple

from fiscalxml_server.kit import api_keys
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.verifying.contas import Contas, Introspeccao
from fiscalxml_server.kit.verifying.lembrados import Lembrados, key_of
from fiscalxml_server.kit.verifying.revogados import Revogados

_GOOD_SECONDS: Final = 4.0
"""from the moment of the question: a revocation that comes while it is answered counts"""
_UNKNOWN_SECONDS: Final = 2.0
_REMEMBERED: Final = 8192


class _Conhecida(NamedTuple):
    sujeito: Sujeito
    asked: float
    until: float


class ChavesDeApi:
    """Keys that were good a while ago are asked about apart from those of strangers, so that who
    invents keys keeps nobody else waiting."""

    def __init__(
        self,
        contas: Contas,
        revogados: Revogados,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._contas = contas
        self._revogados = revogados
        self._clock = clock
        self._known: Lembrados[_Conhecida] = Lembrados(_REMEMBERED)
        self._unknown: Lembrados[float] = Lembrados(_REMEMBERED)
        self._flights: dict[bytes, asyncio.Task[Sujeito | None]] = {}
        self._for_known = _Porta(16, 4096)
        self._for_strangers = _Porta(8, 64)

    async def verify(self, chave: str) -> Sujeito | None:
        """None when the key is not good. Raises `Indisponivel` where nobody can tell."""
        if api_keys.parse(chave) is None:
            return None
        key, now = key_of(chave), self._clock()
        known = self._known.get(key)
        if known is not None:
            if self._revogados.refuses_key(known.sujeito):
                return None
            org = known.sujeito.organizacao
            if now < known.until and not self._revogados.raised_after(org, known.asked):
                return known.sujeito
        elif now < (self._unknown.get(key) or 0.0):
            return None
        return await self._once(key, chave, self._for_known if known else self._for_strangers)

    async def _once(self, key: bytes, chave: str, porta: _Porta) -> Sujeito | None:
        """Whoever comes with the same key meanwhile gets the same answer."""
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.create_task(self._ask(key, chave, porta))
            self._flights[key] = flight
            flight.add_done_callback(lambda done: self._landed(key, done))
        return await asyncio.shield(flight)

    def _landed(self, key: bytes, flight: asyncio.Task[Sujeito | None]) -> None:
        del self._flights[key]
        if not flight.cancelled():
            flight.exception()  # whoever still waits has it; nobody may

    async def _ask(self, key: bytes, chave: str, porta: _Porta) -> Sujeito | None:
        async with porta.through():
            asked = self._clock()
            told = await self._contas.introspect(chave)
        sujeito = told.sujeito if told.ativa else None
        if sujeito is None:
            self._known.forget(key)
            self._unknown.put(key, self._clock() + _UNKNOWN_SECONDS)
            return None
        self._known.put(key, _Conhecida(sujeito, asked, asked + _good_for(told)))
        return None if self._revogados.refuses_key(sujeito) else sujeito


class _Porta:
    """So many at a time, so many who wait, and no more."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._room = at_once + waiting

    @asynccontextmanager
    async def through(self) -> AsyncIterator[None]:
        if self._room == 0:
            raise Indisponivel(
                "Há chaves demais sendo conferidas ao mesmo tempo. Tente de novo em instantes.",
                headers={"Retry-After": "1"},
            )
        self._room -= 1
        try:
            async with self._places:
                yield
        finally:
            self._room += 1


def _good_for(told: Introspeccao) -> float:
    """Seconds that the answer is kept."""
    if told.expira_em is None:
        return _GOOD_SECONDS
    return min(_GOOD_SECONDS, (told.expira_em - datetime.now(UTC)).total_seconds())
