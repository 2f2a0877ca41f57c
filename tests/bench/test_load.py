"""The load generator counts what a server does, and spares it nothing."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable

import pytest
from benchmarks.load import Outcome, Target, closed_loop, get, open_loop, post

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
Answer = Callable[[int], Awaitable[bytes | None]]


def under_load(answer: Answer, load: Callable[[Target], Awaitable[Outcome]]) -> Outcome:
    """Load on a server that gives `answer(number of the request)`, or hangs up on None."""
    seen = iter(range(1_000_000))
    serving: list[asyncio.Task[None] | None] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.append(asyncio.current_task())
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                reply = await answer(next(seen))
                if reply is None:
                    break
                half = len(reply) // 2  # an answer may come in pieces
                writer.write(reply[:half])
                await asyncio.sleep(0)
                writer.write(reply[half:])
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()

    async def run() -> Outcome:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        target = Target("127.0.0.1", server.sockets[0].getsockname()[1])
        outcome = await load(target)
        server.close()
        await asyncio.gather(*filter(None, serving))
        return outcome

    return asyncio.run(run())


def closed(target: Target) -> Awaitable[Outcome]:
    return closed_loop(target, [get("/")], connections=4, seconds=1, warm_up=0.1)


def opened(target: Target) -> Awaitable[Outcome]:
    return open_loop(target, [get("/")], connections=5, rate=100, seconds=0.2)


def always(reply: bytes | None) -> Answer:
    async def answer(_number: int) -> bytes | None:
        return reply

    return answer


@pytest.mark.parametrize("reply", [OK, CHUNKED], ids=["length", "chunked"])
def test_good_answers_are_counted(reply: bytes) -> None:
    outcome = under_load(always(reply), closed)
    assert outcome.latencies
    assert (outcome.errors, outcome.reopened) == (0, 0)
    assert outcome.per_minute == pytest.approx(len(outcome.latencies) * 60)


@pytest.mark.parametrize(
    "reply", [b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", None], ids=["status", "hung up"]
)
def test_other_answers_and_none_are_errors(reply: bytes | None) -> None:
    outcome = under_load(always(reply), closed)
    assert outcome.errors
    assert not outcome.latencies
    assert math.isnan(outcome.percentile(95))


def test_an_open_loop_sends_at_its_rate_whatever_comes_back() -> None:
    outcome = under_load(always(OK), opened)
    assert (len(outcome.latencies), outcome.errors) == (20, 0)


def test_requests_that_wait_for_a_stalled_server_count_from_when_they_were_due() -> None:
    async def stalls(number: int) -> bytes:
        if number == 0:
            time.sleep(0.15)
        return OK

    outcome = under_load(stalls, opened)
    assert sum(latency > 0.05 for latency in outcome.latencies) >= 8


def test_a_request_waits_for_a_connection_when_there_are_too_few() -> None:
    async def slow(_number: int) -> bytes:
        await asyncio.sleep(0.1)
        return OK

    outcome = under_load(slow, opened)
    assert (len(outcome.latencies), outcome.errors) == (20, 0)
    assert outcome.percentile(100) > 150


def test_a_connection_closed_while_idle_is_opened_again() -> None:
    async def hangs_up_once(number: int) -> bytes | None:
        return None if number == 0 else OK

    outcome = under_load(hangs_up_once, opened)
    assert (len(outcome.latencies), outcome.errors, outcome.reopened) == (19, 1, 1)


def test_percentiles_are_of_the_ordered_latencies() -> None:
    outcome = Outcome(latencies=[number / 1000 for number in range(100, 0, -1)])
    assert [outcome.percentile(p) for p in (50, 95, 100)] == pytest.approx([51, 96, 100])


def test_a_request_says_its_length_and_its_key() -> None:
    request = post("/v1/validacoes", b"<NFe/>", "application/xml", "fx_test_1")
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1/validacoes HTTP/1.1\r\n")
    assert b"Content-Length: 6" in head
    assert b"Authorization: Bearer fx_test_1" in head
    assert body == b"<NFe/>"
