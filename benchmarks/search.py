"""Searches and sums over millions of documents, and what writing costs there.

    python -m benchmarks.search --folder DIR [--documents 5000000] [--organizations 200]

Starts a PostgreSQL in the folder (some 25 GB for five million), fills it once, measures as the
service's role with row-level security, and writes docs/busca.md. The folder stays, for another run.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import asyncpg
from pydantic import SecretStr
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.search_data import fill
from benchmarks.search_page import Medida, Tempos, write_page
from benchmarks.search_plans import PROCESS, Explain, on_cpu
from benchmarks.search_shapes import BUSCAS, SOMAS, Amostra, Forma, Soma, sample
from benchmarks.search_writing import measure_writing
from fiscalxml_server.api.documentos import searching, totals
from fiscalxml_server.api.documentos.pages import Lugar
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.stack.database import OWNER, prepare
from fiscalxml_server.stack.postgres import ADMIN, LOCAL, Postgres
from fiscalxml_server.stack.users import as_user

FULL: Final = "cheio"
EMPTY: Final = "vazio"
PAGE: Final = 51
"""rows of a page of 50, and one to know whether there are more"""
GROUPS: Final = 100
SIZE: Final = (
    "{documentos} documentos e {termos} termos de {organizacoes} organizações, a maior com "
    "{maior}; {tamanho} no PostgreSQL."
)
RANKS: Final = {"maior": 0, "média": 30, "menor": -1}
"""organisations that are measured, by their place"""
_SETTINGS: Final = {
    **LOCAL,
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "fsync": "off",
    "synchronous_commit": "off",
}
"""more memory than on a developer's machine, and none of the waiting for its disk"""
_TIMES: Final = {Forma: 20, Soma: 5}
_WARM: Final = 10
"""times before those that count, with other values: an index is in memory where it is used"""


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--documents", type=int, default=5_000_000)
    parser.add_argument("--organizations", type=int, default=200)
    parser.add_argument("--page", type=Path, default=Path("docs/busca.md"))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with _server(options.folder) as postgres:
        asyncio.run(_prepare(postgres, options.documents, options.organizations))
        medidas = asyncio.run(_measure(postgres))
        writing = asyncio.run(measure_writing(postgres, EMPTY, FULL))
        size = asyncio.run(_size(postgres))
    write_page(options.page, medidas, writing, size)


@contextmanager
def _server(folder: Path) -> Iterator[Postgres]:
    postgres = Postgres(folder / "pg", _SETTINGS)
    postgres.install(sync=False)
    papel = postgres.papel()
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603
            papel.argv, stdout=log, stderr=log, **as_user(papel.user)
        )
    try:
        while not asyncio.run(postgres.accepts()):
            time.sleep(0.1)
        yield postgres
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(papel.patience)


async def _prepare(postgres: Postgres, documents: int, organizations: int) -> None:
    """Both databases with the newest schema; the full one filled, unless it is already."""
    server = await asyncpg.connect(postgres.url(ADMIN, "postgres"))
    await server.execute(f"DROP DATABASE IF EXISTS {EMPTY}")
    await server.close()
    for database in (EMPTY, FULL):
        await prepare(postgres.url(ADMIN, "postgres"), database)
        migrating = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "fiscalxml_server.kit.migrate"),
            env={**os.environ, "FISCALXML_DATABASE_URL": postgres.url(OWNER, database)},
        )
        if await migrating.wait():
            raise RuntimeError("the schema could not be made")
    admin = await asyncpg.connect(postgres.url(ADMIN, FULL))
    if not await admin.fetchval("SELECT to_regclass('amostra') IS NOT NULL"):
        started = time.monotonic()
        await fill(admin, documents, organizations)
        print(f"filled in {time.monotonic() - started:.0f} s", file=sys.stderr)
    await admin.execute("VACUUM")  # as the server does by itself; what a former run wrote, too
    await admin.close()


async def _measure(postgres: Postgres) -> list[Medida]:
    admin = await asyncpg.connect(postgres.url(ADMIN, FULL))
    count = await admin.fetchval("SELECT count(*) FROM amostra")
    samples = {name: await sample(admin, rank % count) for name, rank in RANKS.items()}
    await admin.close()
    banco = Banco.open(
        Settings(database_url=SecretStr(postgres.url(OWNER, FULL)), database_role="fiscalxml_api")
    )
    medidas = []
    try:
        for shape in (*BUSCAS, *SOMAS):
            medida = Medida(shape.nome, soma=isinstance(shape, Soma))
            for name, amostra in samples.items():
                await _measure_one(banco, shape, amostra, medida.tempos.setdefault(name, Tempos()))
            medida.plano = await _plan(banco, shape, samples["maior"])
            medidas.append(medida)
            print(medida.line(), file=sys.stderr)
    finally:
        await banco.close()
    return medidas


async def _measure_one(banco: Banco, shape: Forma | Soma, amostra: Amostra, tempos: Tempos) -> None:
    rng = random.Random(7)  # noqa: S311 - the same values in each run
    for time_of in range(_WARM + _TIMES[type(shape)]):
        ask = _asker(shape, amostra, rng)
        started = time.perf_counter()
        async with banco.leitura(amostra.id) as conn:
            if isinstance(shape, Soma):
                await totals.plan_sums(conn)
            (await conn.execute(await ask(conn))).mappings().all()
        wall = time.perf_counter() - started
        async with banco.leitura(amostra.id) as conn:
            process = (await conn.execute(PROCESS)).scalar_one()
            before = on_cpu(process)
            (await conn.execute(await ask(conn))).mappings().all()
            cpu = on_cpu(process) - before
        if time_of >= _WARM:
            tempos.relogio.append(wall)
            tempos.cpu.append(cpu)


async def _plan(banco: Banco, shape: Forma | Soma, amostra: Amostra) -> str:
    ask = _asker(shape, amostra, random.Random(7))  # noqa: S311
    async with banco.leitura(amostra.id) as conn:
        statement = await ask(conn)
        if isinstance(shape, Soma):
            await totals.plan_sums(conn)
        rows = await conn.execute(Explain(statement))
        return "\n".join(rows.scalars())


def _asker(
    shape: Forma | Soma, amostra: Amostra, rng: random.Random
) -> Callable[[AsyncConnection], Awaitable[Select[Any]]]:
    """What prepares a transaction for a statement of this shape, and gives it."""
    filtro = shape.filtro(amostra, rng)
    after = None
    if isinstance(shape, Forma) and shape.funda:
        middle = rng.choice(amostra.rows)
        after = Lugar(shape.ordem, middle["id"], data=middle["data"], valor=middle["valor"])

    async def ask(conn: AsyncConnection) -> Select[Any]:
        if isinstance(shape, Forma):
            return await searching.plan_page(conn, amostra.id, filtro, shape.ordem, after, PAGE)
        await searching.plan_each(conn)
        frequentes = await totals.frequent(conn, amostra.id, filtro, shape.por)
        return totals.totals_query(amostra.id, filtro, shape.por, GROUPS, frequentes)

    return ask


async def _size(postgres: Postgres) -> str:
    """What is there, in words."""
    admin = await asyncpg.connect(postgres.url(ADMIN, FULL))
    try:
        rows = await admin.fetchrow(
            """
            SELECT (SELECT sum(documentos) FROM amostra) AS documentos,
                   (SELECT count(*) FROM amostra) AS organizacoes,
                   (SELECT max(documentos) FROM amostra) AS maior,
                   (SELECT sum(reltuples)::bigint FROM pg_class WHERE relname ~ '^termos_[0-9]$')
                       AS termos,
                   pg_size_pretty(pg_database_size(current_database())) AS tamanho
            """
        )
    finally:
        await admin.close()
    return SIZE.format_map({name: _thousands(value) for name, value in rows.items()})


def _thousands(value: object) -> str:
    return f"{value:,}".replace(",", ".") if isinstance(value, int) else str(value)


if __name__ == "__main__":
    main()
