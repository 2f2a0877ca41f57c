"""The jobs of a lote: open the archive, process a block; and what is told of one given up."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.api.lotes import repository
from fiscalxml_server.api.lotes.opening import open_lote
from fiscalxml_server.api.lotes.processing import former_parts, process_block
from fiscalxml_server.api.lotes.schemas import ABRIR, PROCESSAR, Item
from fiscalxml_server.api.lotes.telling import tell_end
from fiscalxml_server.kit.attempts import Tarefa
from fiscalxml_server.kit.jobs import Job

_OPENING_SECONDS: Final = 4 * 3600
"""for a lote of 5 GB; a reading that stands still loses its lease long before"""
_DESISTENCIA: Final = (
    "Não foi possível processar este arquivo: em todas as tentativas houve um erro, ou o processo "
    "terminou ou parou."
)
_NAO_ABERTO: Final = (
    "Não foi possível abrir o arquivo enviado: em todas as tentativas houve um erro, ou o processo "
    "terminou ou parou."
)


async def _fail_lote(conn: AsyncConnection, job: Job) -> None:
    org, lote = job.trabalho.organizacao, job.trabalho.lote
    await tell_end(conn, org, await repository.mark_failed(conn, org, lote, _NAO_ABERTO))


async def _fail_entries(conn: AsyncConnection, job: Job) -> None:
    """An outcome for each: the rest of the lote concludes."""
    trabalho = job.trabalho
    org, lote = trabalho.organizacao, trabalho.lote
    bloco = await repository.read_block(conn, org, lote, trabalho.bloco)
    entradas = bloco.entradas[trabalho.inicio : trabalho.fim]
    itens = [
        Item(
            indice=entrada.indice,
            nome=entrada.nome,
            desfecho="falha",
            codigo="falha_processamento",
            mensagem=_DESISTENCIA,
        )
        for entrada in entradas
    ]
    await repository.insert_items(conn, org, lote, itens)
    await tell_end(conn, org, await repository.add_done(conn, org, lote, len(entradas), itens))


TAREFAS: Final = (
    Tarefa(tipo=ABRIR, do=open_lote, give_up=_fail_lote, segundos=_OPENING_SECONDS),
    Tarefa(tipo=PROCESSAR, do=process_block, give_up=_fail_entries, leftovers=former_parts),
)
