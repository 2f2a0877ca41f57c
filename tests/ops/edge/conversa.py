"""A request as bytes, and what comes back: no client's library stands between."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from typing import Any, NamedTuple

from services.servers.tls import HOST

from .borda import Borda

_SECONDS = 60.0


class Resposta(NamedTuple):
    """The first answer on a connection; status 0 where it was closed without one."""

    status: int
    cabecalhos: dict[str, str]
    corpo: bytes

    @property
    def problema(self) -> dict[str, Any]:
        """The members of its problem document, if it is one."""
        if self.cabecalhos.get("content-type") != "application/problem+json":
            return {}
        found: dict[str, Any] = json.loads(self.corpo)
        return found

    @property
    def da_borda(self) -> bool:
        """Whether the edge itself answered: only its problems have this member."""
        return "requisicao" in self.problema


def exchange(borda: Borda, sent: bytes) -> Resposta:
    """Send these bytes on a new connection and read until it is closed."""
    received = bytearray()
    with (
        socket.create_connection((HOST, borda.port), timeout=_SECONDS) as plain,
        borda.context.wrap_socket(plain, server_hostname=HOST) as connection,
    ):
        # A server that has seen enough answers and closes while the rest is being sent.
        with suppress(ConnectionError):
            connection.sendall(sent)
        with suppress(ConnectionError):
            while chunk := connection.recv(65536):
                received += chunk
                if _whole(received):
                    break
    return _parsed(bytes(received))


def _whole(received: bytearray) -> bool:
    head, end, body = bytes(received).partition(b"\r\n\r\n")
    length = _headers(head).get("content-length", "") if end else ""
    return length.isdigit() and len(body) >= int(length)


def _parsed(received: bytes) -> Resposta:
    head, _, body = received.partition(b"\r\n\r\n")
    words = head.split(None, 2)
    status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
    headers = _headers(head)
    length = headers.get("content-length", "")
    return Resposta(status, headers, body[: int(length)] if length.isdigit() else body)


def _headers(head: bytes) -> dict[str, str]:
    lines = (line.partition(b":") for line in head.split(b"\r\n")[1:])
    return {name.decode().lower(): value.strip().decode("latin-1") for name, _, value in lines}
