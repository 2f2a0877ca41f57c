"""A little of everything that users do, for some seconds: documents, lotes, webhooks, errors."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

import httpx2

from fiscalxml.generator import Pedido, generate
from services.chaos.system import Sistema
from services.servico import ZIP, zipped

LOTES: Final = 3
PER_LOTE: Final = 600
SINGLE: Final = 60
FALHAS: Final = (("629", 40), ("528", 25), ("297", 15))
_LARGE: Final = b"<a>" + b" " * 1_200_000 + b"</a>"
_XML: Final = {"Content-Type": "application/xml"}
_AT_ONCE: Final = 4


class _Receiver(BaseHTTPRequestHandler):
    """/bom takes everything, /ruim nothing."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """A notificação."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(500 if self.path == "/ruim" else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is told."""


@contextmanager
def receiver() -> Iterator[str]:
    """Its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Receiver)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Carga:
    """`answers`: how often each status was answered. `notas`: documents, some of them at fault."""

    def __init__(self, sistema: Sistema) -> None:
        self._sistema = sistema
        self.answers: Counter[int] = Counter()
        documents = list(
            generate(Pedido(quantidade=LOTES * PER_LOTE + SINGLE, semente=9, falhas=FALHAS))
        )
        self._notas = [each.xml for each in documents[-SINGLE:]]
        self._chaves = [each.chave for each in documents[-SINGLE:]]
        self._lotes = [
            zipped({each.nome: each.xml for each in documents[start : start + PER_LOTE]})
            for start in range(0, LOTES * PER_LOTE, PER_LOTE)
        ]

    def run(self, seconds: float) -> None:
        """All of it, until the time is over."""
        asyncio.run(self._run(seconds))

    async def _run(self, seconds: float) -> None:
        headers = {"Authorization": f"Bearer {self._sistema.chave}"}
        with receiver() as address:
            async with httpx2.AsyncClient(headers=headers, timeout=60) as client:
                for path in ("bom", "ruim"):
                    await self._webhooks(client, "POST", "", json={"url": f"{address}/{path}"})
                await self._now_and_then(client)
                end = time.monotonic() + seconds
                places = itertools.count()
                others = (self._on(client, places, end) for _ in range(_AT_ONCE))
                await asyncio.gather(self._send_lotes(client, seconds / LOTES), *others)

    async def _send_lotes(self, client: httpx2.AsyncClient, pause: float) -> None:
        """One after the other: a rate has a value once there is more than was told first."""
        for lote in self._lotes:
            await self._api(client, "POST", "/v1/lotes", content=lote, headers=ZIP)
            await asyncio.sleep(pause)

    async def _on(self, client: httpx2.AsyncClient, places: Iterator[int], end: float) -> None:
        while time.monotonic() < end:
            place = next(places) % SINGLE
            nota, chave = self._notas[place], self._chaves[place]
            await self._api(client, "POST", "/v1/validacoes", content=nota, headers=_XML)
            await self._api(client, "POST", "/v1/resumos", content=nota, headers=_XML)
            await self._api(client, "POST", "/v1/documentos", content=nota, headers=_XML)
            await self._api(client, "GET", f"/v1/documentos/{chave}")
            await self._api(client, "GET", f"/v1/documentos/{chave}/danfe")
            await self._api(client, "GET", "/v1/documentos?limite=5")
            await self._api(client, "GET", "/nao/existe")
            await self._webhooks(client, "GET", "")
            await self._auth(client, "GET", "/.well-known/jwks.json")
            if place % 20 == 0:
                await self._now_and_then(client)

    async def _now_and_then(self, client: httpx2.AsyncClient) -> None:
        await self._api(client, "POST", "/v1/validacoes", content=_LARGE, headers=_XML)
        await self._api(client, "GET", "/v1/documentos/exportacao?formato=csv")
        wrong = {"email": "ninguem@example.com", "senha": "errada-de-proposito"}
        await self._auth(client, "POST", "/v1/sessoes", json=wrong)

    async def _api(
        self, client: httpx2.AsyncClient, method: str, path: str, **options: object
    ) -> None:
        await self._ask(client, method, f"{self._sistema.base}{path}", options)

    async def _auth(
        self, client: httpx2.AsyncClient, method: str, path: str, **options: object
    ) -> None:
        await self._ask(client, method, f"{self._sistema.base_auth}{path}", options)

    async def _webhooks(
        self, client: httpx2.AsyncClient, method: str, path: str, **options: object
    ) -> None:
        url = f"{self._sistema.base_webhooks}/v1/webhooks{path}"
        await self._ask(client, method, url, options)

    async def _ask(
        self, client: httpx2.AsyncClient, method: str, url: str, options: dict[str, object]
    ) -> None:
        answer = await client.request(method, url, **options)  # type: ignore[arg-type]
        self.answers[answer.status_code] += 1
