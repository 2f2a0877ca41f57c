"""Attempts to get in, counted by account, by address and in all.

Nobody is locked out: who tried too often waits for minutes, and there are other ways in (a passkey,
the e-mail) that an attacker of one does not close. Counts are kept in Valkey, under keyed hashes.
While it is away each process counts for itself, and allows half as much.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import math
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, Final, NamedTuple, Self

from fastapi import Request
from limits import RateLimitItem, parse_many
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError
from redis.asyncio import ConnectionPool

from fiscalxml_server.kit.errors import Problema
from fiscalxml_server.kit.secrets import Segredos
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.telemetry.errors import type_name
from fiscalxml_server.kit.tls import redis_url

_LOG = logging.getLogger(__name__)
_ANSWER_SECONDS: Final = 2.0
_AWAY_SECONDS: Final = 5.0
"""that Valkey is not asked again after it did not answer"""
_USE: Final = b"tentativas"
_SITE_BITS: Final = 64
"""of an IPv6 address: what one caller has at least"""


class MuitasTentativas(Problema):
    status, codigo, titulo = 429, "muitas_tentativas", "Muitas tentativas"
    explicacao = (
        "Houve tentativas demais, desta conta ou deste endereço. Nada foi bloqueado: tente de novo "
        "depois de Retry-After, ou entre de outra forma, como por uma passkey."
    )


class Limites(NamedTuple):
    """How often; each as `limits.parse_many` reads it, empty for never refused."""

    nome: str
    conta: str = ""
    endereco: str = ""
    total: str = ""


SENHA: Final = Limites("senha", "10/5minute", "10/5minute", "1000/5minute")
SEGUNDO_FATOR: Final = Limites("segundo_fator", "5/5minute;20/hour;50/day")
PASSKEY: Final = Limites("passkey", "", "30/5minute", "3000/5minute")
REDEFINICAO: Final = Limites("redefinicao", "5/day", "20/hour", "1000/hour")


# Medida: forca-bruta
class Freio:
    """Counts attempts."""

    def __init__(self, url: str, segredos: Segredos) -> None:
        self._connections = ConnectionPool.from_url(
            url, socket_timeout=_ANSWER_SECONDS, socket_connect_timeout=_ANSWER_SECONDS
        )
        options: dict[str, Any] = {"connection_pool": self._connections}
        shared = RedisStorage(
            f"async+{url}", wrap_exceptions=True, implementation="redispy", **options
        )
        self._shared = FixedWindowRateLimiter(shared)
        self._local = FixedWindowRateLimiter(MemoryStorage())
        self._segredos = segredos
        self._away_until = 0.0

    @classmethod
    def open(cls, settings: Settings, segredos: Segredos) -> Self:
        """Connects when first used."""
        return cls(redis_url(settings, settings.limits_url or settings.broker_url), segredos)

    async def close(self) -> None:
        """End all connections."""
        await self._connections.aclose()

    async def count(self, limites: Limites, *, conta: str = "", endereco: str = "") -> None:
        """Count one, known by what it is about and where it comes from.

        Raises `MuitasTentativas`; what is refused was not tried, and is not counted.
        """
        counted = []
        for item, key in self._counted(limites, conta, endereco):
            counted.append((item, key))
            if not await self._hit(item, key, 1):
                refusal = await self._refusal(item, key)
                for each in counted:
                    await self._hit(*each, -1)
                raise refusal

    @asynccontextmanager
    async def attempt(
        self,
        limites: Limites,
        failure: type[Problema],
        *,
        conta: str = "",
        endereco: str = "",
    ) -> AsyncIterator[None]:
        """Count one that is only an attempt if the block raises `failure`; before it, so that many
        at once are as many. Raises `MuitasTentativas`.
        """
        await self.count(limites, conta=conta, endereco=endereco)
        try:
            yield
        except failure:
            raise
        except Exception:
            await self._forgive(limites, conta, endereco)
            raise
        await self._forgive(limites, conta, endereco)

    async def _forgive(self, limites: Limites, conta: str, endereco: str) -> None:
        for item, key in self._counted(limites, conta, endereco):
            await self._hit(item, key, -1)

    def _counted(
        self, limites: Limites, conta: str, endereco: str
    ) -> Iterator[tuple[RateLimitItem, tuple[str, ...]]]:
        """What is counted, each with its key: the address first."""
        for kind, value, words in (
            ("endereco", endereco, limites.endereco),
            ("conta", conta, limites.conta),
            ("total", "", limites.total),
        ):
            digest = self._segredos.digest(_USE, value.encode("utf-8", "surrogatepass")).hex()
            for item in parse_many(words) if words else ():
                yield item, (limites.nome, kind, digest)

    async def _hit(self, item: RateLimitItem, key: tuple[str, ...], cost: int) -> bool:
        if time.monotonic() >= self._away_until:
            try:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    return await self._shared.hit(item, *key, cost=cost)
            except (StorageError, TimeoutError, OSError) as error:
                self._went_away(error)
        return await self._local.hit(_stricter(item), *key, cost=cost)

    async def _refusal(self, item: RateLimitItem, key: tuple[str, ...]) -> MuitasTentativas:
        reset = time.time() + item.get_expiry()
        try:
            if time.monotonic() < self._away_until:
                reset = (await self._local.get_window_stats(_stricter(item), *key)).reset_time
            else:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    reset = (await self._shared.get_window_stats(item, *key)).reset_time
        except (StorageError, TimeoutError, OSError) as error:
            self._went_away(error)
        wait = max(1, math.ceil(reset - time.time()))
        return MuitasTentativas(
            "Houve tentativas demais em pouco tempo. Espere e tente de novo.",
            headers={"Retry-After": str(wait)},
        )

    def _went_away(self, error: Exception) -> None:
        self._away_until = time.monotonic() + _AWAY_SECONDS
        _LOG.warning(
            "attempts are counted by this process alone",
            extra={"error_type": type_name(error)},
        )


def _stricter(item: RateLimitItem) -> RateLimitItem:
    return type(item)(max(1, item.amount // 2), item.multiples, item.namespace)


# Medida: endereco-verdadeiro
def address_of(request: Request, trusted_proxies: int) -> str:
    """Where a request comes from, as it is counted.

    `X-Forwarded-For` is believed for as many hops as there are proxies of ours: each has written
    the address that it saw at the end of the list.
    """
    given = request.client.host if request.client else ""
    if trusted_proxies:
        hops = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
        if len(hops) >= trusted_proxies:
            given = hops[-trusted_proxies].strip() or given
    return _counted_address(given)


def _counted_address(given: str) -> str:
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return "desconhecido"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), _SITE_BITS), strict=False).network_address)
