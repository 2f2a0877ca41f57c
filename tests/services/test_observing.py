"""What the relay tells of servers and use, from real ones: a primary, its replica, a Valkey."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest
from redis import Redis

from fiscalxml_server.kit.quotas.counting import Contagem, count
from fiscalxml_server.kit.telemetry import Seen, sampled
from fiscalxml_server.kit.telemetry.sampled import TOP, Sampled
from fiscalxml_server.worker.observing import ARCHIVE, TOLD_SECONDS, Observacao
from services.servers.postgres import Servidor, start_postgres
from services.servers.replica import start_replica
from services.servers.running import server_folder
from services.servico import Servico
from services.telemetry.processes import eventually

TIPOS = ("abrir", "processar")


@pytest.fixture(scope="module")
def replica(postgres: Servidor) -> Iterator[Servidor]:
    """Of the server that this module's database is on."""
    with server_folder() as folder, start_replica(postgres, folder) as servidor:
        yield servidor


@pytest.fixture(scope="module")
def servico(
    banco: str, replica: Servidor, valkey: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Servico]:
    """Whose reads that may lag go to the replica."""
    of_replica = replica.owner_url(banco.rpartition("?")[0].rpartition("/")[2])
    servico = Servico(
        banco,
        tmp_path_factory.mktemp("servico"),
        database_replica_url=of_replica,
        broker_url=valkey,
    )
    yield servico
    servico.close()


@pytest.fixture
def observacao(servico: Servico, valkey: str) -> Observacao:
    return Observacao(servico.relay.banco, Redis.from_url(valkey), TIPOS)


def told(observacao: Observacao, of: Sampled) -> dict[tuple[str, ...], float]:
    return {reading.labels: reading.value for reading in observacao.estado() if reading.of == of}


def test_the_servers_tell_how_much_of_them_is_used(
    servico: Servico, observacao: Observacao
) -> None:
    servico.run(observacao.see_servers())
    ((sessions,), (most,)) = (
        told(observacao, of).values()
        for of in (sampled.DATABASE_CONNECTIONS, sampled.DATABASE_CONNECTIONS_MAX)
    )
    assert 1 <= sessions <= most == 200
    assert told(observacao, sampled.DATABASE_BYTES)[()] > 1_000_000
    assert (
        told(observacao, sampled.BROKER_BYTES)[()] < told(observacao, sampled.BROKER_BYTES_MAX)[()]
    )
    assert set(told(observacao, sampled.DATABASE_TRANSACTIONS)) == {("commit",), ("rollback",)}


def test_the_lag_of_a_replica_grows_while_it_stands_still_and_is_gone_when_it_goes_on(
    servico: Servico, observacao: Observacao, postgres: Servidor, replica: Servidor
) -> None:
    assert _lag(servico, observacao) == 0
    replica.execute("SELECT pg_wal_replay_pause()")
    postgres.execute("CREATE TABLE atraso (a integer); DROP TABLE atraso")
    eventually(lambda: _lag(servico, observacao) >= 0.5)
    replica.execute("SELECT pg_wal_replay_resume()")
    eventually(lambda: _lag(servico, observacao) == 0)
    assert told(observacao, sampled.REPLICA_STREAMING) == {(): 1}


def test_wal_that_is_not_archived_is_told_until_it_is() -> None:
    """To who has no more rights than the relay. A segment that is ready wakes the archiver."""
    with server_folder() as folder:
        works = folder / "works"
        archiving = {"archive_mode": "on", "archive_command": f"test -e {works}"}
        with start_postgres(folder, **archiving) as servidor:

            def stalled() -> float:
                return asyncio.run(_stalled(servidor.owner_url("vazio")))

            def end_a_segment() -> None:
                servidor.execute("CREATE TABLE nova (a integer); DROP TABLE nova")
                servidor.execute("SELECT pg_switch_wal()")

            end_a_segment()
            eventually(lambda: stalled() > 0.5)
            works.touch()
            end_a_segment()
            eventually(lambda: stalled() == 0)


async def _stalled(url: str) -> float:
    connection = await asyncpg.connect(url)
    try:
        return float(await connection.fetchval(ARCHIVE.text))
    finally:
        await connection.close()


def test_without_use_of_a_replica_nothing_is_told_of_one(servico: Servico, valkey: str) -> None:
    values = {**servico.values, "database_replica_url": None, "broker_url": valkey}
    alone = Servico(values.pop("database_url"), Path(servico.objetos.parent), broker_url=valkey)
    observacao = Observacao(alone.relay.banco, Redis.from_url(valkey), TIPOS)
    alone.run(observacao.see_servers())
    assert told(observacao, sampled.DATABASE_BYTES)
    assert not told(observacao, sampled.REPLICA_LAG)
    alone.close()


def test_what_cannot_be_read_any_more_is_not_told_as_it_was(servico: Servico, valkey: str) -> None:
    broker = Redis.from_url(valkey)
    observacao = Observacao(servico.relay.banco, broker, TIPOS)
    servico.run(observacao.see_servers())
    assert told(observacao, sampled.BROKER_CLIENTS)
    broker.connection_pool = Redis.from_url("redis://127.0.0.1:1/0").connection_pool
    servico.run(observacao.see_servers())
    assert not told(observacao, sampled.BROKER_CLIENTS)
    assert told(observacao, sampled.DATABASE_CONNECTIONS)


def test_every_queue_is_told_even_when_nothing_waits(
    servico: Servico, observacao: Observacao
) -> None:
    servico.run(_see_queues(servico, observacao))
    depths = told(observacao, sampled.QUEUE_DEPTH)
    assert set(depths) >= {("outbox",), ("abrir.pendente",), ("processar.morto",)}
    assert told(observacao, sampled.QUEUE_AGE).keys() == depths.keys()


def test_what_is_not_looked_at_any_more_is_not_told_as_it_was(
    servico: Servico, valkey: str
) -> None:
    """A database that is away, a look that hangs: nobody says so, and the time passes."""
    now = [0.0]
    seen = Seen(lambda: now[0])
    observacao = Observacao(servico.relay.banco, Redis.from_url(valkey), TIPOS, seen)
    servico.run(_see_queues(servico, observacao))
    now[0] = TOLD_SECONDS - 1
    assert told(observacao, sampled.QUEUE_AGE)
    now[0] = TOLD_SECONDS
    assert observacao.estado() == []


def test_of_many_organisations_those_that_use_most_are_told_and_the_others_together(
    servico: Servico, observacao: Observacao
) -> None:
    use = {uuid4(): number for number in range(1, TOP + 11)}
    servico.run(_use(servico, use))
    servico.run(observacao.see_use())
    documents = told(observacao, sampled.ORGANIZATION_DOCUMENTS)
    others = [number for number in use.values() if number <= 10]
    assert documents.pop(("other",)) == sum(others)
    assert documents == {
        (str(each),): number for each, number in use.items() if number not in others
    }
    assert told(observacao, sampled.ORGANIZATIONS) == {(): len(use)}


def _lag(servico: Servico, observacao: Observacao) -> float:
    servico.run(observacao.see_servers())
    return told(observacao, sampled.REPLICA_LAG)[()]


async def _see_queues(servico: Servico, observacao: Observacao) -> None:
    async with servico.relay.banco.transacao() as conn:
        await observacao.see_queues(conn)


async def _use(servico: Servico, use: dict[UUID, int]) -> None:
    async with servico.api.banco.transacao() as conn:
        await count(conn, [Contagem(each, "teste", number) for each, number in use.items()])
