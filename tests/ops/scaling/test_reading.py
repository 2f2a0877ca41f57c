"""What there is to do, read from a real PostgreSQL by the functions that the relay uses."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from pydantic import SecretStr

from fiscalxml_ops.scaling.pressure import Work
from fiscalxml_ops.scaling.reading import Reader, ServicoAusente, always, backlog, of_service
from fiscalxml_server.kit import custody, jobs
from fiscalxml_server.kit.db import Banco, new_id
from fiscalxml_server.kit.jobs import Fila, Trabalho
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.worker.relay import LATER, windows

WINDOWS = {"abrir": 2, "exportar": 1}


@dataclass
class Table:
    """Jobs, who does them, and who reads how many there are."""

    reader: Reader
    worker: Banco
    runner: asyncio.Runner

    def add(self, tipo: str, count: int) -> None:
        lote, organizacao = new_id(), uuid4()
        each = [
            Trabalho(organizacao=organizacao, tipo=tipo, lote=lote, bloco=number)
            for number in range(count)
        ]
        self.runner.run(self._add(each))

    def claim(self, count: int) -> None:
        self.runner.run(self._claim(count))

    def work(self) -> Work:
        return self.runner.run(self.reader.work())

    async def _add(self, each: list[Trabalho]) -> None:
        async with self.worker.transacao() as conn:
            await jobs.add(conn, each, None)

    async def _claim(self, count: int) -> None:
        async with self.reader.banco.transacao() as conn:
            found = await jobs.to_publish(conn, window=count, limit=count)
        async with self.worker.transacao() as conn:
            for ref, _ in found:
                assert await jobs.claim(conn, ref, 60)


@pytest.fixture(scope="module")
def table(banco: str) -> Iterator[Table]:
    """As the role that publishes it."""
    relay, worker = (_settings(banco, role) for role in ("relay", "worker"))
    reader = Reader(
        banco=Banco.open(relay),
        workers=always(2),
        processes=2,
        windows=windows(relay),
        later=LATER,
    )
    with asyncio.Runner() as runner:
        table = Table(reader, Banco.open(worker), runner)
        yield table
        for each in (table.worker, reader.banco):
            runner.run(each.close())


def _settings(banco: str, role: str) -> Settings:
    return Settings(database_url=SecretStr(banco), database_role=f"fiscalxml_{role}")


def test_what_waits_and_what_is_at_work_is_counted_as_it_stands_in_the_table(table: Table) -> None:
    nothing = table.work()
    assert (nothing.depth, nothing.age, nothing.busy, nothing.pressure) == (0, 0, 0, 0)
    table.add("processar", 300)
    table.claim(3)
    work = table.work()
    assert (work.depth, work.running, work.workers) == (297, 3, 2)
    assert work.busy == 0.75
    assert work.age > 0
    assert work.pressure == pytest.approx(297 / 200)
    # What may take its time asks for no worker, and of exports one is made at a time.
    table.add(custody.ELIMINAR, 500)
    table.add("exportar", 50)
    assert table.work().depth == 298


def test_of_a_type_with_a_window_only_what_it_lets_out_asks_for_workers() -> None:
    waiting = Fila("abrir", "pendente", 9, 500.0)
    assert backlog([waiting], WINDOWS, ()).depth == 2
    one = [waiting, Fila("abrir", "em_curso", 1, 600.0)]
    assert backlog(one, WINDOWS, ()).depth == 1
    full = [waiting, Fila("abrir", "em_curso", 2, 600.0), Fila("processar", "pendente", 3, 7.0)]
    found = backlog(full, WINDOWS, ())
    assert (found.depth, found.age, found.running) == (3, 7.0, 2)


def test_dead_letters_are_no_work() -> None:
    assert backlog([Fila("processar", "morto", 70, 9e6)], WINDOWS, ()).depth == 0


class _Ecs:
    def __init__(self, *counts: int) -> None:
        self._services = [{"runningCount": each} for each in counts]

    def describe_services(self, cluster: str, services: list[str]) -> dict[str, object]:
        assert (cluster, services) == ("fiscalxml", ["worker"])
        return {"services": self._services}


def test_workers_are_those_that_ecs_has_running() -> None:
    assert asyncio.run(of_service(_Ecs(7), "fiscalxml", "worker")()) == 7
    with pytest.raises(ServicoAusente):
        asyncio.run(of_service(_Ecs(), "fiscalxml", "worker")())
