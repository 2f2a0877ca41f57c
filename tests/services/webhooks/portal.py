"""The Webhook Service in one process, and who asks it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx2
import msgspec
from fastapi import FastAPI
from sqlalchemy import Row, text

from fiscalxml_server.kit.auth import ChaveLocal, ChavesLocais, Sujeito, impressao, new_key
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.notifying import Notificacao, publish
from fiscalxml_server.kit.rbac import Escopo
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.webhooks.app import create_app
from fiscalxml_server.webhooks.resources import Recursos

T = TypeVar("T")


class Portal:
    """What a test talks to. `values`: settings of the role, for processes that join it."""

    def __init__(self, banco: str, folder: Path, **settings: Any) -> None:
        self._runner = asyncio.Runner()
        self._keys: list[ChaveLocal] = []
        self.values = {**role_values(banco, folder), **settings}
        self.app: FastAPI = create_app(Settings(**self.values))
        self.app.state.verificador = self
        self.recursos: Recursos = self.app.state.recursos

    def close(self) -> None:
        self.run(self.app.state.limites.close())
        self.run(self.recursos.close())
        self._runner.close()

    def run(self, work: Awaitable[T]) -> T:
        async def wait() -> T:
            return await work

        return self._runner.run(wait())

    async def verify(self, credencial: str) -> Sujeito | None:
        """A `kit.auth.Verificador`: the keys that `new_key` gave."""
        return await ChavesLocais(self._keys).verify(credencial)

    def new_key(
        self, organizacao: UUID, *escopos: Escopo, empresas: Iterable[str] | None = None
    ) -> str:
        """A key of an organisation; with all scopes unless some are given."""
        chave = new_key()
        limit = None if empresas is None else frozenset(empresas)
        scopes = frozenset(escopos or Escopo)
        self._keys.append(ChaveLocal(impressao(chave), organizacao, "teste", scopes, limit))
        return chave

    def banco(self, role: str) -> Banco:
        """The database as another role sees it; whoever asks closes it."""
        return Banco.open(Settings(**{**self.values, "database_role": role}))

    def casa(self) -> Casa:
        """A new organisation."""
        return Casa(self)

    def request(self, method: str, path: str, *, chave: str, **options: Any) -> httpx2.Response:
        """A request as it would come over the network."""
        return self.run(self.asking(method, path, chave=chave, **options))

    async def asking(
        self, method: str, path: str, *, chave: str, **options: Any
    ) -> httpx2.Response:
        """The same, for work that `run` does."""
        headers = {"Authorization": f"Bearer {chave}", **options.pop("headers", {})}
        transport = httpx2.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://teste") as client:
            return await client.request(method, path, headers=headers, **options)


def role_values(banco: str, folder: Path) -> dict[str, Any]:
    """Settings of the role, with a secret of its own."""
    secret = folder / "webhooks.key"
    secret.write_text(secrets.token_hex(32))
    return {
        "database_url": banco,
        "database_role": "fiscalxml_webhooks",
        "database_pool": 4,
        "webhooks_secret_file": secret,
        "limit_ler": 0,
        "limit_gerir": 0,
    }


class Casa:
    """An organisation. `chave`: a key of it with all scopes."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.id = uuid4()
        self.chave = portal.new_key(self.id)

    def ask(
        self, method: str, path: str = "", *, chave: str = "", **options: Any
    ) -> httpx2.Response:
        """A request about webhooks: `ask("GET", f"/{id}")`."""
        path = f"/v1/webhooks{path}"
        return self.portal.request(method, path, chave=chave or self.chave, **options)

    def new(self, **asked: Any) -> dict[str, Any]:
        """A subscription that was made, with its secret."""
        body = {"url": "https://erp.exemplo.com.br/fiscal", **asked}
        answer = self.ask("POST", json=body)
        assert answer.status_code == 201, answer.text
        created: dict[str, Any] = answer.json()
        return created

    def read(self, assinatura: str) -> dict[str, Any]:
        """The subscription as it is told now."""
        answer = self.ask("GET", f"/{assinatura}")
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def publish(self, *novas: Notificacao) -> None:
        """Tell this, as a service in whose transaction it happens."""
        self.portal.run(self.publishing(lambda: novas))

    async def publishing(self, make: Callable[[], Iterable[Notificacao]]) -> None:
        """The same, for work that `run` does."""
        async with self.portal.recursos.banco.transacao(self.id) as conn:
            await publish(conn, self.id, make)

    def sql(
        self, statement: str, *, role: str = "fiscalxml_webhooks", **values: Any
    ) -> Sequence[Row[Any]]:
        """Rows of a statement in a transaction of the organisation, as a role."""

        async def do() -> Sequence[Row[Any]]:
            banco = self.portal.banco(role)
            try:
                async with banco.transacao(self.id) as conn:
                    done = await conn.execute(text(statement), values)
                    return done.all() if done.returns_rows else []
            finally:
                await banco.close()

        return self.portal.run(do())

    def audit(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Action, target and details of the log, in order."""
        rows = self.sql(
            "SELECT acao, alvo, detalhes FROM auditoria.registros ORDER BY numero",
            role="fiscalxml_auth",
        )
        return [
            (row.acao, row.alvo, msgspec.json.decode(row.detalhes[16:]) if row.detalhes else {})
            for row in rows
        ]
