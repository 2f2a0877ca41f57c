"""The service in one process: its application, and a worker that is run when the test says so."""

from __future__ import annotations

import asyncio
import io
import secrets
import zipfile
from collections.abc import Awaitable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx2
import msgspec
from fastapi import FastAPI
from sqlalchemy import select

from fiscalxml_server.api.app import create_app
from fiscalxml_server.kit import jobs
from fiscalxml_server.kit.auth import ChaveLocal, impressao, new_key
from fiscalxml_server.kit.jobs import Ref
from fiscalxml_server.kit.rbac import Escopo
from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.worker.process import do_job

T = TypeVar("T")


class Servico:
    """What a test talks to. `chave` is the key of `organizacao`, which has all scopes.

    `values`: settings of its roles, by which processes of their own can join it; `objetos`: the
    folder below the object store.
    """

    def __init__(self, banco: str, folder: Path, **settings: Any) -> None:
        self._runner = asyncio.Runner()
        self.objetos = folder / "objetos"
        self._keys = folder / "chaves-api.jsonl"
        self._keys.touch()
        self._app: FastAPI | None = None
        self._read_settings: dict[str, Settings] = {}
        (folder / "mestra.key").write_text(secrets.token_hex(32))
        self.values: dict[str, Any] = {
            "database_url": banco,
            "objects_url": f"file://{self.objetos}",
            "keys_url": f"file://{folder / 'chaves'}",
            "master_key_file": folder / "mestra.key",
            "api_keys_file": self._keys,
            "database_pool": 4,
            **settings,
        }
        self.organizacao = uuid4()
        self.chave = self.new_key(self.organizacao)
        self.api = self._resources("fiscalxml_api")
        self.worker = self._resources("fiscalxml_worker")
        self.relay = self._resources("fiscalxml_relay")

    def close(self) -> None:
        self.renew()
        for each in (self.api, self.worker, self.relay):
            self.run(each.close())
        self._runner.close()

    def new_key(
        self, organizacao: UUID, *escopos: Escopo, empresas: Iterable[str] | None = None
    ) -> str:
        """A key of an organisation; with all scopes unless some are given.

        `empresas`: those that it is limited to.
        """
        chave = new_key()
        limit = None if empresas is None else frozenset(empresas)
        scopes = frozenset(escopos or Escopo)
        line = ChaveLocal(impressao(chave), organizacao, "teste", scopes, limit)
        with self._keys.open("ab") as file:
            file.write(msgspec.json.encode(line) + b"\n")
        self.renew()  # it looks for new keys only now and then
        return chave

    def run(self, work: Awaitable[T]) -> T:
        async def wait() -> T:
            return await work

        return self._runner.run(wait())

    def request(
        self, method: str, path: str, *, chave: str | None = None, **options: Any
    ) -> httpx2.Response:
        """A request as it would come over the network."""
        return self.run(self._request(method, path, chave or self.chave, options))

    async def asking(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """The same, for work that `run` does."""
        return await self._request(method, path, self.chave, options)

    @property
    def application(self) -> FastAPI:
        """What answers requests."""
        self._app = self._app or self._new_app()
        return self._app

    def renew(self) -> None:
        """Answer with a new application from now on."""
        if self._app is not None:
            self.run(self._app.state.impressoras.close())
            self.run(self._app.state.limites.close())
            self.run(self._app.state.consumo.close())
        self._app = None

    def at_once(self, times: int, method: str, path: str, **options: Any) -> list[httpx2.Response]:
        """The same request so many times at once."""

        async def all_of_them() -> list[httpx2.Response]:
            asking = (self._request(method, path, self.chave, dict(options)) for _ in range(times))
            return await asyncio.gather(*asking)

        return self.run(all_of_them())

    def following(self, path: str) -> httpx2.Response:
        """A GET that is answered while all jobs that wait are done beside it."""

        async def both() -> httpx2.Response:
            asking = asyncio.create_task(self._request("GET", path, self.chave, {}))
            await self._work()
            return await asking

        return self.run(both())

    def work(self) -> int:
        """Do all jobs that wait, as workers would; gives how many."""
        return self.run(self._work())

    def work_once(self) -> None:
        """Try each job that waits once; what fails, and what comes of it, waits on."""
        self.run(self._work_once())

    def work_together(self) -> None:
        """Do all jobs that wait, those that wait at a time all at once."""

        async def rounds() -> None:
            while refs := await self._pending():
                await asyncio.gather(*(do_job(self.worker, ref) for ref in refs))

        self.run(rounds())

    def send(self, files: Mapping[str, bytes], **options: Any) -> dict[str, Any]:
        """Send a lote, do its jobs, and give it as it is then."""
        sent = self.request("POST", "/v1/lotes", content=zipped(files), headers=ZIP, **options)
        assert sent.status_code == 202, sent.text
        self.work()
        lote: dict[str, Any] = self.request("GET", sent.headers["location"], **options).json()
        return lote

    def items(self, lote: Mapping[str, Any], **options: Any) -> list[dict[str, Any]]:
        """The items of a lote."""
        found = self.request("GET", f"/v1/lotes/{lote['id']}/itens?limite=1000", **options)
        itens: list[dict[str, Any]] = found.json()["itens"]
        return itens

    def _resources(self, role: str) -> Recursos:
        return Recursos.open(self._settings(role))

    def _settings(self, role: str) -> Settings:
        """Read once: an application for each new key would read them again, at 40 ms."""
        if role not in self._read_settings:
            self._read_settings[role] = Settings(**self.values, database_role=role)
        return self._read_settings[role]

    def _new_app(self) -> FastAPI:
        app = create_app(self._settings("fiscalxml_api"))
        app.state.recursos = self.api
        return app

    async def _request(
        self, method: str, path: str, chave: str, options: dict[str, Any]
    ) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {chave}", **options.pop("headers", {})}
        transport = httpx2.ASGITransport(self.application, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://teste") as client:
            return await client.request(method, path, headers=headers, **options)

    async def _work(self) -> int:
        done = 0
        while tried := await self._work_once():
            done += tried
        return done

    async def _work_once(self) -> int:
        refs = await self._pending()
        for ref in refs:
            await do_job(self.worker, ref)
        return len(refs)

    async def _pending(self) -> list[Ref]:
        async with self.relay.banco.transacao() as conn:
            rows = await conn.execute(
                select(jobs.jobs.c.dia, jobs.jobs.c.id).where(jobs.jobs.c.situacao == "pendente")
            )
            return [Ref(*row) for row in rows]


ZIP = {"Content-Type": "application/zip"}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A ZIP with these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()
