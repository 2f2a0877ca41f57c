"""Whatever bytes a receiver says, an attempt ends in an answer or a word; the next one works."""

from __future__ import annotations

import asyncio
import random

import pytest

from services.webhooks.receptor import Pedido, answer, receptor

from .enviando import envio, run

_ANSWERS = (
    answer("200 OK", b"recebido", "Retry-After: 10", "Set-Cookie: a=1; Path=/; Expires=x"),
    b"HTTP/1.1 202 Yes\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nparte\r\n0\r\nX: y\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
    b"HTTP/1.0 429 Slow\r\nRetry-After: Sun, 29 Nov 2026 12:02:00 GMT\r\n\r\nate que feche",
    b"HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Encoding: gzip\r\n\r\n",
    b"HTTP/1.1 101 Other\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x81\x00",
)
_SPLICES = (b"\r\n", b"\0", b"\xff", b":", b" ", b"\r\n\r\n", b"-1", b"9" * 30, b";", b"\t", b"")


@pytest.mark.parametrize("seed", range(6))
def test_any_bytes_are_answered_for(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret

    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter, pedido: Pedido) -> None:
        if pedido.body == b"certo":
            writer.write(answer("200 OK", b"certo", "Connection: close"))
            return
        said = _mutated(chance)
        cut = chance.randrange(len(said) + 1)
        for part in (said[:cut], said[cut:]):
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0)
        writer.close()
        raise ConnectionError

    async def test() -> None:
        async with receptor(script) as there, envio(webhooks_timeout_seconds=2) as here:
            for _ in range(60):
                resposta = await here.send(there.url)
                assert (resposta.codigo is None) is (resposta.erro is not None)
                assert "\0" not in resposta.trecho
                right = await here.send(there.url, {}, b"certo")
                assert (right.codigo, right.trecho) == (200, "certo")

    run(test)


def _mutated(chance: random.Random) -> bytes:
    """An answer with a few of its bytes replaced by what means something to a parser."""
    said = chance.choice(_ANSWERS)
    for _ in range(chance.randrange(1, 5)):
        place = chance.randrange(len(said) + 1)
        said = said[:place] + chance.choice(_SPLICES) + said[place + chance.randrange(4) :]
    return said
