"""The job of an export, and what is told of one that was given up."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.api.exportacoes import repository
from fiscalxml_server.api.exportacoes.exporting import export
from fiscalxml_server.api.exportacoes.schemas import EXPORTAR
from fiscalxml_server.api.exportacoes.telling import tell_failed
from fiscalxml_server.kit.attempts import Tarefa
from fiscalxml_server.kit.jobs import Job
from fiscalxml_server.kit.settings import settings

_SECONDS: Final = 4 * 3600
"""for tens of millions of rows; one that stands still loses its lease long before"""
_DESISTENCIA: Final = (
    "Não foi possível gerar o arquivo: em todas as tentativas houve um erro, ou o processo "
    "terminou ou parou."
)


async def _fail(conn: AsyncConnection, job: Job) -> None:
    org, exportacao = job.trabalho.organizacao, job.trabalho.lote
    hours = settings().export_hours
    if await repository.fail(conn, org, exportacao, _DESISTENCIA, hours=hours):
        await tell_failed(conn, org, exportacao, _DESISTENCIA)


TAREFAS: Final = (
    Tarefa(tipo=EXPORTAR, do=export, give_up=_fail, segundos=_SECONDS, pesquisa=True),
)
