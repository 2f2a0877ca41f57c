"""A streaming replica of a PostgreSQL of the tests: another server, on its copy."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fiscalxml_server.stack.postgres import Postgres
from fiscalxml_server.stack.users import as_user, give, let_pass, server_user

from .postgres import SETTINGS, Servidor
from .running import running


@contextmanager
def start_replica(primary: Servidor, folder: Path) -> Iterator[Servidor]:
    """Copied now, and following from now on; `folder` must exist."""
    data = folder / "replica"
    data.mkdir(mode=0o700)
    replica = Postgres(data, {**SETTINGS, "hot_standby": "on"})
    user = server_user()
    let_pass(data, user)
    give(data, user)
    programs = Path(replica.papel().argv[0]).parent
    subprocess.run(
        [
            str(programs / "pg_basebackup"),
            *("-d", primary.admin_url(), "-D", str(data)),
            *("--write-recovery-conf", "--checkpoint=fast", "--no-sync"),
        ],
        check=True,
        capture_output=True,
        **as_user(user),
    )
    replica.install(sync=False)
    try:
        with running(replica.papel(), folder / "replica.log", replica.accepts) as pid:
            yield Servidor(replica, pid)
    finally:
        replica.clean()
