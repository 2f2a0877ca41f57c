"""The version before the newest migration works on: what it used of the database is still there.

Two catalogues are compared: before the migration, and after it. What is new is nobody's business;
what was there may be looser, never stricter, and never gone. A revision that says that it contracts
is exempt: it is applied when that version has ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

import asyncpg
import pytest
from pydantic import SecretStr

from fiscalxml_ops.deploy import migrating
from fiscalxml_ops.deploy.environment import NaoFoi
from fiscalxml_ops.deploy.phases import CONTRAI, scripts
from fiscalxml_server.kit.migrate import migrate
from fiscalxml_server.kit.settings import Settings
from services.servers.postgres import Servidor, new_database

_VIEW = """
    CREATE TEMPORARY VIEW nossas AS
    SELECT c.oid, c.oid::regclass::text AS name FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'S') AND NOT c.relispartition AND c.relname <> 'nossas'
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
"""
_TABLES = "SELECT name FROM nossas"
_COLUMNS = """
    SELECT a.attrelid::regclass || '.' || a.attname AS name,
        format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS required,
        a.atthasdef OR a.attidentity <> '' AS filled
    FROM pg_attribute a WHERE a.attnum > 0 AND NOT a.attisdropped
        AND a.attrelid IN (SELECT oid FROM nossas)
"""
_FUNCTIONS = """
    SELECT p.oid::regprocedure || ' ' || pg_get_function_result(p.oid) AS name FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
"""
_GRANTS = """
    SELECT grantee || ' ' || privilege_type || ' ' || table_schema || '.' || table_name AS name
    FROM information_schema.role_table_grants WHERE grantee LIKE 'fiscalxml%'
        AND table_name !~ '_[0-9]+$' AND table_schema NOT LIKE 'pg_temp%'
"""
_DEMANDS = """
    SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) AS name,
        conrelid::regclass::text AS relation
    FROM pg_constraint WHERE contype IN ('c', 'u', 'x', 'f', 'p') AND convalidated
        AND conrelid IN (SELECT oid FROM nossas)
    UNION ALL
    SELECT indexrelid::regclass::text, indrelid::regclass::text FROM pg_index
    WHERE indisunique AND indrelid IN (SELECT oid FROM nossas)
"""
Catalogo = Mapping[str, Mapping[str, asyncpg.Record]]


def breaks(before: Catalogo, after: Catalogo) -> list[str]:
    """What the version of before would miss, or stumble over."""
    gone = [
        f"{kind} {name} is gone"
        for kind in ("table", "column", "function", "grant")
        for name in before[kind]
        if name not in after[kind]
    ]
    changed = [
        f"column {name} was {dict(was)}, is {dict(now)}"
        for name, was in before["column"].items()
        if (now := after["column"].get(name)) is not None
        and (
            was["type"] != now["type"]
            or (now["required"] and not was["required"])
            or (was["filled"] and not now["filled"])
        )
    ]
    demanded = [
        f"column {name} must be given"
        for name, now in after["column"].items()
        if name not in before["column"]
        and name.rpartition(".")[0] in before["table"]
        and now["required"]
        and not now["filled"]
    ]
    demanded += [
        f"demanded: {name}"
        for name, now in after["demand"].items()
        if name not in before["demand"] and now["relation"] in before["table"]
    ]
    return [*gone, *changed, *demanded]


@pytest.fixture
def before(postgres: Servidor) -> Iterator[str]:
    """A database as the newest migration finds it."""
    with new_database(postgres, "vazio") as url:
        migrate(url, "head-1")
        yield url


def test_the_version_before_the_newest_migration_works_on(before: str) -> None:
    newest = scripts().get_revision("head")
    if getattr(newest.module, "fase", "") == CONTRAI:
        pytest.skip(f"{newest.revision} contracts: it is applied when no older version runs")
    was = _catalogue(before)
    migrate(before)
    now = _catalogue(before)
    assert now["table"].keys() >= was["table"].keys()
    assert breaks(was, now) == []


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("ALTER TABLE lotes ADD COLUMN a int; CREATE TABLE nova (id uuid PRIMARY KEY)", None),
        ("ALTER TABLE lotes ADD COLUMN a int NOT NULL DEFAULT 1", None),
        ("ALTER TABLE lotes ALTER COLUMN situacao DROP NOT NULL", None),
        ("DROP TABLE lote_causas", "table lote_causas is gone"),
        ("ALTER TABLE lotes RENAME COLUMN situacao TO estado", "column lotes.situacao is gone"),
        ("ALTER TABLE lotes ADD COLUMN a int NOT NULL", "column lotes.a must be given"),
        ("ALTER TABLE jobs ALTER COLUMN erro TYPE varchar(9)", "column jobs.erro was"),
        ("ALTER TABLE lotes ALTER COLUMN situacao DROP DEFAULT", "column lotes.situacao was"),
        ("DROP FUNCTION manter_estatisticas", "function manter_estatisticas() void is gone"),
        ("REVOKE INSERT ON lotes FROM fiscalxml_api", "grant fiscalxml_api INSERT public.lotes"),
        ("CREATE UNIQUE INDEX um_so ON lotes (organizacao)", "demanded: um_so"),
    ],
)
def test_what_is_gone_or_stricter_is_told(banco: str, sql: str, told: str | None) -> None:
    was, now = asyncio.run(_around(banco, sql))
    found = breaks(was, now)
    assert found == [] if told is None else any(each.startswith(told) for each in found), found


def test_a_contraction_waits_until_all_that_expands_is_there(
    before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured = Settings(database_url=SecretStr(before))
    monkeypatch.setattr(migrating, "settings", lambda: configured)
    with pytest.raises(NaoFoi, match="ainda não foi aplicada"):
        migrating.main("contrair")
    for fase in ("expandir", "contrair", "expandir"):
        migrating.main(fase)
        assert asyncio.run(migrating.current(before)) == scripts().get_current_head()


def _catalogue(url: str) -> Catalogo:
    async def read() -> Catalogo:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(_VIEW)
            return await _read(connection)
        finally:
            await connection.close()

    return asyncio.run(read())


async def _around(url: str, sql: str) -> tuple[Catalogo, Catalogo]:
    """Before and after some statements, which are rolled back."""
    connection = await asyncpg.connect(url)
    try:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(_VIEW)
        was = await _read(connection)
        await connection.execute(sql)
        now = await _read(connection)
        await transaction.rollback()
    finally:
        await connection.close()
    return was, now


async def _read(connection: asyncpg.Connection) -> Catalogo:
    queries = {
        "table": _TABLES,
        "column": _COLUMNS,
        "function": _FUNCTIONS,
        "grant": _GRANTS,
        "demand": _DEMANDS,
    }
    return {
        kind: {row["name"]: row for row in await connection.fetch(query)}
        for kind, query in queries.items()
    }
