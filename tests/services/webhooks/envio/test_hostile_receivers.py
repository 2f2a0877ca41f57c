"""Receivers that answer too much, too slowly, never, or nonsense: each costs little, and ends."""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
import time
from itertools import repeat

import pytest

from fiscalxml_server.webhooks.envio.respostas import Erro
from services.webhooks.receptor import Pedido, Receptor, Script, answer, receptor, saying

from .enviando import envio, run

_LONGEST_EXCERPT = 20 * 1024
_IN_SYSTEM_BUFFERS = 16 * 1024 * 1024


def flooding(head: bytes, piece: bytes, sent: list[int]) -> Script:
    """Says `head`, then `piece` until the other side ends it."""

    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Pedido) -> None:
        writer.write(head)
        for each in repeat(piece):
            writer.write(each)
            sent.append(len(each))
            await writer.drain()
            await asyncio.sleep(0)

    return script


def dripping(*parts: bytes) -> Script:
    """Says the parts, then silence."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: Pedido) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
        while await reader.read(1):
            pass

    return script


def slowly(head: bytes, rest: bytes) -> Script:
    """Says `head`, then `rest` a byte at a time, for ever."""

    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Pedido) -> None:
        writer.write(head)
        for each in repeat(rest):
            for byte in each:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.02)

    return script


def resetting(said: bytes) -> Script:
    """Says this, then resets the connection."""

    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter, __: Pedido) -> None:
        writer.write(said)
        await writer.drain()
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        raise ConnectionError

    return script


async def over(there: Receptor) -> None:
    """Each connection has ended, on both sides."""
    await asyncio.gather(*(event.wait() for event in there.ended))


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n", b"a" * 65536),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"a" * 65536),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"10000\r\n" + b"a" * 65536 + b"\r\n",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"1;" + b"x" * 4000 + b"\r\na\r\n",
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    ],
    ids=["length", "until-close", "chunks", "chunk-extensions", "tiny-chunks"],
)
def test_of_an_endless_body_the_beginning_is_read(head: bytes, piece: bytes) -> None:
    async def test() -> None:
        sent: list[int] = []
        async with receptor(flooding(head, piece, sent)) as there, envio() as here:
            resposta = await here.send(there.url)

            assert resposta.codigo == 200
            assert resposta.milissegundos < 4000
            assert len(resposta.trecho) <= _LONGEST_EXCERPT
            assert set(resposta.trecho) == {"a"}
            await over(there)
            assert sum(sent) < _IN_SYSTEM_BUFFERS

    run(test)


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n" * 100),
        (b"HTTP/1.1 200 OK\r\nX-A: ", b"a" * 4096),
        (b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
        (b"HTTP/1.1 ", b"2" * 4096),
        (b"HTTP/1.1 200 ", b"O" * 4096),
        (b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 50),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"", b"\r\n" * 1000),
        (b"", b"\0" * 1000),
    ],
    ids=[
        "fields",
        "field",
        "one-field-at-a-time",
        "status",
        "reason",
        "1xx",
        "100",
        "lines",
        "zeros",
    ],
)
def test_an_answer_that_never_begins_ends(head: bytes, piece: bytes) -> None:
    async def test() -> None:
        sent: list[int] = []
        async with receptor(flooding(head, piece, sent)) as there, envio() as here:
            began = time.process_time()
            resposta = await here.send(there.url)

            assert resposta.erro is Erro.RESPOSTA_INVALIDA
            assert resposta.milissegundos < 4000
            assert time.process_time() - began < 4
            await over(there)
            assert sum(sent) < _IN_SYSTEM_BUFFERS

    run(test)


@pytest.mark.parametrize(
    "reply",
    [
        b"hello world\r\n\r\n",
        b"<html>HTTP/0.9</html>\r\n",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/9.9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX\0Y: b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n: b\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"220 smtp.example.com ESMTP\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ],
)
def test_what_is_not_http_is_no_answer(reply: bytes) -> None:
    async def test() -> None:
        async with receptor(dripping(reply)) as there, envio(webhooks_timeout_seconds=1) as here:
            resposta = await here.send(there.url)

            assert resposta.codigo is None
            assert resposta.erro is Erro.RESPOSTA_INVALIDA
            await over(there)

    run(test)


@pytest.mark.parametrize(
    "script",
    [
        dripping(),
        dripping(b"HTTP/1.1 200"),
        dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"),
        dripping(b"HTTP/1.1 100 Continue\r\n\r\n"),
        slowly(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
        slowly(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["silent", "half-line", "half-head", "only-100", "slow-fields", "slow-1xx"],
)
def test_who_gives_no_answer_in_time_is_left(script: Script) -> None:
    async def test() -> None:
        async with receptor(script) as there, envio(webhooks_timeout_seconds=0.5) as here:
            resposta = await here.send(there.url)

            assert resposta.erro is Erro.TEMPO
            assert 450 <= resposta.milissegundos < 4000
            await over(there)

    run(test)


@pytest.mark.parametrize(
    "script",
    [
        dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nparte"),
        dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nparte\r\n"),
        slowly(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nparte", b"a"),
        resetting(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nparte"),
    ],
    ids=["half-body", "half-chunks", "slow-body", "reset"],
)
def test_once_its_status_is_there_an_answer_counts(script: Script) -> None:
    async def test() -> None:
        async with receptor(script) as there, envio(webhooks_timeout_seconds=0.5) as here:
            resposta = await here.send(there.url)

            assert resposta.entregue
            assert resposta.trecho.startswith(("parte", ""))
            assert resposta.milissegundos < 4000
            await over(there)

    run(test)


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Le"])
def test_a_reset_before_the_status_is_none(said: bytes) -> None:
    async def test() -> None:
        async with receptor(resetting(said)) as there, envio() as here:
            assert (await here.send(there.url)).erro is Erro.INTERROMPIDA

    run(test)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip", "x"])
def test_nothing_compressed_is_taken_apart(encoding: str) -> None:
    bomb = gzip.compress(gzip.compress(bytes(50_000_000)))

    async def test() -> None:
        reply = answer("200 OK", bomb, f"Content-Encoding: {encoding}")
        async with receptor(saying(reply)) as there, envio() as here:
            resposta = await here.send(there.url)

            assert resposta.entregue
            assert resposta.trecho == ""

    run(test)


def test_an_excerpt_is_text_that_a_database_keeps() -> None:
    async def test() -> None:
        reply = answer("500 X", b"a\0b\xff\xed\xa0\x80c")
        async with receptor(saying(reply)) as there, envio() as here:
            trecho = (await here.send(there.url)).trecho

        assert trecho.startswith("a\N{REPLACEMENT CHARACTER}b")
        assert "\0" not in trecho
        assert trecho.encode()

    run(test)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    "extra", [b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 500 ", b"lixo"]
)
def test_what_follows_an_answer_is_no_answer_to_the_next_request(extra: bytes, late: bool) -> None:
    """Or a receiver could answer a delivery before it is made, or spoil another's."""

    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter, pedido: Pedido) -> None:
        first = pedido.connection == 1
        writer.write(answer("200 OK", b"ok") + (extra if first and not late else b""))
        if first and late:
            await go.wait()
            writer.write(extra)

    async def test() -> None:
        async with receptor(script) as there, envio() as here:
            # Nonsense in the same breath may make nonsense of the answer.
            first = await here.send(there.url)
            assert first.codigo == 200 or (extra == b"lixo" and not late)
            go.set()
            if late:
                await there.ended[0].wait()
            for _ in range(3):
                assert (await here.send(there.url)).codigo == 200

    go = asyncio.Event()
    run(test)


def test_an_upgrade_is_no_success() -> None:
    async def test() -> None:
        reply = (
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
        )
        async with receptor(dripping(reply)) as there, envio(webhooks_timeout_seconds=1) as here:
            resposta = await here.send(there.url)

            assert not resposta.entregue
            await over(there)

    run(test)


def test_hundreds_of_dead_receivers_delay_nobody() -> None:
    async def test() -> None:
        async with (
            receptor(dripping()) as dead,
            receptor(saying(answer())) as alive,
            envio(webhooks_timeout_seconds=3) as here,
        ):
            waiting = [asyncio.create_task(here.send(dead.url)) for _ in range(300)]
            while len(dead.pedidos) < 300:
                await asyncio.sleep(0.01)
            assert (await here.send(alive.url)).entregue
            assert not any(task.done() for task in waiting)
            assert {(await task).erro for task in waiting} == {Erro.TEMPO}

    run(test)
