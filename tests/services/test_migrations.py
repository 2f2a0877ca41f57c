"""The tables that the code knows are those that the migrations make."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from fiscalxml_ops.compliance.data_map import tables
from fiscalxml_server.kit.connections import async_url
from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.migrate import migrate
from services.servers.postgres import Servidor


def test_the_models_are_what_the_migrations_make(banco: str) -> None:
    differences = [
        each for each in asyncio.run(_on(banco, _compare)) if not _is_index_or_partition(each)
    ]
    assert differences == []


def test_migrating_again_changes_nothing(banco: str) -> None:
    migrate(banco)


def test_partitions_are_made_ahead_and_dropped_when_old(banco: str, postgres: Servidor) -> None:
    database = banco.partition("?")[0].rpartition("/")[2]
    asyncio.run(_on(postgres.admin_url(database), _make_old_days))
    asyncio.run(_on(banco, lambda conn: conn.execute(text("SELECT manter_particoes()"))))
    names = asyncio.run(_on(banco, _partitions))
    assert "jobs_20200101" not in names  # old, and all of it done
    assert "jobs_20200102" in names  # old, with a job that is not
    assert f"jobs_{datetime.now(UTC):%Y%m%d}" in names
    assert sum(re.fullmatch(r"lote_itens_\d{8}", name) is not None for name in names) == 9


def test_migrating_makes_the_partitions_of_today_after_the_system_stood_still(
    banco: str, postgres: Servidor
) -> None:
    database = banco.partition("?")[0].rpartition("/")[2]
    today = f"jobs_{datetime.now(UTC):%Y%m%d}"
    asyncio.run(
        _on(postgres.admin_url(database), lambda conn: conn.execute(text(f"DROP TABLE {today}")))
    )
    migrate(banco)
    assert today in asyncio.run(_on(banco, _partitions))


def test_two_who_make_partitions_at_once_do_not_fail_each_other(
    banco: str, postgres: Servidor
) -> None:
    database = banco.partition("?")[0].rpartition("/")[2]
    today = f"lote_itens_{datetime.now(UTC):%Y%m%d}"
    asyncio.run(
        _on(postgres.admin_url(database), lambda conn: conn.execute(text(f"DROP TABLE {today}")))
    )
    asyncio.run(_make_at_once(banco))
    assert today in asyncio.run(_on(banco, _partitions))


async def _make_at_once(url: str) -> None:
    """The second begins while the first has not ended."""
    engine = create_async_engine(async_url(url))
    make = text("SELECT manter_particoes()")
    async with engine.connect() as first, engine.connect() as second, engine.connect() as watcher:
        await first.execute(make)
        waiting = asyncio.create_task(second.execute(make))
        blocked = text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        while not (await watcher.execute(blocked)).scalar_one():
            await asyncio.sleep(0.01)
        await first.commit()
        await waiting
        await second.commit()
    await engine.dispose()


async def _on(url: str, work):  # type: ignore[no-untyped-def]
    engine = create_async_engine(async_url(url))
    async with engine.begin() as conn:
        result = await conn.run_sync(work)
    await engine.dispose()
    return result


def _compare(conn: Connection) -> list[object]:
    def ours(name: str | None, kind: str, _: object) -> bool:
        schemas = (None, "auth", "auditoria", "cotas", "privacidade", "webhooks")
        return kind != "schema" or name in schemas

    options = {"compare_type": True, "include_schemas": True, "include_name": ours}
    context = MigrationContext.configure(conn, opts=options)
    assert tables()  # each fills `metadata`
    return list(compare_metadata(context, metadata))


_WITHOUT_MODEL = re.compile(r"(.*_\d+|alembic_version|versao_base)")
"""partitions, and what only the database's own functions use"""


def _is_index_or_partition(difference: object) -> bool:
    """Indexes are the migrations' alone; a partition is no table of ours."""
    what = difference[0] if isinstance(difference, tuple) else ""
    if what in ("remove_index", "remove_constraint"):
        return True
    return what == "remove_table" and bool(_WITHOUT_MODEL.fullmatch(difference[1].name))  # type: ignore[index]


def _make_old_days(conn: Connection) -> None:
    for day, state in (("2020-01-01", "feito"), ("2020-01-02", "pendente")):
        name = f"jobs_{day.replace('-', '')}"
        conn.execute(
            text(
                f"CREATE TABLE {name} PARTITION OF jobs"
                f" FOR VALUES FROM ('{day}') TO (date '{day}' + 1)"
            )
        )
        conn.execute(text(f"ALTER TABLE {name} OWNER TO fiscalxml_dono"))
        conn.execute(
            text(
                "INSERT INTO jobs (dia, id, organizacao, tipo, lote, bloco, inicio, fim, situacao)"
                " VALUES (:dia, gen_random_uuid(), gen_random_uuid(), 'abrir',"
                " gen_random_uuid(), 0, 0, 0, :situacao)"
            ),
            {"dia": datetime.fromisoformat(day).date(), "situacao": state},
        )


def _partitions(conn: Connection) -> set[str]:
    return set(conn.execute(text("SELECT inhrelid::regclass::text FROM pg_inherits")).scalars())
