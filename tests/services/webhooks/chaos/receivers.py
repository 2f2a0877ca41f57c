"""Receivers in a thread of their own, and the record that each keeps of what came."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from fiscalxml.webhooks import NotificacaoRecusada, verify
from ports import free_port
from services.webhooks.nomes import Answer, Nomes

from .behaviours import Modo, good

_ADDRESS: Final = "127.0.0.1"
_OPEN_SECONDS: Final = (0.5, 2.0)
_DNS: Final[tuple[Answer, ...]] = (
    [_ADDRESS],
    [_ADDRESS],
    "NXDOMAIN",
    "SERVFAIL",
    ["10.1.2.3"],
    None,
)
"""what a name's servers say, as it comes"""


@dataclass
class Receptor:
    """One of them: how it behaves until it is calm, and what came to it."""

    nome: str
    modo: Modo
    segredo: str = ""
    """None has come before it is known"""
    tls: ssl.SSLContext | None = None
    tls_calm: ssl.SSLContext | None = None
    flaps: bool = False
    """its door is closed and opened"""
    dead: bool = False
    """and this one's is never open"""
    name: str = ""
    """by which it is called, where not by its address; its DNS says this and that"""
    port: int = field(default_factory=free_port)
    bodies: dict[str, bytes] = field(default_factory=dict)
    """by webhook-id"""
    acknowledged: list[str] = field(default_factory=list)
    """webhook-ids, as they were taken; again where they came again"""
    faults: list[str] = field(default_factory=list)
    requests: int = 0

    @property
    def url(self) -> str:
        """Where it is subscribed."""
        scheme = "https" if self.tls else "http"
        return f"{scheme}://{self.name or _ADDRESS}:{self.port}/avisos"

    def note(self, headers: dict[str, str], body: bytes) -> str:
        """A request that came whole; gives its webhook-id."""
        self.requests += 1
        id_ = headers.get("webhook-id", "")
        try:
            notificacao = verify(body, headers, self.segredo)
        except NotificacaoRecusada as refused:
            self.faults.append(f"{id_}: {refused.motivo}")
        else:
            if str(notificacao.id) != id_:
                self.faults.append(f"{id_} says that it is {notificacao.id}")
        if self.bodies.setdefault(id_, body) != body:
            self.faults.append(f"{id_} came with another body")
        return id_


class Receptores:
    """All of them; `trap` is where nothing may come."""

    def __init__(self, receptores: list[Receptor], seed: int) -> None:
        self.all = receptores
        self._rng = Random(seed)  # noqa: S311 - a test's choice of who fails when
        self._calm = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._servers: dict[str, asyncio.Server] = {}
        self._flapping: list[asyncio.Task[None]] = []
        self._names = Nomes({each.name: self._address for each in receptores if each.name})

    @property
    def nameserver(self) -> str:
        """address:port"""
        return self._names.address

    def _address(self) -> Answer:
        return [_ADDRESS] if self._calm else self._rng.choice(_DNS)

    def __enter__(self) -> Receptores:
        self._thread.start()
        self._do(self._open_all())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._close_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def calm(self) -> None:
        """From now on all are good, but for the dead."""
        self._do(self._calm_down())

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def _open_all(self) -> None:
        await self._loop.create_datagram_endpoint(lambda: self._names, local_addr=(_ADDRESS, 0))
        for receptor in self.all:
            if not receptor.dead:
                await self._open(receptor)
            if receptor.flaps:
                self._flapping.append(asyncio.create_task(self._flap(receptor)))

    async def _open(self, receptor: Receptor) -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                with suppress(OSError, asyncio.IncompleteReadError):
                    while not writer.is_closing():
                        await self._answer(receptor, reader, writer)
            finally:
                writer.transport.abort()

        tls = receptor.tls_calm if self._calm and receptor.tls_calm else receptor.tls
        self._servers[receptor.nome] = await asyncio.start_server(
            serve, "127.0.0.1", receptor.port, ssl=tls
        )

    async def _answer(
        self, receptor: Receptor, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (f.partition(":") for f in head[1:])
        }
        body = await reader.readexactly(int(headers["content-length"]))
        id_ = receptor.note(headers, body)
        modo = good if self._calm else receptor.modo
        await modo(writer, lambda: receptor.acknowledged.append(id_), self._rng)

    async def _flap(self, receptor: Receptor) -> None:
        while True:
            await asyncio.sleep(self._rng.uniform(*_OPEN_SECONDS))
            await self._shut(receptor)
            await asyncio.sleep(self._rng.uniform(*_OPEN_SECONDS))
            await self._open(receptor)

    async def _shut(self, receptor: Receptor) -> None:
        if server := self._servers.pop(receptor.nome, None):
            server.close()
            server.abort_clients() if hasattr(server, "abort_clients") else None

    async def _calm_down(self) -> None:
        for task in self._flapping:
            task.cancel()
        await asyncio.gather(*self._flapping, return_exceptions=True)
        self._calm = True
        for receptor in self.all:
            if receptor.flaps or receptor.tls_calm:
                await self._shut(receptor)
                await self._open(receptor)

    async def _close_all(self) -> None:
        if self._names.transport is not None:
            self._names.transport.close()
        for receptor in self.all:
            await self._shut(receptor)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
