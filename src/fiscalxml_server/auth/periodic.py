"""What the Auth Service does by itself now and then, in one of its processes.

A task runs when it is due, under a lock of the database; that it was done is written at its end, so
that one which fails, or whose process dies, is due again, at any process.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

from sqlalchemy import text

from fiscalxml_server.auth.auditoria.checkpoints import checkpoint
from fiscalxml_server.auth.chaves.reminders import remind
from fiscalxml_server.auth.correio.sending import forget_emails, send_emails
from fiscalxml_server.auth.desafios import service as desafios
from fiscalxml_server.auth.maquinas.repository import forget_assertions
from fiscalxml_server.auth.pessoas.service import forget_expired
from fiscalxml_server.auth.privacidade import keeping, retention
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.tokens import revocations, rotation
from fiscalxml_server.auth.troca_de_email.service import forget_old as forget_changes_of_email

_LOG = logging.getLogger(__name__)
_LOOK_SECONDS: Final = 30.0
"""at most, between two looks whether a task is due"""
_AT_ONCE: Final = 2  # each takes a connection besides those that it works with


class Tarefa(NamedTuple):
    """`nome` is a word; it is done every `seconds`."""

    nome: str
    seconds: float
    work: Callable[[Recursos], Awaitable[None]]


async def _forget_revocations(recursos: Recursos) -> None:
    async with recursos.banco.transacao() as conn:
        await revocations.forget_old(conn)


async def _forget_challenges(recursos: Recursos) -> None:
    async with recursos.banco.transacao() as conn:
        await desafios.forget_old(conn)


async def _forget_assertions(recursos: Recursos) -> None:
    async with recursos.banco.transacao() as conn:
        await forget_assertions(conn)


async def _keep_up_signing_keys(recursos: Recursos) -> None:
    async with recursos.banco.transacao() as conn:
        await rotation.keep_up(conn, recursos.segredos)


TAREFAS: Final[Sequence[Tarefa]] = (
    Tarefa("assercoes", 600, _forget_assertions),
    Tarefa("auditoria", 3600, checkpoint),
    Tarefa("chaves_a_vencer", 600, remind),
    Tarefa("chaves_de_assinatura", rotation.PERIOD.total_seconds(), _keep_up_signing_keys),
    Tarefa("privacidade", keeping.PERIOD, keeping.keep),
    Tarefa("revogacoes", 3600, _forget_revocations),
    Tarefa("emails", 2, send_emails),
    Tarefa("emails_antigos", 86_400, forget_emails),
    Tarefa("cadastros", 3600, forget_expired),
    Tarefa("desafios", 3600, _forget_challenges),
    Tarefa("retencao", 86_400, retention.forget_of_people),
    Tarefa("trocas_de_email", 3600, forget_changes_of_email),
)
"""those of the service"""


@asynccontextmanager
async def periodic(recursos: Recursos, tarefas: Sequence[Tarefa] = TAREFAS) -> AsyncIterator[None]:
    """The tasks go on inside of the block, and are broken off at its end."""
    places = asyncio.Semaphore(_AT_ONCE)
    loops = [asyncio.create_task(_keep(recursos, each, places)) for each in tarefas]
    try:
        yield
    finally:
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)


async def _keep(recursos: Recursos, tarefa: Tarefa, places: asyncio.Semaphore) -> None:
    while True:
        try:
            async with places:
                await run_due(recursos, tarefa)
        except Exception as error:  # noqa: BLE001 - whatever it was, the task is due again
            _LOG.error("periodic task failed", exc_info=error, extra={"part": tarefa.nome})
        await asyncio.sleep(min(tarefa.seconds, _LOOK_SECONDS))


async def run_due(recursos: Recursos, tarefa: Tarefa) -> bool:
    """Do it now, unless it was done a while ago or another process does it. Raises what it does."""
    values = {"nome": tarefa.nome, "seconds": tarefa.seconds}
    async with recursos.banco.transacao() as conn:
        await conn.execute(_STAY)
        if not (await conn.execute(_LOCK, values)).scalar_one():
            return False
        if not (await conn.execute(_DUE, values)).scalar_one():
            return False
        await tarefa.work(recursos)
        await conn.execute(_DONE, values)
    return True


_STAY: Final = text("SET LOCAL idle_in_transaction_session_timeout = 0")
_LOCK: Final = text(
    "SELECT pg_try_advisory_xact_lock(hashtext('auth.periodicas'), hashtext(:nome))"
)
# Time of the start, so that a task does not drift by what it takes; a bit early is due.
_DUE: Final = text(
    "SELECT NOT EXISTS (SELECT FROM auth.periodicas WHERE nome = :nome"
    " AND em > clock_timestamp() - make_interval(secs => 0.95 * :seconds))"
)
_DONE: Final = text(
    "INSERT INTO auth.periodicas (nome, em) VALUES (:nome, now())"
    " ON CONFLICT (nome) DO UPDATE SET em = excluded.em"
)
