"""Several processes, and processes and servers that die: nothing is lost, order holds."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.notifying.ordering import horizon
from fiscalxml_server.webhooks.entregador import claiming
from fiscalxml_server.webhooks.entregador.lanes import Raia
from services.servers.postgres import Servidor
from services.webhooks.portal import Casa, Portal

from .central import delivering, start_process
from .noticias import lote_concluido
from .receptor import Receptor, Resposta, wait_until
from .vistas import new, queued, situations, told

_HOLDERS = """
    SELECT pid, count(*) AS fatias FROM pg_locks
    WHERE locktype = 'advisory' AND classid = 1501501
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    GROUP BY pid
"""
_PARKED = text("SELECT count(*) FROM webhooks.fila WHERE estado = 'estacionada'")


@contextmanager
def process(portal: Portal, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    started = start_process(portal, folder)
    try:
        yield started
    finally:
        started.terminate()
        assert started.wait(30) in (0, -signal.SIGKILL)


def all_delivered(casa: Casa, assinatura: str, number: int) -> bool:
    return situations(casa, assinatura) == ["entregue"] * number


def shares(casa: Casa) -> list[int]:
    return sorted(row.fatias for row in casa.sql(_HOLDERS))


def test_a_killed_process_loses_nothing(
    portal: Portal, casa: Casa, receptor: Receptor, tmp_path: Path
) -> None:
    receptor.answer("/a", lambda _: Resposta(depois=0.02))
    receptor.answer("/b", lambda _: Resposta(depois=0.02))
    free, ordered = new(casa, receptor), new(casa, receptor, "/b", ordenada=True)
    with process(portal, tmp_path) as first:
        casa.publish(*(lote_concluido() for _ in range(150)))
        receptor.wait("/b", 20)
        first.kill()
        first.wait()
        with process(portal, tmp_path):
            for each in (free, ordered):
                wait_until(partial(all_delivered, casa, each, 150))
                assert not queued(casa, each)
    assert {each.id for each in receptor.at("/a")} == set(told(casa, free))
    assert list(dict.fromkeys(each.id for each in receptor.at("/b"))) == told(casa, ordered)


def test_two_processes_share_and_an_ordered_one_is_told_by_one_of_them(
    portal: Portal, casa: Casa, receptor: Receptor, tmp_path: Path
) -> None:
    paths = [f"/{number}" for number in range(12)]
    for path in paths:
        receptor.answer(path, lambda _: Resposta(depois=0.01))
        new(casa, receptor, path, ordenada=True)
    with process(portal, tmp_path):
        wait_until(lambda: shares(casa) == [64])
        casa.publish(*(lote_concluido() for _ in range(100)))
        with process(portal, tmp_path):
            wait_until(lambda: shares(casa) == [32, 32])
            for path in paths:
                receptor.wait(path, 100)
        wait_until(lambda: shares(casa) == [64])
    for path in paths:
        ids = [each.id for each in receptor.at(path)]
        assert ids == sorted(ids)
        assert len(ids) == 100
        assert receptor.ao_mesmo_tempo[path] == 1


def test_a_process_that_is_told_to_end_ends_what_it_began(
    portal: Portal, casa: Casa, receptor: Receptor, tmp_path: Path
) -> None:
    receptor.answer("/a", lambda _: Resposta(depois=1.0))
    assinatura = new(casa, receptor, simultaneas=4)
    with process(portal, tmp_path):
        casa.publish(*(lote_concluido() for _ in range(10)))
        receptor.wait("/a", 4)
    assert situations(casa, assinatura).count("entregue") == 4
    rows = casa.sql("SELECT estado FROM webhooks.fila WHERE assinatura = :id", id=assinatura)
    assert [row.estado for row in rows] == ["livre"] * 6


def test_connections_that_are_lost_lose_nothing(
    portal: Portal, casa: Casa, receptor: Receptor, postgres: Servidor
) -> None:
    """As when PostgreSQL restarts: all sessions end, and with them the locks."""
    receptor.answer("/a", lambda _: Resposta(depois=0.02))
    assinatura = new(casa, receptor, ordenada=True)
    with delivering(portal):
        casa.publish(*(lote_concluido() for _ in range(100)))
        for number in (10, 40, 70):
            receptor.wait("/a", number)
            postgres.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'fiscalxml_entregador'"
            )
        wait_until(lambda: situations(casa, assinatura) == ["entregue"] * 100)
        wait_until(lambda: not queued(casa, assinatura))
    assert list(dict.fromkeys(each.id for each in receptor.at("/a"))) == told(casa, assinatura)


def test_what_a_breaker_parks_while_lanes_are_filled_up_is_not_forgotten(
    portal: Portal, casa: Casa, receptor: Receptor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The receiver fails just while the database is asked for the last of what is parked."""
    hungry: dict[Raia, int] = {}
    hungry_of = claiming.Tomador._hungry
    failed: list[Raia] = []

    def told_hungry(tomador: claiming.Tomador, room: int) -> dict[Raia, int]:
        hungry.clear()
        hungry.update(hungry_of(tomador, room))
        return dict(hungry)

    async def meanwhile(conn: AsyncConnection) -> UUID:
        parked = (await conn.execute(_PARKED)).scalar_one()
        for raia, asked in hungry.items():
            if len(raia) and parked < asked and not failed:
                failed.append(raia)
                while not raia.disjuntor.failed(time.monotonic()):
                    pass
                entregador._despacho._park(raia)
        return await horizon(conn)

    monkeypatch.setattr(claiming.Tomador, "_hungry", told_hungry)
    monkeypatch.setattr(claiming, "horizon", meanwhile)
    monkeypatch.setattr(claiming, "_ROOM", 20)
    receptor.answer("/a", lambda _: Resposta(depois=0.03))
    assinatura = new(casa, receptor, simultaneas=4)
    with delivering(portal, webhooks_breaker_seconds=0.05) as entregador:
        casa.publish(*(lote_concluido() for _ in range(105)))
        wait_until(lambda: all_delivered(casa, assinatura, 105))
    assert failed
