"""A carteiro, and one attempt by it, for the tests of this folder."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from fiscalxml.webhooks import Signer, new_secret
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.webhooks.envio.destinos import Regras, read_url
from fiscalxml_server.webhooks.envio.respostas import Resposta
from fiscalxml_server.webhooks.envio.sending import Carteiro

SECRET = new_secret()
BODY = b'{"tipo":"webhook.teste"}'


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """In a loop of its own, for half a minute at most."""
    asyncio.run(asyncio.wait_for(test(), 30))


class Envio:
    """By settings that allow receivers of this machine, and little time."""

    def __init__(self, **settings: Any) -> None:
        allowed: dict[str, Any] = {
            "webhooks_http": True,
            "webhooks_ports": frozenset(),
            "webhooks_networks": frozenset({"127.0.0.1/32"}),
            "webhooks_timeout_seconds": 5,
        }
        self.settings = Settings(**(allowed | settings))
        self.carteiro = Carteiro(self.settings)

    async def send(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = BODY,
        signer: Signer | None = None,
    ) -> Resposta:
        """One attempt."""
        destino = read_url(url, Regras.of(self.settings))
        return await self.carteiro.send(
            destino, signer or Signer([SECRET]), str(uuid4()), body, headers
        )


@asynccontextmanager
async def envio(**settings: Any) -> AsyncIterator[Envio]:
    """Of a process that ends with the test."""
    this = Envio(**settings)
    try:
        yield this
    finally:
        await this.carteiro.close()
