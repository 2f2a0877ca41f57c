"""A load generator over plain HTTP/1.1 connections that stay open.

*Closed loop*: each of N connections sends its next request when it has the answer to the last, so
that the server is always full; it tells the rate. *Open loop*: requests leave at a given rate
whether or not answers come, each on the connection that has been idle longest; a latency counts
from the instant at which its request was due, so that a stalled server is not spared the requests
that waited for it. It tells the latencies.
"""

from __future__ import annotations

import asyncio
import math
import re
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

_OPENING = 200  # connections that are opened at a time
_PER_ADDRESS = 20_000  # connections from one source address, below the range of local ports
_TIMEOUT = 30.0  # seconds for an answer
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked", re.IGNORECASE)
_LAST_CHUNK = b"0\r\n\r\n"


@dataclass(frozen=True)
class Target:
    """Where requests go: an address and a port of this machine."""

    host: str
    port: int


@dataclass
class Outcome:
    """What became of the requests of one run."""

    latencies: list[float] = field(default_factory=list)
    """seconds, of the answers with the status that was expected"""
    errors: int = 0
    """other answers, connections lost while one was awaited, and no answer in time"""
    reopened: int = 0
    """connections that the server closed while they were idle"""
    seconds: float = 0.0

    @property
    def per_minute(self) -> float:
        """Good answers a minute."""
        return len(self.latencies) / self.seconds * 60

    def percentile(self, percent: float) -> float:
        """Of the latencies, in ms; not a number when there are none."""
        if not self.latencies:
            return math.nan
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * percent / 100), len(ordered) - 1)] * 1000


def post(path: str, body: bytes, content_type: str, key: str) -> bytes:
    """A request with a body, as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def get(path: str) -> bytes:
    """A request without key or body."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def allow_many_files() -> int:
    """Raise the limit of open files, for this process and those it starts, as far as it goes."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


async def closed_loop(
    target: Target, requests: Sequence[bytes], *, connections: int, seconds: float, warm_up: float
) -> Outcome:
    """Keep every connection busy for `warm_up` seconds that do not count, then for `seconds`."""
    outcome = Outcome()
    mix = cycle(requests)
    opened = await _open(target, connections)
    start = time.perf_counter() + warm_up
    end = start + seconds
    await asyncio.gather(*(_keep_busy(each, mix, outcome, start, end) for each in opened))
    outcome.seconds = seconds
    _close(opened)
    return outcome


async def open_loop(
    target: Target, requests: Sequence[bytes], *, connections: int, rate: float, seconds: float
) -> Outcome:
    """Send `rate` requests a second over as many open connections, in turns."""
    outcome = Outcome()
    mix = cycle(requests)
    opened = await _open(target, connections)
    idle: asyncio.Queue[_Connection] = asyncio.Queue()
    for each in opened:
        idle.put_nowait(each)
    start = time.perf_counter()
    pending: set[asyncio.Task[None]] = set()
    for number in range(int(rate * seconds)):
        due = start + number / rate
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        connection = await idle.get()
        task = asyncio.create_task(_send_due(connection, next(mix), due, idle, outcome))
        pending.add(task)
        task.add_done_callback(pending.discard)
    await asyncio.gather(*pending)
    outcome.seconds = time.perf_counter() - start
    _close(opened)
    return outcome


class _Connection(asyncio.Protocol):
    """One connection, with one request on its way at most."""

    def __init__(self, target: Target, local: tuple[str, int] | None) -> None:
        self._target = target
        self._local = local
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._answer: asyncio.Future[int] | None = None

    async def open(self) -> None:
        await asyncio.get_running_loop().create_connection(
            lambda: self, self._target.host, self._target.port, local_addr=self._local
        )

    @property
    def is_open(self) -> bool:
        return self._transport is not None

    async def status_of(self, request: bytes) -> int:
        """Send a request; the status of its answer, once all of it is here. Raises `OSError`."""
        if self._transport is None:
            raise ConnectionError("not open")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[int] = loop.create_future()
        self._answer = answer
        timeout = loop.call_later(_TIMEOUT, self._give_up)
        self._transport.write(request)
        try:
            return await answer
        finally:
            timeout.cancel()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a TCP connection has one
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        status = _status_when_whole(self._received)
        if status is not None:
            self._received = b""
            self._resolve(status)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._received = b""
        self._resolve(exc or ConnectionError("closed by the server"))

    def _give_up(self) -> None:
        self._resolve(TimeoutError())
        self.close()

    def _resolve(self, result: int | Exception) -> None:
        answer, self._answer = self._answer, None
        if answer is None or answer.done():
            return
        if isinstance(result, int):
            answer.set_result(result)
        else:
            answer.set_exception(result)


def _status_when_whole(received: bytes) -> int | None:
    """The status of an answer that is complete; None while there is more to come."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    head, body = received[:end], len(received) - end - 4
    if length := _LENGTH.search(head):
        whole = body >= int(length[1])
    elif _CHUNKED.search(head):
        whole = received.endswith(_LAST_CHUNK)
    else:
        whole = True
    return int(head[9:12]) if whole else None


async def _open(target: Target, count: int) -> list[_Connection]:
    """So many open connections, from several source addresses where one has too few ports."""
    opened = [_Connection(target, _source(number)) for number in range(count)]
    for first in range(0, count, _OPENING):
        await asyncio.gather(*(each.open() for each in opened[first : first + _OPENING]))
    return opened


def _source(number: int) -> tuple[str, int] | None:
    further = number // _PER_ADDRESS
    return (f"127.0.0.{1 + further}", 0) if further else None


def _close(opened: Sequence[_Connection]) -> None:
    for connection in opened:
        connection.close()


async def _keep_busy(
    connection: _Connection, mix: Iterator[bytes], outcome: Outcome, start: float, end: float
) -> None:
    """An answer counts when it comes between `start` and `end`."""
    while (sent := time.perf_counter()) < end:
        good = await _is_good(connection, next(mix), outcome)
        now = time.perf_counter()
        if not start <= now <= end:
            continue
        if good:
            outcome.latencies.append(now - sent)
        else:
            outcome.errors += 1


async def _send_due(
    connection: _Connection,
    request: bytes,
    due: float,
    idle: asyncio.Queue[_Connection],
    outcome: Outcome,
) -> None:
    if await _is_good(connection, request, outcome):
        outcome.latencies.append(time.perf_counter() - due)
    else:
        outcome.errors += 1
    idle.put_nowait(connection)


async def _is_good(connection: _Connection, request: bytes, outcome: Outcome) -> bool:
    """Whether a request is answered by 200; a connection closed meanwhile is opened again."""
    try:
        if not connection.is_open:
            outcome.reopened += 1
            await connection.open()
        return await connection.status_of(request) == 200
    except OSError:
        await asyncio.sleep(0)  # a server that refuses everything must not stop the others
        return False
