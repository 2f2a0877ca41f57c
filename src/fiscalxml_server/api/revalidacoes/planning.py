"""Planning a re-validation: which documents, cut into blocks.

A stretch of documents in the order of their date commits by itself; an attempt that died is taken
up behind the last one. Memory holds one stretch, however many documents there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import RowMapping

from fiscalxml_server.api.documentos.filters import Filtro
from fiscalxml_server.api.revalidacoes import repository
from fiscalxml_server.api.revalidacoes.repository import Lugar
from fiscalxml_server.api.revalidacoes.request import filter_of
from fiscalxml_server.api.revalidacoes.schemas import ABERTAS, REVALIDAR
from fiscalxml_server.api.revalidacoes.telling import tell_end
from fiscalxml_server.kit import jobs
from fiscalxml_server.kit.jobs import Job, Trabalho
from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.settings import MEGABYTE

BLOCK_DOCUMENTS: Final = 200
_BLOCK_BYTES: Final = 8 * MEGABYTE
_STRETCH: Final = 5_000
"""documents; those of one pack mostly fall into one stretch, and are put together there"""


async def plan(recursos: Recursos, job: Job) -> None:
    """Write the blocks of a re-validation, and a job for each. Raises `LeasePerdido`."""
    org, revalidacao = job.trabalho.organizacao, job.trabalho.lote
    async with recursos.banco.transacao(org) as conn:
        row = await repository.find(conn, org, revalidacao)
        number = await repository.next_block(conn, org, revalidacao)
    assert row is not None  # noqa: S101 - written in the transaction that wrote the job
    filtro = filter_of(row["filtro"])
    after = None if row["plano_data"] is None else (row["plano_data"], row["plano_documento"])
    limited = recursos.limited_to(row["empresas"])
    while blocks := await _plan_stretch(recursos, limited, job, filtro, after, number):
        number += blocks[0]
        after = blocks[1]


async def _plan_stretch(
    recursos: Recursos,
    limited: Recursos,
    job: Job,
    filtro: Filtro,
    after: Lugar | None,
    number: int,
) -> tuple[int, Lugar] | None:
    """How many blocks were written, and up to where; None when the plan has ended.

    `limited`: what shows the documents that are seen by who asked.
    """
    org, revalidacao = job.trabalho.organizacao, job.trabalho.lote
    async with limited.banco.transacao(org) as conn:
        found = await repository.next_documents(conn, org, revalidacao, filtro, after, _STRETCH)
    async with recursos.banco.transacao(org) as conn:
        row = await repository.find(conn, org, revalidacao)
        if row is None or row["situacao"] not in ABERTAS:
            await jobs.finish(conn, job)
            return None
        if not found:
            await jobs.finish(conn, job)
            await tell_end(conn, org, await repository.mark_planned(conn, org, revalidacao))
            return None
        await jobs.progress(conn, job, recursos.settings.job_lease_seconds)
        blocks = list(_blocks(found))
        await repository.insert_blocks(conn, org, revalidacao, number, blocks)
        works = [
            Trabalho(organizacao=org, tipo=REVALIDAR, lote=revalidacao, bloco=bloco, fim=len(block))
            for bloco, block in enumerate(blocks, number)
        ]
        await jobs.add(conn, works, job.traceparent)
        last = found[-1]["data"], found[-1]["id"]
        await repository.add_planned(conn, org, revalidacao, len(found), last)
    return len(blocks), last


def _blocks(found: Sequence[RowMapping]) -> Iterator[list[UUID]]:
    """Documents whose copies stand together, up to the bounds of a block."""
    block: list[UUID] = []
    size = 0
    for row in sorted(found, key=lambda row: (row["objeto"], row["inicio"])):
        if block and (len(block) == BLOCK_DOCUMENTS or size + row["tamanho"] > _BLOCK_BYTES):
            yield block
            block, size = [], 0
        block.append(row["id"])
        size += row["tamanho"]
    if block:
        yield block
