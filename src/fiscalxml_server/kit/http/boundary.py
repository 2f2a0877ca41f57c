"""The outermost layer of an application, pure ASGI: what holds for every request and answer.

HEAD is GET without a body; every answer to a known caller tells its request limits; an unforeseen
exception is a 500 that tells nothing; a caller who is refused before its body was read still gets
to read why; and one whose body stands still is not waited for.
"""

from __future__ import annotations

import asyncio
import logging

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fiscalxml_server.kit.errors import CorpoParado, ErroInterno
from fiscalxml_server.kit.http.places import leave
from fiscalxml_server.kit.http.problems import add_handlers, problem_response
from fiscalxml_server.kit.telemetry.middleware import route_template

_LOG = logging.getLogger(__name__)
_DRAIN_BYTES = 16 * 1024 * 1024
_DRAIN_SECONDS = 5.0
LIMITS = "fiscalxml.limits"
"""in the scope: headers that tell the caller's limits"""
_IDLE_SECONDS = 60.0  # without a byte of a body that has not ended


def install_boundary(app: FastAPI) -> None:
    """Let `app` answer every error with a problem, foreseen or not."""
    add_handlers(app)
    app.add_middleware(Boundary)


# Medida: saida-segura
class Boundary:
    """See the module."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send)
        if exchange.headless:
            scope["method"] = "GET"
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except Exception as error:  # noqa: BLE001 - nothing may leave without an answer
            _LOG.error(
                "unhandled exception", exc_info=error, extra={"route": route_template(scope)}
            )
            if exchange.started:
                raise ConnectionAbortedError from None  # too late for another status
            response = problem_response(
                ErroInterno("O serviço falhou ao atender esta requisição; a falha foi registrada.")
            )
            await response(scope, exchange.receive, exchange.send)
        finally:
            leave(scope)


class _Exchange:
    """A request and its answer as they pass."""

    __slots__ = ("_asked", "_receive", "_scope", "_send", "_whole", "headless", "started")

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._asked = False
        self._whole = False
        self.headless = scope["method"] == "HEAD"
        self.started = False

    async def receive(self) -> Message:
        """The next message. Raises `CorpoParado`."""
        self._asked = True
        if self._whole:  # what comes now is the end of the connection, whenever that is
            return await self._receive()
        try:
            async with asyncio.timeout(_IDLE_SECONDS):
                message = await self._receive()
        except TimeoutError:
            raise CorpoParado("O corpo parou de chegar antes do fim.") from None
        if not message.get("more_body", False):
            self._whole = True
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = message["headers"]
            headers += self._scope.get(LIMITS, ())
            if message["status"] >= 400 and not self._whole:
                stalled = message["status"] == CorpoParado.status
                if not stalled and (self._asked or not self._waits()):
                    await self._drain()
                # HTTP/2 has no such header: it ends the stream, not the connection.
                if not self._whole and self._scope["http_version"] == "1.1":
                    headers.append((b"connection", b"close"))
        elif self.headless and "body" in message:
            message = {**message, "body": b""}
        await self._send(message)

    def _waits(self) -> bool:
        """Whether the caller sends its body only when told to go on."""
        return any(name == b"expect" for name, _ in self._scope["headers"])

    async def _drain(self) -> None:
        """Read on for a while: bytes left unread would reset the connection under the answer."""
        left = _DRAIN_BYTES
        try:
            async with asyncio.timeout(_DRAIN_SECONDS):
                while left > 0 and not self._whole:
                    left -= len((await self.receive()).get("body", b""))
        except TimeoutError:
            return
