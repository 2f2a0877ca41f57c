"""`fiscalxml up` with short settings, and its processes as somebody with a signal sees them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGTERM, Signals
from typing import Final

import asyncpg
from redis import Redis

from fiscalxml_server.stack.database import DATABASE
from fiscalxml_server.stack.postgres import ADMIN, Postgres
from services.servers.running import server_folder
from services.stack.execution import Execucao

SETTINGS: Final[Mapping[str, str]] = {
    "FISCALXML_JOB_LEASE_SECONDS": "5",
    "FISCALXML_JOB_TIME_LIMIT_SECONDS": "4",
    "FISCALXML_RECONCILE_SECONDS": "0.5",
    "FISCALXML_LOG_LEVEL": "WARNING",
}


@dataclass(frozen=True)
class Processo:
    """A process of a role; `parent` is the process id of the one that started it."""

    pid: int
    parent: int


class Sistema:
    """A running system."""

    def __init__(self, execucao: Execucao) -> None:
        self._execucao = execucao
        self.base = f"http://127.0.0.1:{execucao.porta}"
        self.base_auth = f"http://127.0.0.1:{execucao.porta + 1}"
        self.base_webhooks = f"http://127.0.0.1:{execucao.porta + 2}"
        self.chave = (execucao.dados / "chave-dev.txt").read_text().strip()
        self.logs = execucao.dados / "logs"
        self._postgres = Postgres(execucao.dados / "postgres")

    def processes(self, papel: str) -> list[Processo]:
        """Those that are alive of a role, known by its log; the one that was started first."""
        return [
            Processo(pid, _parent(pid))
            for pid in sorted(map(int, filter(str.isdecimal, os.listdir("/proc"))))  # noqa: PTH208
            if _output(pid) == self.logs / f"{papel}.log"
        ]

    def main(self, papel: str) -> list[Processo]:
        """The process that the supervisor started, or none at this moment."""
        found = self.processes(papel)
        own = {each.pid for each in found}
        return [each for each in found if each.parent not in own]

    def children(self, papel: str) -> list[Processo]:
        """Processes that it started in turn: workers, or backends."""
        found = self.processes(papel)
        own = {each.pid for each in found}
        return [each for each in found if each.parent in own]

    def flush(self) -> None:
        """Make the broker forget everything. Raises redis.RedisError."""
        config = (self._execucao.dados / "valkey" / "valkey.conf").read_text().split("\n")
        values = dict(line.split(" ", 1) for line in config if " " in line)
        with Redis(
            port=int(values["port"]), password=values["requirepass"], socket_timeout=2
        ) as broker:
            broker.flushall()

    def rows(self, sql: str) -> list[asyncpg.Record]:
        """Rows of a query of the database's administrator, to whom no policy applies."""
        return asyncio.run(fetch(self._postgres.url(ADMIN, DATABASE), sql))

    def signal(self, number: Signals) -> None:
        """To the supervisor: one that is stopped starts nothing again."""
        self._execucao.send(number)

    def console(self) -> str:
        """What the supervisor printed."""
        return self._execucao.console()


@contextmanager
def start_system(
    workers: int = 2, settings: Mapping[str, str] = SETTINGS, program: str | None = None
) -> Iterator[Sistema]:
    """The whole system on a new folder, ended and gone after the block.

    `program`: a module that calls `up` with roles of its own, in place of `fiscalxml up`.
    """
    with server_folder() as folder:
        dados = folder / "dados"
        execucao = (
            Execucao(dados, service=True, workers=workers, env=settings)
            if program is None
            else Execucao(dados, program=program, env=settings)
        )
        try:
            execucao.wait_for()
            yield Sistema(execucao)
        finally:
            execucao.send(SIGTERM)
            execucao.wait_for_end()


async def fetch(url: str, sql: str) -> list[asyncpg.Record]:
    """Rows of a query, by a connection for it alone."""
    connection = await asyncpg.connect(url)
    try:
        rows: list[asyncpg.Record] = await connection.fetch(sql)
        return rows
    finally:
        await connection.close()


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


def _output(pid: int) -> Path | None:
    try:
        return Path(f"/proc/{pid}/fd/1").readlink()
    except OSError:
        return None
