"""Exports of a million documents, as a user sees them: asked for, made by the worker, downloaded.

    python -m benchmarks.exports [--documents 1000000] [--formats csv,xlsx,jsonl,parquet]

The whole system runs on this machine; the documents are rows made from one that was sent. Prints a
line for each format and writes its part of `results.md`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple
from uuid import UUID

from benchmarks.machine import description
from benchmarks.many_documents import multiply
from benchmarks.notes import write_zip
from benchmarks.processes import RoleSampler, role_seconds
from benchmarks.results import write_part
from benchmarks.system import ROLES, System, running
from fiscalxml_server.stack.database import DATABASE, OWNER
from fiscalxml_server.stack.postgres import Postgres

_FORMATS: Final = "csv,csv_simples,xlsx,jsonl,parquet"
_POLL: Final = 0.1
_CHUNK: Final = 1024 * 1024


class Measured(NamedTuple):
    """One export. `seconds`: until the file was ready; `download`: to read it; `memory`: MB.

    `worker`: seconds of the processor that its processes took.
    """

    formato: str
    rows: int
    size: int
    seconds: float
    download: float
    memory: float
    worker: float


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--formats", default=_FORMATS)
    options = parser.parse_args()
    with TemporaryDirectory(prefix="fiscalxml-", ignore_cleanup_errors=True) as folder:
        load = os.getloadavg()[0]
        found = list(_measure(Path(folder), options.documents, options.formats.split(",")))
    write_part(_page(found, load))


def _measure(folder: Path, documents: int, formats: list[str]) -> Iterator[Measured]:
    with running(folder) as system:
        organizacao, documento = asyncio.run(_first_document(folder, system))
        url = Postgres(folder / "dados" / "postgres").url(OWNER, DATABASE)
        asyncio.run(multiply(url, organizacao, documento, documents - 1))
        for formato in formats:
            measured = _export(system, formato)
            print(
                f"{formato:12} {measured.rows / measured.seconds:>9,.0f} rows/s,"
                f" {measured.rows / measured.worker:,.0f} a second of the processor,"
                f" {measured.size / 1e6:,.0f} MB, worker {measured.memory:,.0f} MB,"
                f" downloaded at {measured.size / measured.download / 1e6:,.0f} MB/s",
                flush=True,
            )
            yield measured


async def _first_document(folder: Path, system: System) -> tuple[UUID, UUID]:
    archive = folder / "um.zip"
    write_zip(archive, 1)
    status, lote = system.ask("POST", "/v1/lotes", archive)
    if status != 202:
        raise RuntimeError(f"the lote was answered with {status}")
    while system.ask("GET", f"/v1/lotes/{lote['id']}")[1]["situacao"] != "concluido":
        await asyncio.sleep(_POLL)
    items = system.ask("GET", f"/v1/lotes/{lote['id']}/itens")[1]["itens"]
    keys = (folder / "dados" / "chaves-api.jsonl").read_text(encoding="utf-8").splitlines()
    return UUID(json.loads(keys[0])["organizacao"]), UUID(items[0]["documento"])


def _export(system: System, formato: str) -> Measured:
    sampler = RoleSampler(system.pid, ROLES)
    sampler.start()
    before = role_seconds(system.pid, ROLES)
    begun = time.perf_counter()
    exportacao = _post(system, {"formato": formato, "tabela": "documentos"})
    while exportacao["situacao"] in ("recebida", "processando"):
        time.sleep(_POLL)
        exportacao = system.ask("GET", f"/v1/exportacoes/{exportacao['id']}")[1]
    seconds = time.perf_counter() - begun
    after = role_seconds(system.pid, ROLES)
    memory = sampler.stop()["worker"]
    if exportacao["situacao"] != "pronta":
        raise RuntimeError(f"{formato}: {exportacao}")
    begun = time.perf_counter()
    size = _download(system, exportacao["url"])
    download = time.perf_counter() - begun
    return Measured(
        formato=formato,
        rows=exportacao["linhas"],
        size=size,
        seconds=seconds,
        download=download,
        memory=memory,
        worker=after["worker"] - before["worker"],
    )


def _post(system: System, body: dict[str, Any]) -> Any:
    connection = HTTPConnection(system.target.host, system.target.port, timeout=60)
    headers = {"Authorization": f"Bearer {system.key}", "Content-Type": "application/json"}
    connection.request("POST", "/v1/exportacoes", json.dumps(body), headers)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def _download(system: System, url: str) -> int:
    """Bytes of the file, read and thrown away."""
    connection = HTTPConnection(system.target.host, system.target.port, timeout=600)
    connection.request("GET", url)
    answer = connection.getresponse()
    size = 0
    while data := answer.read(_CHUNK):
        size += len(data)
    connection.close()
    return size


def _page(found: list[Measured], load: float) -> str:
    rows = "\n".join(
        f"| {each.formato} | {each.rows:,} | {each.rows / each.seconds:,.0f} |"
        f" {each.rows / each.worker:,.0f} |"
        f" {each.size / 1e6:,.0f} | {each.memory:,.0f} | {each.size / each.download / 1e6:,.0f} |"
        for each in found
    )
    return (
        "# Exports\n\n"
        f"{description()}. `fiscalxml up`, all roles on this machine. The table `documentos`, from "
        "the request to the sealed file; memory is what all processes of the worker's role had "
        "together at most (PSS). Other work on the machine when it began: load average "
        f"{load:.1f}.\n\n"
        "| format | rows | rows/s | rows per second of the worker's processor | MB | worker, MB |"
        " download, MB/s |\n"
        f"|---|---|---|---|---|---|---|\n{rows}\n"
    )


if __name__ == "__main__":
    main()
