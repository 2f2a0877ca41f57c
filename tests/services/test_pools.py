"""Pools tell how much there is, how much is used, and who waits."""

from __future__ import annotations

import asyncio

import pytest
from prometheus_client import Gauge, Histogram

from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.telemetry.metrics import Family
from fiscalxml_server.kit.telemetry.pools import BANCO, Pool, in_use, sizes, waiting, waits

LIMIT = 20.0


def value(family: Family[Gauge] | Family[Histogram], pool: str = BANCO) -> float:
    """Of a gauge, or how many a histogram has seen."""
    (metric,) = family.metric.collect()
    names = (metric.name, f"{metric.name}_count")
    samples = (each for each in metric.samples if each.name in names)
    return float(sum(each.value for each in samples if each.labels["pool"] == pool))


def test_connections_are_told_while_they_are_used_and_while_they_are_waited_for(banco: str) -> None:
    before = value(in_use), value(waits)
    asyncio.run(_two_at_once(Banco.open(Settings(database_url=banco, database_pool=1))))  # type: ignore[arg-type]
    assert value(waiting) == 0
    assert (value(in_use), value(waits)) == (before[0], before[1] + 2)


async def _two_at_once(banco: Banco) -> None:
    used = value(in_use)
    async with banco.transacao():
        assert value(in_use) == used + 1
        assert value(sizes) == 1
        other = asyncio.create_task(_one(banco))
        async with asyncio.timeout(LIMIT):
            while value(waiting) != 1:
                await asyncio.sleep(0.01)
    await other
    await banco.close()


async def _one(banco: Banco) -> None:
    async with banco.transacao():
        pass


def test_a_connection_that_could_not_be_had_is_not_counted_as_used() -> None:
    used = value(in_use)
    url = "postgresql://ninguem@127.0.0.1:1/nada"
    with pytest.raises(Indisponivel):
        asyncio.run(_one(Banco.open(Settings(database_url=url))))  # type: ignore[arg-type]
    assert (value(in_use), value(waiting)) == (used, 0)


def test_a_transaction_that_fails_gives_its_connection_back(banco: str) -> None:
    used = value(in_use)
    with pytest.raises(ZeroDivisionError):
        asyncio.run(_failing(Banco.open(Settings(database_url=banco))))  # type: ignore[arg-type]
    assert value(in_use) == used


async def _failing(banco: Banco) -> None:
    async with banco.transacao():
        raise ZeroDivisionError


def test_a_pool_that_counts_by_itself_is_told_as_it_is() -> None:
    Pool("entregas", 10).tell(7, 3)
    assert [value(each, "entregas") for each in (sizes, in_use, waiting)] == [10, 7, 3]
