"""The jobs of a re-validation: plan it, judge a block; and what is told of one given up."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.api.revalidacoes import repository
from fiscalxml_server.api.revalidacoes.judging import failed_item, item_index, revalidate_block
from fiscalxml_server.api.revalidacoes.planning import plan
from fiscalxml_server.api.revalidacoes.schemas import PLANEJAR, REVALIDAR, count
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
    trabalho = job.trabalho
    org, revalidacao = trabalho.organizacao, trabalho.lote
    rows = await repository.block_documents(
        conn, org, revalidacao, trabalho.bloco, trabalho.inicio, trabalho.fim
    )
    itens = [
        failed_item(indice, row, "falha_processamento", _DESISTENCIA)
        for indice, row in enumerate(rows, item_index(job))
    ]
    await repository.insert_items(conn, org, revalidacao, itens)
    counts = count(len(rows), itens)
    ended = await repository.add_done(conn, org, revalidacao, len(rows), counts)
    await tell_end(conn, org, ended)


TAREFAS: Final = (
    Tarefa(tipo=PLANEJAR, do=plan, give_up=_fail, segundos=_PLANNING_SECONDS, pesquisa=True),
    Tarefa(tipo=REVALIDAR, do=revalidate_block, give_up=_fail_documents),
)
