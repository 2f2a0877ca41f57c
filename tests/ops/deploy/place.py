"""The whole service in two colours on this machine, on servers of its own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg

from fiscalxml_ops.deploy.colours import Cor
from fiscalxml_ops.deploy.local import Local
from fiscalxml_ops.deploy.operating import begin, end
from fiscalxml_ops.deploy.state import Estado, Versao
from fiscalxml_server.kit.settings import settings
from fiscalxml_server.stack.database import DATABASE, prepare
from fiscalxml_server.stack.folder import Pasta
from fiscalxml_server.stack.roles import Montagem, service_roles
from ports import free_port
from services.chaos.system import Sistema, fetch
from services.servers.postgres import Servidor, start_postgres
from services.servers.running import server_folder
from services.servers.valkey import start_valkey


class Lugar(Sistema):
    """As the ledgers of the chaos tests see a system: through its entrance, and its rows."""

    def __init__(self, local: Local, servidor: Servidor) -> None:
        entrada = local.estado.entrada
        self.local = local
        self.base = f"http://127.0.0.1:{entrada}"
        self.base_auth = f"http://127.0.0.1:{entrada + 1}"
        self.base_webhooks = f"http://127.0.0.1:{entrada + 2}"
        self.chave = local.pasta.dev_key()
        self.logs = local.folder / "logs"
        self._servidor = servidor

    def rows(self, sql: str) -> list[asyncpg.Record]:
        """As the database's administrator."""
        return asyncio.run(fetch(self._servidor.admin_url(DATABASE), sql))

    def text_of(self, cor: Cor, papel: str) -> str:
        """All that a role has printed."""
        return (self.logs / cor / f"{papel}.log").read_text(errors="replace")

    def failing(self, montagem: Montagem) -> Local:
        """The same place, where the colour that comes is put together otherwise."""
        return replace(self.local, montagem=montagem)


@contextmanager
def started(versao: str, workers: int = 2) -> Iterator[Lugar]:
    """With a first version in azul. The environment of this process says where the servers are."""
    with server_folder() as folder, start_postgres(folder) as servidor:
        asyncio.run(prepare(servidor.admin_url()))
        with start_valkey(folder / "valkey") as valkey, _environment(servidor, valkey):
            state = Estado(free_port(), {cor: free_port() for cor in Cor}, free_port())
            local = Local(Pasta(folder / "dados"), state, None, workers, service_roles)
            try:
                begin(local, Versao(versao))
                yield Lugar(local, servidor)
            finally:
                end(local)


@contextmanager
def _environment(servidor: Servidor, valkey: str) -> Iterator[None]:
    asked = {
        "FISCALXML_DATABASE_URL": servidor.owner_url(DATABASE),
        "FISCALXML_BROKER_URL": valkey,
        # HAProxy's, and what this machine's users say: each tries to sign in from its own address.
        "FISCALXML_TRUSTED_PROXIES": "2",
        "FISCALXML_LOG_LEVEL": "INFO",
        "FISCALXML_WEBHOOKS_SCHEDULE_SECONDS": "[0.5, 1, 2, 4, 8]",
        "PYTHONPATH": os.pathsep.join(map(str, (Path(__file__).parents[2], Path.cwd()))),
    }
    before = {name: os.environ.get(name) for name in asked}
    os.environ.update(asked)
    settings.cache_clear()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        settings.cache_clear()
