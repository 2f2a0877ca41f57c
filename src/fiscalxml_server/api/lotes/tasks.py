"""The jobs of a lote: open the archive, process a block, divide it, give up on it.

Each commits its effects together with its completion, and only while it holds the job.
"""

from __future__ import annotations

from typing import Final

import msgspec

from fiscalxml_server.api.lotes import repository
from fiscalxml_server.api.lotes.opening import open_lote
from fiscalxml_server.api.lotes.processing import former_parts, process_block
from fiscalxml_server.api.lotes.schemas import ABRIR, Item
from fiscalxml_server.kit import jobs
from fiscalxml_server.kit.jobs import Job
from fiscalxml_server.kit.resources import Recursos

_WHOLE_ATTEMPTS: Final = 2  # at a block before it is divided
_PARTS: Final = 8
_DESISTENCIA: Final = (
    "Não foi possível processar este arquivo: em todas as tentativas houve um erro, ou o processo "
    "terminou ou parou."
)
_NAO_ABERTO: Final = (
    "Não foi possível abrir o arquivo enviado: em todas as tentativas houve um erro, ou o processo "
    "terminou ou parou."
)


async def run(recursos: Recursos, job: Job) -> None:
    """Do a claimed job. Raises `LeasePerdido`, and whatever hinders the work."""
    # Before giving up: however few the attempts, only the file that is at fault fails.
    if job.tentativas > _WHOLE_ATTEMPTS and job.trabalho.fim - job.trabalho.inicio > 1:
        await _divide(recursos, job)
    elif job.tentativas > recursos.settings.job_attempts:
        await _give_up(recursos, job)
    elif job.trabalho.tipo == ABRIR:
        await open_lote(recursos, job)
    else:
        await process_block(recursos, job)


async def _divide(recursos: Recursos, job: Job) -> None:
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
    await recursos.objetos.discard(former_parts(job))


async def _give_up(recursos: Recursos, job: Job) -> None:
    """A dead letter, and its outcome for the user: the rest of the lote concludes."""
    trabalho = job.trabalho
    org, lote = trabalho.organizacao, trabalho.lote
    async with recursos.banco.transacao(org) as conn:
        await jobs.bury(conn, job)
        if trabalho.tipo == ABRIR:
            await repository.mark_failed(conn, org, lote, _NAO_ABERTO)
            return
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
        await repository.add_done(conn, org, lote, len(entradas), itens)
