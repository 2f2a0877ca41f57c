"""What it costs to write a block of notes where there is nothing, and where there are millions."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

import asyncpg
import msgspec
from pydantic import SecretStr

from benchmarks.notes import draw
from benchmarks.search_page import Tempos
from benchmarks.search_plans import PROCESS, on_cpu
from fiscalxml_server.api.documentos.intake import read, to_write
from fiscalxml_server.api.documentos.schemas import Novo
from fiscalxml_server.api.documentos.writing import write
from fiscalxml_server.kit.db import Banco, new_id
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.storage import Local
from fiscalxml_server.stack.database import OWNER
from fiscalxml_server.stack.postgres import ADMIN, Postgres

_BLOCK: Final = 200
_BLOCKS: Final = 60
_NOTES: Final = 1000
_OBJETO: Final = "o"
_WRITTEN: Final = (
    ("termos", "documento"),
    ("validacoes", "documento"),
    ("documentos", "id"),
)
"""tables of what is written, with the document's column; the documents last"""


async def measure_writing(postgres: Postgres, *databases: str) -> dict[str, Tempos]:
    """database -> seconds for one note, of each block. They take turns, so that both are alike."""
    notes = _judged()
    places = {}
    for database in databases:
        banco = Banco.open(
            Settings(
                database_url=SecretStr(postgres.url(OWNER, database)),
                database_role="fiscalxml_worker",
            )
        )
        places[database] = (banco, await _largest(postgres, database))
    found = {database: Tempos() for database in databases}
    for turn in range(_BLOCKS):
        for database, (banco, organizacao) in places.items():
            block = _fresh(notes, turn)
            async with banco.transacao(organizacao) as conn:
                process = (await conn.execute(PROCESS)).scalar_one()
                started, before = time.perf_counter(), on_cpu(process)
                await write(conn, organizacao, block)
                tempos = found[database]
                tempos.relogio.append((time.perf_counter() - started) / _BLOCK)
                tempos.cpu.append((on_cpu(process) - before) / _BLOCK)
    for banco, _ in places.values():
        await banco.close()
    for database, (_, organizacao) in places.items():
        await _remove(postgres, database, organizacao)
    return found


async def _remove(postgres: Postgres, database: str, organizacao: UUID) -> None:
    """What was written, where it stays: notes of other values would change a later run."""
    admin = await asyncpg.connect(postgres.url(ADMIN, database))
    try:
        if not await admin.fetchval("SELECT to_regclass('amostra') IS NOT NULL"):
            return
        for table, column in _WRITTEN:
            await admin.execute(
                f"DELETE FROM {table} AS t USING documentos AS d"  # noqa: S608
                f" WHERE t.organizacao = $1 AND t.{column} = d.id"
                " AND d.organizacao = $1 AND d.objeto = $2",
                organizacao,
                _OBJETO,
            )
    finally:
        await admin.close()


def _judged() -> list[Novo]:
    """Notes as they are written; judged before, for that is not what is measured."""
    now = datetime.now(UTC)
    found = []
    for _, data in draw(_NOTES, 0, _NOTES):
        lido = next(read(data))
        if lido.identidade is not None:
            found.append(to_write(lido, lido.identidade, Local(_OBJETO, 0, 2500), data, None, now))
    return found


def _fresh(notes: Sequence[Novo], turn: int) -> list[Novo]:
    """A block of notes that nobody has: the same things under identities of their own."""
    start = turn * _BLOCK % len(notes)
    block = [notes[(start + place) % len(notes)] for place in range(_BLOCK)]
    return [
        msgspec.structs.replace(
            novo, id=new_id(), validacao=new_id(), identidade=str(uuid4()), conteudo=uuid4().bytes
        )
        for novo in block
    ]


async def _largest(postgres: Postgres, database: str) -> UUID:
    """The organisation with the most documents; a new one where there is none."""
    admin = await asyncpg.connect(postgres.url(ADMIN, database))
    try:
        if not await admin.fetchval("SELECT to_regclass('amostra') IS NOT NULL"):
            return uuid4()
        found = await admin.fetchval("SELECT id FROM amostra ORDER BY documentos DESC LIMIT 1")
        return UUID(str(found))
    finally:
        await admin.close()
