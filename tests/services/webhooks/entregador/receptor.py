"""A receiver: an HTTP server in a thread that remembers what it was sent, and answers as told."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

import waiting
from ports import free_port

LIMIT: Final = 90.0
"""seconds, for what must come"""


@dataclass(frozen=True)
class Chegada:
    """One request."""

    caminho: str
    cabecalhos: dict[str, str]
    corpo: bytes
    em: float
    numero: int
    """of the requests of its path, from 1"""

    @property
    def id(self) -> str:
        return self.cabecalhos["webhook-id"]

    @property
    def ler(self) -> dict[str, Any]:
        told: dict[str, Any] = msgspec.json.decode(self.corpo)
        return told


@dataclass(frozen=True)
class Resposta:
    codigo: int = 204
    cabecalhos: dict[str, str] = field(default_factory=dict)
    depois: float = 0.0
    """seconds"""


Responde = Callable[[Chegada], Resposta]


def wait_until(condition: Callable[[], object], limit: float = LIMIT) -> None:
    """Until it is true."""
    waiting.wait_until(condition, limit)


class Receptor:
    """Answers 204 on every path unless told otherwise."""

    def __init__(self) -> None:
        self.porta = free_port()
        self.chegadas: list[Chegada] = []
        self.em_curso = 0
        self.ao_mesmo_tempo: dict[str, int] = {}
        """path -> requests at a time, at most"""
        self._now: dict[str, int] = {}
        self._answers: dict[str, Responde] = {}
        self._loop: asyncio.AbstractEventLoop
        self._ended = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._thread.start()
        assert self._ready.wait(LIMIT)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    def url(self, caminho: str) -> str:
        return f"http://127.0.0.1:{self.porta}{caminho}"

    def answer(self, caminho: str, responde: Responde | int) -> None:
        """From now on, at this path."""
        if isinstance(responde, int):
            code = responde
            responde = lambda _: Resposta(code)  # noqa: E731
        self._answers[caminho] = responde

    def at(self, caminho: str) -> list[Chegada]:
        return [each for each in self.chegadas if each.caminho == caminho]

    def wait(self, caminho: str, count: int, limit: float = LIMIT) -> list[Chegada]:
        """Until so many requests came."""
        wait_until(lambda: len(self.at(caminho)) >= count, limit)
        return self.at(caminho)

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.porta, backlog=1000)
        self._ready.set()
        await self._ended.wait()
        server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await self._one(head, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _one(
        self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        first, *lines = head.decode().strip().split("\r\n")
        cabecalhos = {
            name.lower(): value.strip()
            for name, _, value in (each.partition(":") for each in lines)
        }
        corpo = await reader.readexactly(int(cabecalhos["content-length"]))
        caminho = first.split(" ")[1]
        number = len(self.at(caminho)) + 1
        chegada = Chegada(caminho, cabecalhos, corpo, time.monotonic(), number)
        self.chegadas.append(chegada)
        self._now[caminho] = now = self._now.get(caminho, 0) + 1
        self.ao_mesmo_tempo[caminho] = max(self.ao_mesmo_tempo.get(caminho, 0), now)
        try:
            responde = self._answers.get(caminho)
            resposta = Resposta() if responde is None else responde(chegada)
            await asyncio.sleep(resposta.depois)
        finally:
            self._now[caminho] -= 1
        own = "".join(f"{name}: {value}\r\n" for name, value in resposta.cabecalhos.items())
        body = "" if resposta.codigo == 204 else "content-length: 0\r\n"
        writer.write(f"HTTP/1.1 {resposta.codigo} X\r\n{own}{body}\r\n".encode())
        await writer.drain()
