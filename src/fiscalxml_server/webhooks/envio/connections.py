"""Connections to receivers: only to checked addresses, and only so much is read of what they say.

`aiohttp` bounds a line, a field and the number of fields, but not how many interim answers come
before the answer, nor what comes after it; and it asks again only what is idempotent by its method.
These two classes add that. They override what `aiohttp` keeps to itself; the tests of hostile
receivers say whether a later version still asks them.
"""

from __future__ import annotations

import asyncio
import socket
from functools import partial
from ipaddress import ip_address
from ssl import SSLContext
from typing import Any, Final, Self, cast

from aiohttp import (
    AddrInfoType,
    ClientOSError,
    ClientRequest,
    ServerDisconnectedError,
    TCPConnector,
    hdrs,
)
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.http_exceptions import HttpProcessingError

from fiscalxml_server.webhooks.envio.destinos import Regras
from fiscalxml_server.webhooks.envio.resolving import EnderecoRecusado, Resolvedor

_ANSWER_BYTES: Final = 64 * 1024
"""of one answer with all that surrounds it, that are taken apart"""
_IDLE_SECONDS: Final = 20.0


class ConexaoVelha(ServerDisconnectedError):
    """A connection that had served before ended before a byte of the answer: worth another try."""


class Ligacao(ResponseHandler):
    """One connection, whose answers have a bound."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._answers = 0
        self._received = 0
        self._resting = False

    def set_response_params(self, **params: Any) -> None:
        """A request is about to be sent."""
        self._answers += 1
        self._received = 0
        self._resting = False
        super().set_response_params(**params)

    def rest(self) -> None:
        """The answer is there: what comes before the next request is no answer to it."""
        self._resting = True

    def data_received(self, data: bytes) -> None:
        """Within the bound; beyond it, what is being read ends."""
        if self._resting:
            if data:  # without any, it is aiohttp that goes on with what it has
                self.close()
            return
        room = _ANSWER_BYTES - self._received
        self._received += len(data)
        if room > 0:
            super().data_received(data[:room])
        if self._received > _ANSWER_BYTES:
            self._stop()

    def set_exception(self, exc: Any, *cause: Any) -> None:
        """Tell a connection that was closed while it was idle from one that was refused an answer.

        It is closed by the receiver while the next request is on its way to it.
        """
        lost = isinstance(exc, (ServerDisconnectedError, ClientOSError))
        if lost and self._answers > 1 and not self._received:
            exc = ConexaoVelha()
        super().set_exception(exc, *cause)

    def _stop(self) -> None:
        """Read no more. What was read of a body stays readable."""
        self.force_close()
        if self.transport is not None:
            self.transport.pause_reading()
        if self._payload is None or self._payload.is_eof():
            self.set_exception(HttpProcessingError(code=400, message="Endless answer"))
        else:
            self._payload.feed_eof()


class Conexoes(TCPConnector):
    """The connections of a process, each kept for a while after its last answer.

    Without a bound on their number: who delivers bounds what is under way at a time.
    """

    def __init__(self, tls: SSLContext, **options: Any) -> None:
        super().__init__(ssl=tls, limit=0, keepalive_timeout=_IDLE_SECONDS, **options)
        self._factory = cast("partial[ResponseHandler]", partial(Ligacao, self._loop))

    @classmethod
    def direct(cls, tls: SSLContext, regras: Regras, resolvedor: Resolvedor) -> Self:
        """To receivers. Each address is checked once more as its socket is made."""
        return cls(
            tls,
            resolver=resolvedor,
            use_dns_cache=False,
            socket_factory=partial(_checked_socket, regras),
        )

    def _release(
        self, key: ConnectionKey, protocol: ResponseHandler, *, should_close: bool = False
    ) -> None:
        if isinstance(protocol, Ligacao):
            protocol.rest()
        super()._release(key, protocol, should_close=should_close)

    def _update_proxy_auth_header_and_build_proxy_req(self, req: ClientRequest) -> ClientRequest:
        """A CONNECT names the address in its Host too; the name is for the receiver only."""
        connect = super()._update_proxy_auth_header_and_build_proxy_req(req)
        connect.headers[hdrs.HOST] = f"{req.url.host_subcomponent}:{req.url.port}"
        return connect


def _checked_socket(regras: Regras, info: AddrInfoType) -> socket.socket:
    family, kind, proto, _, address = info
    if why := regras.refused(ip_address(address[0])):
        raise EnderecoRecusado(why)
    return socket.socket(family, kind, proto)
