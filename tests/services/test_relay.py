"""The relay by itself: what it clears away, and what it goes on with while a server is away."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import insert, select

from fiscalxml_server.kit import jobs
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.idempotency import idempotencia
from fiscalxml_server.kit.jobs import Ref, Trabalho
from fiscalxml_server.kit.telemetry import Reading
from fiscalxml_server.kit.telemetry.sampled import QUEUE_DEPTH
from fiscalxml_server.worker.registry import TAREFAS
from fiscalxml_server.worker.relay import TIPOS, Relay, windows
from services.servico import Servico

NOBODY = "redis://127.0.0.1:1/0"
LIMIT = 20.0


def test_the_queues_are_looked_at_while_the_broker_is_away(banco: str, tmp_path: Path) -> None:
    servico = Servico(banco, tmp_path, broker_url=NOBODY)
    servico.run(_begin_a_job(servico))
    seen = servico.run(_look(Relay(servico.relay)))
    depths = {labels: value for of, labels, value in seen if of == QUEUE_DEPTH}
    assert {name for (name,), depth in depths.items() if depth} == {"processar.em_curso"}
    servico.close()


def test_plans_of_re_validations_do_not_take_every_worker(banco: str, tmp_path: Path) -> None:
    servico = Servico(banco, tmp_path, broker_url=NOBODY)
    assert servico.run(_published(servico, ["planejar"] * 5 + ["processar"] * 2)) == [
        "planejar",
        "processar",
        "processar",
    ]
    servico.close()


async def _published(servico: Servico, tipos: list[str]) -> list[str]:
    """Of jobs of these types, each of another organisation, those that the relay hands over."""
    works = [Trabalho(organizacao=uuid4(), tipo=tipo, lote=new_id()) for tipo in tipos]
    async with servico.relay.banco.transacao() as conn:
        await conn.execute(jobs.jobs.update().values(situacao="feito"))
    async with servico.worker.banco.transacao() as conn:
        await jobs.add(conn, works, None)
    async with servico.relay.banco.transacao() as conn:
        found = await jobs.to_publish(conn, len(works), windows(servico.relay.settings))
    return sorted(tipo for _, tipo in found)


def test_answers_are_kept_for_seven_days(banco: str, tmp_path: Path) -> None:
    servico = Servico(banco, tmp_path, broker_url=NOBODY)
    now = datetime.now(UTC)
    for chave, days in (("nova", 0), ("de seis dias", 6), ("de oito dias", 8)):
        servico.run(_keep_answer(servico, chave, now - timedelta(days=days)))
    servico.run(_clear_away(Relay(servico.relay), servico))
    assert servico.run(_answers(servico)) == {"nova", "de seis dias"}
    servico.close()


async def _keep_answer(servico: Servico, chave: str, when: datetime) -> None:
    async with servico.api.banco.transacao(servico.organizacao) as conn:
        values = {"operacao": "x", "impressao": b"", "status": 200, "corpo": b"", "cabecalhos": b""}
        await conn.execute(
            insert(idempotencia).values(
                organizacao=servico.organizacao, chave=chave, criado_em=when, **values
            )
        )


async def _answers(servico: Servico) -> set[str]:
    async with servico.api.banco.transacao(servico.organizacao) as conn:
        return set((await conn.execute(select(idempotencia.c.chave))).scalars())


async def _clear_away(relay: Relay, servico: Servico) -> None:
    """Run until something is gone."""
    before = await _answers(servico)
    running = asyncio.create_task(relay.run())
    async with asyncio.timeout(LIMIT):
        while await _answers(servico) == before:
            await asyncio.sleep(0.02)
    relay.end()
    await running


async def _begin_a_job(servico: Servico) -> None:
    trabalho = Trabalho(organizacao=uuid4(), tipo="processar", lote=new_id(), fim=1)
    async with servico.worker.banco.transacao() as conn:
        await jobs.add(conn, [trabalho], None)
        ident = (await conn.execute(jobs.jobs.select())).mappings().one()["id"]
        await jobs.claim(conn, Ref(jobs.dia(trabalho.lote), ident), 60)


async def _look(relay: Relay) -> list[Reading]:
    """What it saw first."""
    running = asyncio.create_task(relay.run())
    async with asyncio.timeout(LIMIT):
        while not relay.observacao.estado():
            await asyncio.sleep(0.02)
    relay.end()
    await running
    return relay.observacao.estado()


def test_all_types_of_jobs_are_told_even_where_there_is_none() -> None:
    assert set(TAREFAS) == TIPOS


def test_the_relay_loads_neither_the_core_nor_the_web_framework() -> None:
    """It carries ids, in a process that is to stay small."""
    asked = "import sys, fiscalxml_server.worker.relay; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    assert not {"lxml", "fiscalxml.process", "fastapi", "pyarrow"} & set(done.stdout.split())
