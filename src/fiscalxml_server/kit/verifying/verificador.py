"""Every credential that a service takes, each verified in its own way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import httpx2

from fiscalxml_server.kit.auth import ChavesLocais, Sujeito
from fiscalxml_server.kit.service_identity import Identidade
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.tls import inside
from fiscalxml_server.kit.verifying.chaves import ChavesDeApi
from fiscalxml_server.kit.verifying.contas import Contas
from fiscalxml_server.kit.verifying.revogados import Revogados
from fiscalxml_server.kit.verifying.tokens import Tokens

_DEVELOPMENT: Final = "fx_dev_"
_KEY: Final = "fx_"


# Medida: tokens, falha-fechada
class Verificador:
    """A `kit.auth.Verificador`. Without the address of the Auth Service it knows the keys of the
    file alone; without the file, nobody: nothing is open by default."""

    def __init__(self, locais: ChavesLocais, contas: Contas | None, issuer: str) -> None:
        self._locais = locais
        self._contas = contas
        if contas is not None:
            self.revogados = Revogados(contas.revogacoes)
            self._chaves = ChavesDeApi(contas, self.revogados)
            self._tokens = Tokens(issuer, self.revogados)

    @classmethod
    def open(
        cls, settings: Settings, transport: httpx2.AsyncBaseTransport | None = None
    ) -> Verificador:
        """By the settings. Connects when first used. Raises OSError, ValueError."""
        path = settings.api_keys_file
        locais = ChavesLocais(()) if path is None else ChavesLocais.read(path)
        contas = None
        if settings.auth_url:
            if settings.service_key_file is None:
                raise ValueError("FISCALXML_SERVICE_KEY_FILE is not set")
            identidade = Identidade.read(settings.service_key_file, settings.auth_issuer)
            contas = Contas(settings.auth_url, identidade, transport, context=inside(settings))
        return cls(locais, contas, settings.auth_issuer)

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Inside of the block, what is revoked is heard of; connections end with it."""
        if self._contas is None:
            yield
            return
        task = asyncio.create_task(self.revogados.follow())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await self._contas.close()

    async def verify(self, credencial: str) -> Sujeito | None:
        """Raises `Indisponivel` where a credential cannot be verified now: it is never let in."""
        if credencial.startswith(_DEVELOPMENT):
            return await self._locais.verify(credencial)
        if self._contas is None:
            return None
        if credencial.startswith(_KEY):
            return await self._chaves.verify(credencial)
        return await self._tokens.verify(credencial)
