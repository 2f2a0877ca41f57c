"""What the audit log costs a read: a document's XML, one reader and many, on a durable PostgreSQL.

`PYTHONPATH=tests .venv/bin/python -m benchmarks.audit`: one process asks its own application, so
the figures hold the application's time and the database's, and no network.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from factory.documents import build, chave_of
from fiscalxml_server.stack.database import prepare
from fiscalxml_server.stack.postgres import LOCAL, Postgres
from services.servers.postgres import Servidor, migrate
from services.servers.running import running
from services.servico import Servico

_READS = 256
_ROUNDS = 3
_READERS = (1, 8, 64)


def main() -> None:
    """Print milliseconds of a read, and reads a second, by how many read at once."""
    with TemporaryDirectory() as root:
        folder = Path(root)
        postgres = Postgres(folder / "postgres", LOCAL)
        postgres.install(sync=False)
        with running(postgres.papel(), folder / "postgres.log", postgres.accepts) as pid:
            servidor = Servidor(postgres, pid)
            asyncio.run(prepare(servidor.admin_url(), "vazio"))
            url = servidor.owner_url(migrate(servidor, dict(os.environ)))
            servico = Servico(url, folder, limit_ler=0)
            _measure(servico)
            servico.close()
        postgres.clean()


def _measure(servico: Servico) -> None:
    nota = build("nfe")
    servico.request("POST", "/v1/documentos", content=nota, headers={"Content-Type": "text/xml"})
    path = f"/v1/documentos/{chave_of(nota)}/xml"
    servico.run(_read(servico, path, 8, 200))  # warm
    leituras = servico.api.leituras
    for readers in _READERS:
        rounds: dict[str, list[float]] = {"without": [], "with": []}
        for _ in range(_ROUNDS):  # by turns, so that whatever else runs is in both
            for name, record in (("without", _nothing), ("with", type(leituras).record)):
                with patch.object(type(leituras), "record", record):
                    rounds[name] += servico.run(_read(servico, path, readers, _READS))
        for name, taken in rounds.items():
            _tell(f"{readers:3} readers, {name:7}", sorted(taken), readers)


async def _nothing(*_: object) -> None:
    """In place of the audit log."""


def _tell(what: str, taken: list[float], readers: int) -> None:
    print(
        f"{what}: median {1000 * statistics.median(taken):6.2f} ms,"
        f" p95 {1000 * taken[int(len(taken) * 0.95)]:6.2f} ms,"
        f" {readers / statistics.mean(taken):6.0f} reads/s"
    )


async def _read(servico: Servico, path: str, readers: int, reads: int) -> list[float]:
    taken: list[float] = []

    async def one() -> None:
        for _ in range(reads // readers):
            began = time.perf_counter()
            answer = await servico.asking("GET", path)
            taken.append(time.perf_counter() - began)
            assert answer.status_code == 200, answer.text  # noqa: S101 - a figure of errors is none

    await asyncio.gather(*(one() for _ in range(readers)))
    return taken


if __name__ == "__main__":
    main()
