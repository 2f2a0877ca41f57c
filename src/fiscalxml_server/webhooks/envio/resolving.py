"""Names to addresses that may be called: all of a name's must be, or none is.

By c-ares, which needs no thread for each name, so that those whose servers are dead delay nobody.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Final

import aiodns
import pycares
from aiohttp.abc import AbstractResolver, ResolveResult

from fiscalxml_server.webhooks.envio.addresses import Address
from fiscalxml_server.webhooks.envio.destinos import Regras

_SECONDS: Final = 5.0
"""for one name, whatever its servers do"""
_KEPT_SECONDS: Final = 5.0
"""an answer is good for the connections that begin meanwhile; so is that there is none"""
_NAMES: Final = 4096
"""that are remembered"""
_ADDRESSES: Final = 32
"""of one name"""
_NO_ADDRESS: Final = frozenset({aiodns.error.ARES_ENOTFOUND, aiodns.error.ARES_ENODATA})
_NUMERIC: Final = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV


class NomeSemEndereco(OSError):
    """A name that has no address, by its servers' word."""


class DnsFalhou(OSError):
    """Nobody said in time, or could say, which addresses a name has."""


class EnderecoRecusado(OSError):
    """An address of a name is nobody's to call; the message says why."""


class Resolvedor(AbstractResolver):
    """Asks for each name once at a time, and remembers it for seconds."""

    def __init__(self, regras: Regras, nameservers: Sequence[str] = ()) -> None:
        """`nameservers`: address or address:port; the system's where there are none."""
        self._regras = regras
        self._dns = aiodns.DNSResolver(
            nameservers, timeout=1.0, tries=3, flags=pycares.ARES_FLAG_NOSEARCH
        )
        self._asked: dict[str, tuple[float, asyncio.Task[list[Address]]]] = {}

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 - of both families
    ) -> list[ResolveResult]:
        """For `aiohttp`, which calls these addresses only."""
        return [
            ResolveResult(
                hostname=host,
                host=str(ip),
                port=port,
                family=socket.AF_INET6 if ip.version == 6 else socket.AF_INET,
                proto=0,
                flags=_NUMERIC,
            )
            for ip in await self.addresses(host)
        ]

    async def addresses(self, host: str) -> list[Address]:
        """All of a name's. Raises `NomeSemEndereco`, `DnsFalhou`, `EnderecoRecusado`."""
        now = time.monotonic()
        until, asking = self._asked.get(host, (0.0, None))
        if asking is None or (asking.done() and until < now):
            self._forget(now)
            asking = asyncio.ensure_future(self._ask(host))
            asking.add_done_callback(_seen)
            self._asked[host] = (now + _KEPT_SECONDS, asking)
        return await asyncio.shield(asking)

    async def close(self) -> None:
        """Give up what is being asked."""
        for _, asking in self._asked.values():
            asking.cancel()
        self._asked.clear()
        await self._dns.close()

    async def _ask(self, host: str) -> list[Address]:
        try:
            async with asyncio.timeout(_SECONDS):
                found = await self._dns.getaddrinfo(host, type=socket.SOCK_STREAM)
        except TimeoutError:
            raise DnsFalhou(host) from None
        except aiodns.error.DNSError as error:
            known = error.args[0] in _NO_ADDRESS
            raise (NomeSemEndereco if known else DnsFalhou)(host) from None
        addresses = list(dict.fromkeys(_read(node.addr) for node in found.nodes))
        if not 0 < len(addresses) <= _ADDRESSES:
            raise DnsFalhou(host)
        for ip in addresses:
            if why := self._regras.refused(ip):
                raise EnderecoRecusado(why)
        return addresses

    def _forget(self, now: float) -> None:
        """Make room for one name: those that are old, then those that were asked for first."""
        if len(self._asked) < _NAMES:
            return
        old = [host for host, (until, task) in self._asked.items() if until < now and task.done()]
        for host in old or list(self._asked)[: _NAMES // 4]:
            del self._asked[host]


def _read(addr: tuple[bytes, int] | tuple[bytes, int, int, int]) -> Address:
    text = addr[0].decode("ascii")
    # The scope of a link-local address is beside it; with a zone it is refused as what it is.
    return ip_address(f"{text}%{addr[3]}" if len(addr) == 4 and addr[3] else text)


def _seen(asking: asyncio.Task[list[Address]]) -> None:
    """Whoever asked may be gone: a failure that nobody fetches is no fault."""
    if not asking.cancelled():
        asking.exception()
