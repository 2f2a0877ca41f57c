"""Periodic tasks: each is done when due, by one process, and again where it failed."""

from __future__ import annotations

import asyncio
import logging
from uuid import uuid4

import pytest

from fiscalxml_server.auth import periodic
from fiscalxml_server.auth.periodic import Tarefa, run_due
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit.settings import Settings

from .portal import Portal


def _tarefa(seconds: float, work: object) -> Tarefa:
    return Tarefa(f"teste.{uuid4().hex[:8]}", seconds, work)  # type: ignore[arg-type]


def test_a_task_is_done_once_in_its_time(portal: Portal) -> None:
    done = []

    async def work(recursos: Recursos) -> None:
        done.append(recursos)

    tarefa = _tarefa(3600, work)
    assert portal.run(run_due(portal.recursos, tarefa))
    assert not portal.run(run_due(portal.recursos, tarefa))
    assert done == [portal.recursos]
    assert portal.run(run_due(portal.recursos, tarefa._replace(seconds=0)))


def test_one_process_does_it_while_the_others_pass_by(portal: Portal) -> None:
    started, end = asyncio.Event(), asyncio.Event()

    async def work(_: Recursos) -> None:
        started.set()
        await end.wait()

    async def both() -> tuple[bool, bool]:
        other = Recursos.open(Settings(**portal.values))
        tarefa = _tarefa(0, work)
        first = asyncio.create_task(run_due(portal.recursos, tarefa))
        await started.wait()
        second = await run_due(other, tarefa)
        end.set()
        await other.close()
        return await first, second

    assert portal.run(both()) == (True, False)


def test_what_failed_is_logged_and_tried_again(
    portal: Portal, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(periodic, "_LOOK_SECONDS", 0.02)
    attempts = asyncio.Semaphore(0)
    second = asyncio.Event()

    async def work(_: Recursos) -> None:
        attempts.release()
        if not second.is_set():
            second.set()
            raise ValueError("tentativa")

    async def wait() -> None:
        async with periodic.periodic(portal.recursos, [_tarefa(3600, work)]):
            for _ in range(2):
                await asyncio.wait_for(attempts.acquire(), 10)
            await asyncio.sleep(0.2)

    with caplog.at_level(logging.ERROR):
        portal.run(wait())
    assert [each.message for each in caplog.records] == ["periodic task failed"]
    assert attempts.locked()  # done at the second attempt, and not due since


def test_a_task_that_takes_long_does_not_hold_up_another(portal: Portal) -> None:
    short = asyncio.Event()

    async def forever(_: Recursos) -> None:
        await asyncio.Event().wait()

    async def work(_: Recursos) -> None:
        short.set()

    async def wait() -> None:
        async with periodic.periodic(portal.recursos, [_tarefa(0, forever), _tarefa(0, work)]):
            await asyncio.wait_for(short.wait(), 10)

    portal.run(wait())
