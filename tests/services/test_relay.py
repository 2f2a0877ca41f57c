"""The relay where a server is away: it goes on with what it can."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import uuid4

from fiscalxml_server.kit import jobs
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.jobs import Ref, Trabalho
from fiscalxml_server.kit.telemetry import QueueState
from fiscalxml_server.worker.relay import Relay
from services.servico import Servico

NOBODY = "redis://127.0.0.1:1/0"
LIMIT = 20.0


def test_the_queues_are_looked_at_while_the_broker_is_away(banco: str, tmp_path: Path) -> None:
    servico = Servico(banco, tmp_path, broker_url=NOBODY)
    servico.run(_begin_a_job(servico))
    (fila,) = servico.run(_look(Relay(servico.relay)))
    assert (fila.name, fila.depth) == ("processar.em_curso", 1)
    servico.close()


async def _begin_a_job(servico: Servico) -> None:
    trabalho = Trabalho(organizacao=uuid4(), tipo="processar", lote=new_id(), fim=1)
    async with servico.worker.banco.transacao() as conn:
        await jobs.add(conn, [trabalho], None)
        ident = (await conn.execute(jobs.jobs.select())).mappings().one()["id"]
        await jobs.claim(conn, Ref(jobs.dia(trabalho.lote), ident), 60)


async def _look(relay: Relay) -> list[QueueState]:
    """What it saw first."""
    running = asyncio.create_task(relay.run())
    async with asyncio.timeout(LIMIT):
        while not relay.filas:
            await asyncio.sleep(0.02)
    relay.end()
    await running
    return relay.filas
