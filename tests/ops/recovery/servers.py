"""PostgreSQL with pgBackRest beside it, as on a machine of its own: what a runbook finds there."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import asyncpg

from fiscalxml_ops.recovery.pgbackrest import (
    POSTGRES,
    STANZA,
    Pastas,
    Repositorio,
    Servidor,
    archive_command,
    configuration,
    secrets,
)
from fiscalxml_server.stack.database import DATABASE, OWNER
from fiscalxml_server.stack.postgres import ADMIN, LOCAL, Postgres
from fiscalxml_server.stack.users import as_user, give, let_pass, server_user

from .buckets import ESCRITOR
from .runbook import steps
from .tool import write_command

if TYPE_CHECKING:
    from fiscalxml_server.stack.guardian import Guardiao

SENHA: Final = "senha-do-repositorio-que-o-cofre-tem"
"""what the repository is sealed with"""
_LIMIT: Final = 60.0


class Banco:
    """A machine of PostgreSQL: data, socket, configuration, and its own PATH."""

    def __init__(
        self,
        folder: Path,
        repositorio: Repositorio,
        guardiao: Guardiao,
        *,
        archive_seconds: int,
    ) -> None:
        """The machine, with nothing on it."""
        self._folder = folder
        self._guardiao = guardiao
        self._user = server_user()
        self._seconds = archive_seconds
        folder.mkdir(parents=True, mode=0o755)
        self.dados = folder / "dados"
        self._postgres = Postgres(self.dados)
        self.soquete = folder / "dados.soquete"
        self._programs = Path(self._postgres.papel().argv[0]).parent
        for name in ("dados", "dados.soquete", "registros", "travas", "fila", "conf.d"):
            (folder / name).mkdir(mode=0o700)
            give(folder / name, self._user)
        let_pass(self.dados, self._user)
        let_pass(self._programs, self._user)
        self._command = folder / "bin" / "pgbackrest"
        self._command.parent.mkdir()
        write_command(self._command)
        let_pass(self._command, self._user)
        self.point_to(repositorio)

    def point_to(self, repositorio: Repositorio) -> None:
        """Another bucket from now on."""
        pastas = Pastas(
            registros=str(self._folder / "registros"),
            travas=str(self._folder / "travas"),
            fila=str(self._folder / "fila"),
            programa=str(self._command),
        )
        servidor = Servidor(dados=str(self.dados), soquete=str(self.soquete), usuario=ADMIN)
        ca = self._folder / "autoridade.pem"  # the store's own folder is closed to this user
        shutil.copy(repositorio.ca, ca)
        repositorio = Repositorio(**{**vars(repositorio), "ca": str(ca)})
        self._write("pgbackrest.conf", configuration(repositorio, servidor, pastas, processos=2))
        self._write("conf.d/segredos.conf", secrets(ESCRITOR.nome, ESCRITOR.segredo, SENHA))

    def initialise(self) -> None:
        """A new cluster, not started."""
        self._postgres.install()
        values = {
            **LOCAL,
            **POSTGRES,
            "archive_timeout": str(self._seconds),
            "archive_command": archive_command(),
            "listen_addresses": "",
            # From the data on: it is the same text wherever it is restored to.
            "unix_socket_directories": "../dados.soquete",
        }
        with (self.dados / "postgresql.conf").open("a") as conf:
            conf.writelines(f"{name} = '{value}'\n" for name, value in values.items())

    def copy_of(self, primary: Banco) -> None:
        """A streaming replica, not started."""
        self.shell(
            'pg_basebackup -D "$PGDATA" -d "$DE" --write-recovery-conf --checkpoint=fast',
            DE=primary.url(ADMIN, "postgres"),
        )

    def start(self) -> None:
        """And wait until it takes connections."""
        self.shell('pg_ctl -D "$PGDATA" -w -t 600 -l "$PGLOG" start')
        self.watch()

    def watch(self) -> None:
        """It runs, whoever has started it: it ends with the drill."""
        self._guardiao.watch(self.pid(), signal.SIGQUIT)

    def pid(self) -> int:
        return int((self.dados / "postmaster.pid").read_text().split("\n", 1)[0])

    def runs(self) -> bool:
        """Whether its main process is there."""
        file = self.dados / "postmaster.pid"
        return file.exists() and Path(f"/proc/{self.pid()}").exists()

    def kill(self) -> None:
        """All its processes at once, as when a machine is gone."""
        main = self.pid()
        for pid in (main, *_children(main)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + _LIMIT
        while Path(f"/proc/{main}").exists():
            assert time.monotonic() < deadline, "it does not die"
            time.sleep(0.01)
        self._guardiao.forget(main)

    def stop(self) -> None:
        """In good order."""
        main = self.pid()
        self.shell('pg_ctl -D "$PGDATA" -w -m fast stop')
        self._guardiao.forget(main)

    def step(self, name: str, **variables: str) -> str:
        """A step of a runbook, as written there; what it printed. AssertionError where it fails."""
        return self.shell(steps()[name], **variables)

    def shell(self, script: str, **variables: str) -> str:
        """As the user of PostgreSQL, with its programs in the PATH."""
        run = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            env={**self.environment(), **variables},
            **as_user(self._user),
        )
        assert run.returncode == 0, f"{script}\n{run.stdout}"
        return run.stdout

    def environment(self) -> dict[str, str]:
        """Of who is logged in there."""
        path = [self._command.parent, self._programs, Path(sys.executable).parent]
        return {
            "PATH": os.pathsep.join([*map(str, path), os.environ.get("PATH", os.defpath)]),
            "PGDATA": str(self.dados),
            "PGHOST": str(self.soquete),
            "PGLOG": str(self._folder / "registros" / "postgres.log"),
            "PGUSER": ADMIN,
            "PGBACKREST_CONFIG": str(self._folder / "pgbackrest.conf"),
            "PGBACKREST_CONFIG_INCLUDE_PATH": str(self._folder / "conf.d"),
            "PGBACKREST_STANZA": STANZA,
            "LC_ALL": "C.UTF-8",
        }

    def url(self, user: str = OWNER, database: str = DATABASE) -> str:
        """By its socket."""
        return f"postgresql://{user}@/{database}?host={self.soquete}"

    def rows(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """As its administrator, whom no policy holds."""
        return asyncio.run(_fetch(self.url(ADMIN), sql, values))

    def _write(self, name: str, text: str) -> None:
        path = self._folder / name
        path.write_text(text)
        path.chmod(0o600)
        give(path, self._user)


def _children(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(each) for each in children.read_text().split()]


async def _fetch(url: str, sql: str, values: tuple[object, ...]) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        found: list[asyncpg.Record] = await connection.fetch(sql, *values)
        return found
    finally:
        await connection.close()
