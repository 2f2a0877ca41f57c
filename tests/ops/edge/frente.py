"""The whole of it: PostgreSQL, the API in a process of its own, the edge before it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from services.servers.postgres import migrate, new_database, start_postgres
from services.servers.running import server_folder
from services.servico import Servico
from services.telemetry.processes import Server, application

from .borda import Borda, running


class Frente(NamedTuple):
    """An edge, what is behind it, and the service whose worker a test may run."""

    borda: Borda
    api: Server
    servico: Servico


@contextmanager
def standing(folder: Path) -> Iterator[Frente]:
    """nginx with ModSecurity and the OWASP rules before the API on a database of its own."""
    with (
        server_folder() as servers,
        start_postgres(servers) as postgres,
        new_database(postgres, migrate(postgres, dict(os.environ))) as banco,
    ):
        servico = Servico(banco, folder, trusted_proxies=1)
        try:
            with (
                application("fiscalxml_server.api.app:create_app", folder, servico.values) as api,
                running(folder, f"127.0.0.1:{api.port}") as borda,
            ):
                yield Frente(borda, api, servico)
        finally:
            servico.close()
