"""Receivers of webhooks, from the well-behaved to the hostile: real sockets, a script for each."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Pedido:
    """A request as it came."""

    line: str
    headers: dict[str, str]
    """by their names in lower case"""
    body: bytes
    connection: int


Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter, Pedido], Awaitable[None]]


@dataclass
class Receptor:
    """Where it is, and what came."""

    port: int = 0
    pedidos: list[Pedido] = field(default_factory=list)
    connections: int = 0
    ended: list[asyncio.Event] = field(default_factory=list)
    """one for each connection: it is over, on both sides"""
    names: list[str | None] = field(default_factory=list)
    """that were asked for in TLS (SNI)"""

    @property
    def url(self) -> str:
        """Of its door, by address and without TLS."""
        return f"http://127.0.0.1:{self.port}/avisos"


def answer(status: str = "200 OK", body: bytes = b"", *headers: str) -> bytes:
    """A whole answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def saying(*parts: bytes) -> Script:
    """Answers each request with these bytes, and keeps the connection."""

    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Pedido) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()

    return script


@asynccontextmanager
async def receptor(script: Script, tls: ssl.SSLContext | None = None) -> AsyncIterator[Receptor]:
    """Each request is read whole, then the script answers it; so on until either side ends."""
    this = Receptor()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        this.connections += 1
        number, over = this.connections, asyncio.Event()
        this.ended.append(over)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while True:
                    pedido = await _read(reader, number)
                    this.pedidos.append(pedido)
                    await script(reader, writer, pedido)
        finally:
            writer.transport.abort()
            over.set()

    if tls is not None:
        tls.sni_callback = lambda _socket, name, _context: this.names.append(name)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    this.port = server.sockets[0].getsockname()[1]
    try:
        yield this
    finally:
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            if getattr(task.get_coro(), "__qualname__", "").endswith("serve"):
                task.cancel()


async def _read(reader: asyncio.StreamReader, connection: int) -> Pedido:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *fields = head.rstrip("\r\n").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (f.partition(":") for f in fields)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Pedido(line, headers, body, connection)
