"""The Auth Service in one process, and who asks it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable
from pathlib import Path
from subprocess import CalledProcessError
from time import time
from typing import Any, TypeVar
from unittest.mock import patch
from uuid import UUID

import httpx2
import msgspec
from click.testing import CliRunner
from fastapi import FastAPI
from sqlalchemy import text

from fiscalxml_server.auth import __main__ as commands
from fiscalxml_server.auth.app import create_app
from fiscalxml_server.auth.correio.schemas import Carta
from fiscalxml_server.auth.correio.service import USE
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.rbac import Papel
from fiscalxml_server.kit.service_identity import Identidade, new_service_key
from fiscalxml_server.kit.settings import Settings

T = TypeVar("T")


class Portal:
    """What a test talks to. `values`: settings of the role, for processes that join it."""

    def __init__(self, banco: str, valkey: str, folder: Path, **settings: Any) -> None:
        self._runner = asyncio.Runner()
        secret = folder / "auth.key"
        secret.write_text(secrets.token_hex(32))
        self.values: dict[str, Any] = {
            "database_url": banco,
            "database_role": "fiscalxml_auth",
            "database_pool": 4,
            "auth_secret_file": secret,
            **service_keys(folder, "api", "webhooks", "outro"),
            "public_url": "https://contas.exemplo.com.br",
            "limits_url": valkey,
            **settings,
        }
        self.app: FastAPI = create_app(Settings(**self.values))
        self.recursos: Recursos = self.app.state.recursos

    def close(self) -> None:
        self.run(self.app.state.limites.close())
        self.run(self.recursos.close())
        self._runner.close()

    def run(self, work: Awaitable[T]) -> T:
        async def wait() -> T:
            return await work

        return self._runner.run(wait())

    def request(
        self, method: str, path: str, *, token: str | None = None, **options: Any
    ) -> httpx2.Response:
        """A request as it would come over the network."""
        return self.run(self.asking(method, path, token=token, **options))

    async def asking(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        de: str = "127.0.0.1",
        **options: Any,
    ) -> httpx2.Response:
        """The same, for work that `run` does. `de`: the address that it comes from."""
        headers = dict(options.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        transport = httpx2.ASGITransport(self.app, raise_app_exceptions=False, client=(de, 40000))
        async with httpx2.AsyncClient(transport=transport, base_url="http://teste") as client:
            return await client.request(method, path, headers=headers, **options)

    def calling(
        self, method: str, path: str, *, servico: str = "api", **options: Any
    ) -> httpx2.Response:
        """A request of another service, which says who it is."""
        folder = self.values["services_file"].parent
        issuer = self.recursos.settings.auth_issuer
        identidade = Identidade.read(folder / f"{servico}.jwk", issuer)
        return self.request(method, path, token=identidade.assertion(path), **options)

    def token(self, pessoa: UUID, organizacao: UUID | None = None, **claims: Any) -> str:
        """A person's access token, as signing in now would give it."""
        if organizacao is not None:
            claims = {"papel": Papel.DONO, "epoca": self._epoch(organizacao), **claims}
        return self.run(
            self.recursos.emissor.issue(
                f"pessoa:{pessoa}",
                **{"org": organizacao, "sid": new_id(), "amr": ("senha",), "auth_time": int(time())}
                | claims,
            )
        )

    def _epoch(self, organizacao: UUID) -> int:
        async def read() -> int:
            async with self.recursos.banco.transacao() as conn:
                query = text("SELECT epoca FROM auth.organizacoes WHERE id = :id")
                return (await conn.execute(query, {"id": organizacao})).scalar_one_or_none() or 0

        return self.run(read())

    def letters(self, para: str) -> list[Carta]:
        """E-mails to this address that wait to be sent, the last one last."""

        async def read() -> list[Carta]:
            async with self.recursos.banco.transacao() as conn:
                rows = await conn.execute(
                    text(
                        "SELECT id, carta FROM auth.emails WHERE carta IS NOT NULL"
                        " ORDER BY criado_em, id"  # a notice's id is not one of its time
                    )
                )
            return [
                msgspec.json.decode(
                    self.recursos.segredos.open(USE, row.id.bytes, row.carta), type=Carta
                )
                for row in rows
            ]

        return [carta for carta in self.run(read()) if carta.para == para]


def operate(portal: Portal, *command: str) -> str:
    """What `python -m fiscalxml_server.auth` says. Raises CalledProcessError where it fails.

    In this process: one of its own costs two seconds. `test_cotas.py`, and others, have one.
    """
    with patch.object(commands, "settings", lambda: Settings(**portal.values)):
        done = CliRunner().invoke(commands.main, command, catch_exceptions=False)
    if done.exit_code:
        raise CalledProcessError(done.exit_code, command, done.stdout, done.stderr)
    return done.stdout


def service_keys(folder: Path, *nomes: str) -> dict[str, Path]:
    """A private key for each service, in `<nome>.jwk`; the setting by which Auth knows them."""
    public = []
    for nome in nomes:
        private, known = new_service_key(nome)
        (folder / f"{nome}.jwk").write_bytes(msgspec.json.encode(private))
        public.append(known)
    path = folder / "servicos.json"
    path.write_bytes(msgspec.json.encode({"keys": public}))
    return {"services_file": path}
