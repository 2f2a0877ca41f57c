"""What becomes of a job at each attempt: done, divided, given up. The same for every kind of work.

A process that dies, hangs or eats memory takes its job with it; the next attempt learns of it from
the number that it has.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit import jobs
from fiscalxml_server.kit.jobs import Job
from fiscalxml_server.kit.resources import Recursos

WHOLE_ATTEMPTS: Final = 2
"""at a block before it is divided"""
_PARTS: Final = 8


def _none(_: Job) -> Sequence[str]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Tarefa:
    """A type of job. What `do` and `give_up` write commits together with the job's end."""

    tipo: str
    do: Callable[[Recursos, Job], Awaitable[None]]
    """raises `LeasePerdido`, and whatever hinders the work"""
    give_up: Callable[[AsyncConnection, Job], Awaitable[None]]
    """writes what the user is told, in the transaction that buries the job"""
    leftovers: Callable[[Job], Sequence[str]] = _none
    """objects that attempts before this one stored, and could not commit"""
    segundos: float | None = None
    """of a whole attempt, where it is not the time that the settings give a block"""
    pesquisa: bool = False
    """it looks for what somebody asked for: a statement that takes too long speaks against it"""


# Medida: documento-que-mata
async def attempt(recursos: Recursos, job: Job, tarefa: Tarefa) -> None:
    """Do a claimed job. Raises `LeasePerdido`, and whatever hinders the work."""
    # Before giving up: however few the attempts, only the entry that is at fault fails.
    if job.tentativas > WHOLE_ATTEMPTS and job.trabalho.fim - job.trabalho.inicio > 1:
        await _divide(recursos, job, tarefa)
    elif job.tentativas > recursos.settings.job_attempts:
        async with recursos.banco.transacao(job.trabalho.organizacao) as conn:
            await jobs.bury(conn, job)
            await tarefa.give_up(conn, job)
    else:
        await tarefa.do(recursos, job)


async def _divide(recursos: Recursos, job: Job, tarefa: Tarefa) -> None:
    """Smaller jobs for the same entries, so that the one that kills processes stands alone."""
    whole = job.trabalho
    step = -(-(whole.fim - whole.inicio) // _PARTS)
    parts = [
        msgspec.structs.replace(whole, inicio=at, fim=min(at + step, whole.fim))
        for at in range(whole.inicio, whole.fim, step)
    ]
    async with recursos.banco.transacao(whole.organizacao) as conn:
        await jobs.finish(conn, job, "dividido")
        await jobs.add(conn, parts, job.traceparent)
    await recursos.objetos.discard(tarefa.leftovers(job))
