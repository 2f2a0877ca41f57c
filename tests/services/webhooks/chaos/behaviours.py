"""What receivers do with a request: the well-behaved, the weak and the hostile.

Each gets the request and says, before it does, whether that is a yes (2xx).
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random
from socket import SO_LINGER, SOL_SOCKET
from typing import Final

TIMEOUT: Final = 1.5
"""seconds that the service gives an attempt"""
_HUGE: Final = 3 * 1024 * 1024
_LONG: Final = 20.0

Yes = Callable[[], None]
"""notes that the request was taken"""
Modo = Callable[[asyncio.StreamWriter, Yes, Random], Awaitable[None]]


async def good(writer: asyncio.StreamWriter, yes: Yes, _: Random) -> None:
    """204, and the connection is kept."""
    yes()
    writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
    await writer.drain()


def sometimes(chance: float, otherwise: Modo) -> Modo:
    """Good, but for this share of the requests."""

    async def modo(writer: asyncio.StreamWriter, yes: Yes, rng: Random) -> None:
        await (otherwise if rng.random() < chance else good)(writer, yes, rng)

    return modo


async def slow(writer: asyncio.StreamWriter, yes: Yes, rng: Random) -> None:
    """About as long as the service waits: a little less, a little more."""
    await asyncio.sleep(TIMEOUT * rng.uniform(0.7, 1.3))
    await good(writer, yes, rng)


async def reset(writer: asyncio.StreamWriter, yes: Yes, rng: Random) -> None:
    """The connection breaks, after the request was read; now and then it had been taken."""
    if rng.random() < 0.3:
        yes()
    raw = writer.get_extra_info("socket")
    raw.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    await asyncio.sleep(0)


async def wrong(writer: asyncio.StreamWriter, _: Yes, rng: Random) -> None:
    """500, 503, 429, 404; the one and the other asks for patience."""
    status = rng.choice(["500 Oops", "503 Later", "429 Slow down", "404 Nobody", "103 Early"])
    asked = rng.choice(["", "Retry-After: 1\r\n", "Retry-After: nunca\r\n"])
    writer.write(f"HTTP/1.1 {status}\r\n{asked}Content-Length: 4\r\n\r\nerro".encode())
    await writer.drain()


def elsewhere(url: Callable[[], str]) -> Modo:
    """Sends the service away; it must not go."""

    async def modo(writer: asyncio.StreamWriter, _: Yes, rng: Random) -> None:
        status = rng.choice([301, 302, 303, 307, 308])
        head = f"HTTP/1.1 {status} Go\r\nLocation: {url()}\r\nContent-Length: 0\r\n\r\n"
        writer.write(head.encode())
        await writer.drain()

    return modo


async def huge(writer: asyncio.StreamWriter, yes: Yes, rng: Random) -> None:
    """Yes, and far too much besides: megabytes, or without end."""
    yes()
    if rng.random() < 0.5:
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {_HUGE}\r\n\r\n".encode())
        writer.write(b"x" * _HUGE)
        await writer.drain()
        return
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    await _drip(writer, b"5\r\nainda\r\n", 0.05)


async def trickle(writer: asyncio.StreamWriter, _: Yes, __: Random) -> None:
    """A status line that never ends."""
    await _drip(writer, b"HTTP/1.1 200 OK\r\nX-A: b", 0.0)
    await _drip(writer, b"b", 0.1)


async def garbage(writer: asyncio.StreamWriter, _: Yes, rng: Random) -> None:
    """Nothing, or no HTTP."""
    writer.write(rng.choice([b"", b"\x00\xff\r\n\r\n", b"HTTP/9 yes\r\n\r\n"]))
    await writer.drain()
    writer.close()


async def _drip(writer: asyncio.StreamWriter, piece: bytes, pause: float) -> None:
    with suppress(ConnectionError, TimeoutError):
        async with asyncio.timeout(_LONG):
            while not writer.is_closing():
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause)
                if not pause:
                    return
