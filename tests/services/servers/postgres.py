"""PostgreSQL 18 for tests: durable enough for a test, which is not at all."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import asyncpg

from fiscalxml_server.stack.database import OWNER, prepare
from fiscalxml_server.stack.postgres import ADMIN, LOCAL, Postgres

from .running import running

SETTINGS = {
    **LOCAL,
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
}
_MODEL = "modelo"
_NUMBERS = count(1)


@dataclass(frozen=True)
class Servidor:
    """A running server."""

    postgres: Postgres
    pid: int

    def admin_url(self, database: str = "postgres") -> str:
        """As superuser, to whom row-level security does not apply."""
        return self.postgres.url(ADMIN, database)

    def owner_url(self, database: str) -> str:
        """As the owner of the tables: what `FISCALXML_DATABASE_URL` is."""
        return self.postgres.url(OWNER, database)

    def execute(self, sql: str) -> None:
        """As superuser."""
        asyncio.run(_execute(self.admin_url(), sql))


@contextmanager
def start_postgres(folder: Path, **settings: str) -> Iterator[Servidor]:
    """A new server with the services' roles; `folder` must exist."""
    postgres = Postgres(folder / "postgres", {**SETTINGS, **settings})
    postgres.install(sync=False)
    try:
        with running(postgres.papel(), folder / "postgres.log", postgres.accepts) as pid:
            servidor = Servidor(postgres, pid)
            asyncio.run(prepare(servidor.admin_url(), "vazio"))
            yield servidor
    finally:
        postgres.clean()


def migrate(servidor: Servidor, environment: dict[str, str]) -> str:
    """Make the database that others are copied from; gives its name."""
    asyncio.run(prepare(servidor.admin_url(), _MODEL))
    subprocess.run(
        [sys.executable, "-m", "fiscalxml_server.kit.migrate"],
        check=True,
        env={**environment, "FISCALXML_DATABASE_URL": servidor.owner_url(_MODEL)},
    )
    return _MODEL


@contextmanager
def new_database(servidor: Servidor, model: str) -> Iterator[str]:
    """The owner's URL of a copy of `model`, which nobody may be connected to."""
    name = f"teste_{next(_NUMBERS)}"
    servidor.execute(f"CREATE DATABASE {name} TEMPLATE {model} OWNER {OWNER} STRATEGY file_copy")
    try:
        yield servidor.owner_url(name)
    finally:
        servidor.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def _execute(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()
