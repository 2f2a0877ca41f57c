"""One worker process: its resources, its event loop, and a job from claim to end."""

from __future__ import annotations

import asyncio
import logging
import sys

from obstore.exceptions import BaseError as StoreError

from fiscalxml_server.kit import jobs
from fiscalxml_server.kit.attempts import attempt
from fiscalxml_server.kit.db import ConsultaDemorada
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.jobs import Job, LeasePerdido, Ref
from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.telemetry import SpanKind, span, work
from fiscalxml_server.kit.watch import watch_process
from fiscalxml_server.worker.registry import TAREFAS

_logger = logging.getLogger(__name__)
_AWAY_SECONDS = 2.0  # before a job is tried again whose servers were away
_MAX_WAIT = 60.0


class _Process:
    """What a child has after its fork."""

    runner: asyncio.Runner | None = None
    recursos: Recursos | None = None


def open_process(settings: Settings) -> None:
    """After the fork. What goes wrong here goes wrong for every job, so the process ends."""
    try:
        _Process.runner = asyncio.Runner()
        _Process.runner.run(_open(settings))
        watch_process()
    except Exception:
        _logger.exception("the process cannot start")
        sys.exit(1)


async def _open(settings: Settings) -> None:
    _Process.recursos = Recursos.open(settings)


def close_process() -> None:
    """Before the process ends."""
    if _Process.runner is not None and _Process.recursos is not None:
        _Process.runner.run(_Process.recursos.close())
        _Process.runner.close()


def do(ref: str) -> None:
    """Claim a job and do it. Nothing is raised: what becomes of a job is in its row."""
    runner, recursos = _Process.runner, _Process.recursos
    assert runner is not None  # noqa: S101 - opened after the fork
    assert recursos is not None  # noqa: S101
    runner.run(do_job(recursos, Ref.parse(ref)))


async def do_job(recursos: Recursos, ref: Ref) -> None:
    """Claim a job and do it; nothing where it is done or another has it."""
    try:
        async with recursos.banco.transacao() as conn:
            job = await jobs.claim(conn, ref, recursos.settings.job_lease_seconds)
    except Indisponivel:
        return  # still pending: it will be published again
    if job is None:
        return
    tipo = job.trabalho.tipo
    with (
        span(
            f"job {tipo}",
            parent=job.traceparent,
            kind=SpanKind.CONSUMER,
            job_type=tipo,
            organization_id=job.trabalho.organizacao,
            batch_id=job.trabalho.lote,
        ),
        work(tipo, job.tentativas) as measured,
    ):
        try:
            await attempt(recursos, job, TAREFAS[tipo])
        except LeasePerdido:
            measured.outcome = "lost"
        except Exception as error:
            measured.outcome = "failed"
            _logger.exception("job failed", extra={"job_type": tipo, "job_attempt": job.tentativas})
            await _release(recursos, job, error)


async def _release(recursos: Recursos, job: Job, error: Exception) -> None:
    """Give the job back; where not even that is possible, its lease runs out."""
    away = isinstance(error, Indisponivel | StoreError | OSError)
    if isinstance(error, ConsultaDemorada) and TAREFAS[job.trabalho.tipo].pesquisa:
        away = False  # it would be tried for ever, and others of its type wait for it
    after = _AWAY_SECONDS if away else min(2.0**job.tentativas, _MAX_WAIT)
    try:
        async with recursos.banco.transacao() as conn:
            await jobs.release(conn, job, type(error).__name__, after=after, counts=not away)
    except (Indisponivel, LeasePerdido):
        return
