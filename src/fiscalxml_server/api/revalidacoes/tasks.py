"""The jobs of a re-validation: plan it, judge a block; and what is told of one given up."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.api.revalidacoes import repository
from fiscalxml_server.api.revalidacoes.judging import (
    block_documents,
    failed_item,
    revalidate_block,
    write_done,
)
from fiscalxml_server.api.revalidacoes.planning import plan
from fiscalxml_server.api.revalidacoes.schemas import PLANEJAR, REVALIDAR
from fiscalxml_server.api.revalidacoes.telling import tell_end
from fiscalxml_server.kit.attempts import Tarefa
from fiscalxml_server.kit.jobs import Job

_PLANNING_SECONDS: Final = 3600
"""for millions of documents; no statement of it may take longer than any other"""
_DESISTENCIA: Final = (
    "Não foi possível julgar este documento de novo: em todas as tentativas houve um erro, ou o "
    "processo terminou ou parou."
)
_NAO_PLANEJADA: Final = (
    "Não foi possível buscar os documentos: em todas as tentativas houve um erro, ou o processo "
    "terminou ou parou."
)


async def _fail(conn: AsyncConnection, job: Job) -> None:
    org, revalidacao = job.trabalho.organizacao, job.trabalho.lote
    ended = await repository.mark_failed(conn, org, revalidacao, _NAO_PLANEJADA)
    await tell_end(conn, org, ended)


async def _fail_documents(conn: AsyncConnection, job: Job) -> None:
    """A *falha* of each: the rest concludes."""
    rows = await block_documents(conn, job)
    itens = [
        failed_item(indice, row, "falha_processamento", _DESISTENCIA)
        for indice, row in rows.items()
    ]
    await write_done(conn, job, len(rows), itens)


TAREFAS: Final = (
    Tarefa(tipo=PLANEJAR, do=plan, give_up=_fail, segundos=_PLANNING_SECONDS, pesquisa=True),
    Tarefa(tipo=REVALIDAR, do=revalidate_block, give_up=_fail_documents),
)
