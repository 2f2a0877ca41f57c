"""What stands still in PostgreSQL, or before it, is *indisponivel*: trying again is right."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from asyncpg import DataError, InternalClientError
from sqlalchemy import Connection, Integer, bindparam, event, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from fiscalxml_server.kit.db import Banco, GravacaoIncerta, fetch, is_transient
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.settings import Settings

_LOCK = text("SELECT pg_advisory_xact_lock(77)")


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Banco]:
    banco = Banco.open(Settings(database_url=url, database_pool=2))  # type: ignore[arg-type]
    yield banco
    await banco.close()


async def _lock(banco: Banco) -> None:
    async with banco.transacao() as holder, banco.transacao() as waiter:
        await holder.execute(_LOCK)
        await waiter.execute(text("SET LOCAL lock_timeout = '50ms'"))
        await waiter.execute(_LOCK)


async def _idle(banco: Banco) -> None:
    async with banco.transacao() as conn:
        await conn.execute(text("SET LOCAL idle_in_transaction_session_timeout = '50ms'"))
        await asyncio.sleep(0.5)
        await conn.execute(text("SELECT 1"))


async def _statement(banco: Banco) -> None:
    async with banco.transacao() as conn:
        await conn.execute(text("SET LOCAL statement_timeout = '50ms'"))
        await conn.execute(text("SELECT pg_sleep(10)"))


async def _killed(banco: Banco) -> None:
    async with banco.transacao() as conn, banco.transacao() as other:
        pid = (await conn.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        await other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        await conn.execute(text("SELECT 1"))


async def _killed_and_confused(banco: Banco) -> None:
    """A driver whose connection breaks off in the midst of an answer may say anything."""
    async with banco.transacao() as conn, banco.transacao() as other:
        pid = (await conn.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        await other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        await asyncio.sleep(0.1)
        raise InternalClientError("got result for unknown protocol state")


async def _confused_before_it_is_closed(banco: Banco) -> None:
    """The driver has not heard of the end yet: undoing fails on what it takes to be going on."""
    sleeping = []
    try:
        async with banco.transacao() as conn:
            await conn.execute(text("SELECT 1"))
            driver: Any = (await conn.get_raw_connection()).driver_connection
            sleeping.append(asyncio.create_task(driver.execute("SELECT pg_sleep(10)")))
            await asyncio.sleep(0.1)
            raise InternalClientError("got result for unknown protocol state")
    finally:
        await asyncio.gather(*sleeping, return_exceptions=True)


@pytest.mark.parametrize(
    "stand_still",
    [_lock, _idle, _statement, _killed, _killed_and_confused, _confused_before_it_is_closed],
)
def test_a_transaction_that_cannot_go_on_is_unavailable_and_the_next_one_works(
    banco: str, stand_still: Callable[[Banco], Coroutine[Any, Any, None]]
) -> None:
    async def both() -> None:
        async with opened(banco) as opened_banco:
            with pytest.raises(Indisponivel):
                await stand_still(opened_banco)
            await opened_banco.check()

    asyncio.run(both())


@pytest.mark.parametrize("error", [ConnectionResetError, RuntimeError])
def test_a_commit_whose_end_is_unknown_is_told_as_such(banco: str, error: type[Exception]) -> None:
    def lost(_: Connection) -> None:
        raise error

    async def commit() -> None:
        async with opened(banco) as opened_banco, opened_banco.transacao() as conn:
            event.listen(conn.sync_connection, "commit", lost)

    with pytest.raises(GravacaoIncerta):
        asyncio.run(commit())


def test_a_commit_that_the_server_refuses_is_no_unknown_end(banco: str) -> None:
    async def commit() -> None:
        async with opened(banco) as opened_banco, opened_banco.transacao() as conn:
            await conn.execute(
                text("CREATE TEMP TABLE t (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
            )
            await conn.execute(text("INSERT INTO t VALUES (1), (1)"))

    with pytest.raises(IntegrityError):
        asyncio.run(commit())


def test_every_connection_has_limits_for_what_stands_still(banco: str) -> None:
    names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")

    async def show() -> list[str]:
        async with opened(banco) as opened_banco, opened_banco.transacao() as conn:
            return [(await conn.execute(text(f"SHOW {name}"))).scalar_one() for name in names]

    assert asyncio.run(show()) == ["10s", "1min", "1min"]


def test_a_pool_whose_connections_are_all_taken_is_unavailable() -> None:
    assert is_transient(PoolTimeout())


@pytest.mark.parametrize(
    ("give", "told"),
    [
        (lambda conn, *given: conn.execute(*given), DBAPIError),
        (fetch, DataError),
    ],
)
def test_a_value_that_the_database_does_not_take_is_no_reason_to_try_again(
    banco: str, give: Callable[..., Coroutine[Any, Any, object]], told: type[Exception]
) -> None:
    async def run() -> None:
        async with opened(banco) as opened_banco, opened_banco.transacao() as conn:
            await give(conn, select(bindparam("n", type_=Integer)), {"n": "three"})

    with pytest.raises(told):
        asyncio.run(run())


@pytest.mark.parametrize("during_commit", [False, True])
def test_only_a_connection_lost_in_the_commit_leaves_it_open_what_was_written(
    banco: str, during_commit: bool
) -> None:
    async def lose() -> None:
        async with (
            opened(banco) as opened_banco,
            opened_banco.transacao() as other,
            opened_banco.transacao() as conn,
        ):
            pid = (await conn.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            await other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
            if not during_commit:
                await conn.execute(text("SELECT 1"))

    with pytest.raises(Indisponivel) as told:
        asyncio.run(lose())
    assert isinstance(told.value, GravacaoIncerta) is during_commit


def test_a_photograph_sees_one_moment_and_writes_nothing(banco: str) -> None:
    count = text("SELECT count(*) FROM jobs")
    add = text("INSERT INTO jobs SELECT * FROM jobs LIMIT 0")

    async def look() -> None:
        async with opened(banco) as opened_banco:
            async with opened_banco.fotografia(uuid4()) as conn, opened_banco.transacao() as other:
                level = (await conn.execute(text("SHOW transaction_isolation"))).scalar_one()
                assert level == "repeatable read"
                first = (await conn.execute(text("SELECT txid_current_snapshot()"))).scalar_one()
                await other.execute(text("SELECT txid_current()"))
                again = (await conn.execute(text("SELECT txid_current_snapshot()"))).scalar_one()
                assert again == first
                assert (await conn.execute(count)).scalar_one() >= 0
            with pytest.raises(DBAPIError, match="read-only"):
                async with opened_banco.fotografia(uuid4()) as conn:
                    await conn.execute(add)

    asyncio.run(look())


def test_rows_of_the_driver_are_those_of_the_statement(banco: str) -> None:
    series = func.generate_series(1, bindparam("many", type_=Integer))
    numbers = series.table_valued("n").render_derived().c.n
    statement = select(numbers, (numbers * 2).label("double")).where(numbers > 1)

    async def read() -> list[tuple[Any, ...]]:
        async with opened(banco) as opened_banco, opened_banco.transacao() as conn:
            return [tuple(row) for row in await fetch(conn, statement, {"many": 3})]

    assert asyncio.run(read()) == [(2, 4), (3, 6)]
