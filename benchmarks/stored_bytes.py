"""What a document weighs where it is stored: sealed in packs, and as rows of the database.

    python -m benchmarks.stored_bytes [--notes 4000] [--block 200] [--rows 10000]

The packs are those of a lote's blocks. Rows: the whole service on this machine gets
two lotes of so many notes, and what the second added is told by table, indexes and TOAST included.
`fiscalxml_ops/cost/measured.py` keeps the figures.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4
from zipfile import ZIP_DEFLATED, ZipFile

import asyncpg

from benchmarks.notes import draw, write_zip
from benchmarks.system import System, running
from fiscalxml_server.kit.storage.data_key import KEY_BYTES, DataKey
from fiscalxml_server.kit.storage.packs import Pacote
from fiscalxml_server.stack.database import DATABASE
from fiscalxml_server.stack.postgres import ADMIN, Postgres

_SIZES: Final = """
SELECT coalesce((SELECT relname FROM pg_class WHERE oid = pg_partition_root(c.oid)),
                relname) AS name,
       sum(pg_total_relation_size(c.oid))::bigint AS bytes
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema)'
GROUP BY 1
"""


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=4000)
    parser.add_argument("--block", type=int, default=200, help="as in api/lotes/opening.py")
    parser.add_argument("--rows", type=int, default=10_000, help="notes of each lote; 0: none")
    options = parser.parse_args()
    _objects(options.notes, options.block)
    if options.rows:
        with TemporaryDirectory() as folder:
            _rows(Path(folder), options.rows)


def _objects(count: int, block: int) -> None:
    notes = [xml for _, xml in draw(count, 0, count)]
    packs = [_pack(notes[first : first + block]) for first in range(0, count, block)]
    read, sealed = sum(map(len, notes)), sum(packs)
    print(
        f"{count} notes: {read / count:.0f} bytes read, {sealed / count:.0f} stored, "
        f"packs of {block}: {sealed / len(packs):.0f} bytes"
    )


def _pack(notes: list[bytes]) -> int:
    pack = Pacote(DataKey(uuid4(), 1, bytes(KEY_BYTES)))
    for xml in notes:
        pack.add(xml)
    return pack.tamanho


def _rows(folder: Path, count: int) -> None:
    write_zip(folder / "lote.zip", 2 * count)
    halves = [folder / "1.zip", folder / "2.zip"]
    _halve(folder / "lote.zip", halves)
    with running(folder) as system:
        postgres = Postgres(folder / "dados" / "postgres")
        _send(system, halves[0])
        before = asyncio.run(_sizes(postgres))
        _send(system, halves[1])
        after = asyncio.run(_sizes(postgres))
    added = {name: (size - before.get(name, 0)) / count for name, size in after.items()}
    for name, size in sorted(added.items(), key=lambda item: -item[1]):
        if size >= 1:
            print(f"{name}: {size:.0f} bytes a document")
    print(f"all: {sum(added.values()):.0f} bytes a document")


def _halve(whole: Path, halves: list[Path]) -> None:
    with ZipFile(whole) as archive:
        names = archive.namelist()
        middle = len(names) // 2
        for path, part in zip(halves, (names[:middle], names[middle:]), strict=True):
            with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as out:
                for name in part:
                    out.writestr(name, archive.read(name))


def _send(system: System, lote: Path) -> None:
    status, answer = system.ask("POST", "/v1/lotes", lote)
    if status != 202:
        raise SystemExit(f"{status}: {answer}")
    while True:
        _, answer = system.ask("GET", f"/v1/lotes/{answer['id']}")
        if answer["situacao"] in {"concluido", "falhou"}:
            print(f"lote: {answer['contagens']}")
            return
        time.sleep(0.5)


async def _sizes(postgres: Postgres) -> dict[str, int]:
    connection = await asyncpg.connect(postgres.url(ADMIN, DATABASE))
    try:
        return {row["name"]: row["bytes"] for row in await connection.fetch(_SIZES)}
    finally:
        await connection.close()


if __name__ == "__main__":
    main()
