"""The replica's start on real PostgreSQL: one that has lost its WAL is copied again by itself."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

import asyncpg

from fiscalxml_server.stack.postgres import ADMIN
from fiscalxml_server.stack.users import as_user, give, let_pass, server_user
from services.servers.postgres import Servidor, start_postgres
from services.servers.running import server_folder

from .test_replica import SCRIPT

_SECONDS: Final = 60.0
_CONFIGURATION: Final = """
listen_addresses = ''
unix_socket_directories = '{folder}'
hba_file = '{folder}/dados/pg_hba.conf'
max_connections = 200
shared_buffers = '16MB'
hot_standby = on
fsync = off
wal_retrieve_retry_interval = '200ms'
"""
_RECEIVER: Final = "SELECT pid FROM pg_stat_wal_receiver WHERE status = 'streaming'"
_SENDING: Final = "SELECT count(*) FROM pg_stat_replication"
_SLOT: Final = "SELECT wal_status FROM pg_replication_slots WHERE slot_name = 'replica'"


@dataclass
class Replica:
    """What the script starts, in a folder of the server's user."""

    primary: Servidor
    folder: Path
    log: Path

    @contextmanager
    def started(self) -> Iterator[subprocess.Popen[bytes]]:
        """By the script; ended as a container is, unless it has ended."""
        programs = Path(self.primary.postgres.papel().argv[0]).parent
        (socket,) = parse_qs(urlsplit(self.primary.admin_url()).query)["host"]
        env = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PGDATA": str(self.folder / "dados"),
            "PGPASSFILE": str(self.folder / "sem-senha"),
            "ORIGEM": f"host={socket} user={ADMIN}",
            "CONFIGURACAO": str(self.folder / "postgresql.conf"),
            "VIGIA_SEGUNDOS": "0.2",
        }
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                ["sh", str(self.folder / "replica.sh")],
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **as_user(server_user()),
            )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.wait(_SECONDS)

    def ask(self, sql: str) -> Any:
        """One value of the replica; None where it does not answer."""
        try:
            return _ask(f"postgresql://{ADMIN}@/postgres?host={quote(str(self.folder))}", sql)
        except (OSError, asyncpg.PostgresError):
            return None

    def wait(self, holds: Callable[[], Any]) -> Any:
        """What it gives at last."""
        deadline = time.monotonic() + _SECONDS
        while not (found := holds()):
            assert time.monotonic() < deadline, self.log.read_text()[-3000:]
            time.sleep(0.1)
        return found


@contextmanager
def _replica() -> Iterator[Replica]:
    with server_folder() as folder, start_postgres(folder) as primary:
        own = folder / "replica"
        own.mkdir(mode=0o700)
        shutil.copy(SCRIPT, own)
        (own / "postgresql.conf").write_text(_CONFIGURATION.format(folder=own))
        (own / "sem-senha").touch(mode=0o600)
        let_pass(own, server_user())
        for each in (own, *own.iterdir()):
            give(each, server_user())
        yield Replica(primary, own, folder / "replica.log")


def test_one_that_lost_its_wal_while_it_was_cut_off_ends_and_is_copied_again() -> None:
    with _replica() as replica:
        primary = replica.primary
        for setting in ("max_slot_wal_keep_size = '16MB'", "wal_sender_timeout = '500ms'"):
            primary.execute(f"ALTER SYSTEM SET {setting}")
        primary.execute("SELECT pg_reload_conf()")
        with replica.started() as process:
            receiver = replica.wait(lambda: replica.ask(_RECEIVER))
            (replica.folder / "dados" / "antiga").touch()
            # The way to the primary is gone for a while.
            os.kill(receiver, signal.SIGSTOP)
            # Until the primary has noticed: who writes to one that does not read cannot be ended.
            replica.wait(lambda: not _ask(primary.admin_url(), _SENDING))
            while _ask(primary.admin_url(), _SLOT) != "lost":
                primary.execute("CREATE TABLE IF NOT EXISTS nova (a int)")
                for sql in ("INSERT INTO nova VALUES (1)", "SELECT pg_switch_wal()", "CHECKPOINT"):
                    primary.execute(sql)
            os.kill(receiver, signal.SIGCONT)
            assert process.wait(_SECONDS) == 0
        assert "a cópia será refeita" in replica.log.read_text()
        with replica.started():
            replica.wait(lambda: replica.ask(_RECEIVER))
            assert not (replica.folder / "dados" / "antiga").exists()
            primary.execute("INSERT INTO nova VALUES (7)")
            replica.wait(lambda: replica.ask("SELECT max(a) FROM nova") == 7)
            assert _ask(primary.admin_url(), _SLOT) == "reserved"


def _ask(url: str, sql: str) -> Any:
    async def ask() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(ask())
