"""Opening a lote: the archive's files, one after the other, into blocks.

A block's object is where its documents stay, so a file is compressed and sealed once. Every block
commits by itself; an attempt that died is taken up behind its last block, since an archive always
gives the same files in the same order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Final

from fiscalxml.archives import ArchiveLimits, Entry, Ignorado, iter_archive
from fiscalxml.archives import Item as Found
from fiscalxml_server.api.lotes import repository
from fiscalxml_server.api.lotes.schemas import Bloco, Entrada, Item
from fiscalxml_server.kit import jobs
from fiscalxml_server.kit.jobs import Job, Trabalho
from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.settings import MEGABYTE
from fiscalxml_server.kit.storage import CopiaAusente, Pacote

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ABRIR: Final = "abrir"
PROCESSAR: Final = "processar"

_BLOCK_ENTRIES: Final = 200
_BLOCK_BYTES: Final = 8 * MEGABYTE
_BLOCK_FOUND: Final = 2000  # files of any kind, most of which may be none of ours
_DESAPARECIDO: Final = "O arquivo enviado não está mais no armazenamento."


@dataclass(slots=True)
class _Block:
    """What was read since the last block."""

    prefix: str
    pacote: Pacote
    entradas: list[Entrada] = field(default_factory=list)
    itens: list[Item] = field(default_factory=list)
    size: int = 0

    def full(self) -> bool:
        found = len(self.entradas) + len(self.itens)
        return (
            len(self.entradas) >= _BLOCK_ENTRIES
            or self.size >= _BLOCK_BYTES
            or found >= _BLOCK_FOUND
        )

    def add(self, indice: int, found: Found) -> None:
        nome = found.name.removeprefix(self.prefix)
        if isinstance(found, Entry):
            self.entradas.append(Entrada(indice, nome, *self.pacote.add(found.data)))
            self.size += len(found.data)
            return
        self.itens.append(
            Item(
                indice=indice,
                nome=nome,
                desfecho="ignorado" if isinstance(found, Ignorado) else "falha",
                codigo=None if isinstance(found, Ignorado) else found.codigo,
                mensagem=found.motivo,
            )
        )


async def open_lote(recursos: Recursos, job: Job) -> None:
    """Write the blocks of a lote, and a job for each. Raises `LeasePerdido`."""
    org, lote = job.trabalho.organizacao, job.trabalho.lote
    async with recursos.banco.transacao(org) as conn:
        row = await repository.find(conn, org, lote)
        number = await repository.next_block(conn, org, lote)
    assert row is not None  # noqa: S101 - written in the transaction that wrote the job
    try:
        file = await recursos.objetos.open_upload(org, row["objeto"])
    except CopiaAusente:
        async with recursos.banco.transacao(org) as conn:
            await jobs.finish(conn, job)
            await repository.mark_failed(conn, org, lote, _DESAPARECIDO)
        return
    limits = ArchiveLimits(max_entry_bytes=recursos.settings.max_document_bytes)
    with file:
        found = enumerate(iter_archive(file, row["nome"], limits))
        rest = islice(found, row["arquivos"], None)
        more = True
        async with _kept(recursos, job, file):
            while more:
                block = _Block(f"{row['nome']}!", await recursos.objetos.pacote(org))
                more = await asyncio.to_thread(_fill, block, rest)
                if block.entradas or block.itens:
                    await _write(recursos, job, number, block)
                    number += 1
    async with recursos.banco.transacao(org) as conn:
        await jobs.finish(conn, job)
        await repository.mark_open(conn, org, lote)
    await recursos.objetos.delete(row["objeto"])


def _fill(block: _Block, found: Iterator[tuple[int, Found]]) -> bool:
    """Read until the block is full; False at the archive's end."""
    for indice, each in found:
        block.add(indice, each)
        if block.full():
            return True
    return False


async def _write(recursos: Recursos, job: Job, number: int, block: _Block) -> None:
    org, lote = job.trabalho.organizacao, job.trabalho.lote
    # Named after the attempt: one that is late by now must not write into this one's object.
    nome = f"lotes/{lote}/{number:06}-{job.cerca}"
    if block.entradas:
        await recursos.objetos.put_pacote(nome, block.pacote)
    async with recursos.banco.transacao(org) as conn:
        await jobs.progress(conn, job, recursos.settings.job_lease_seconds)
        await repository.insert_block(
            conn, org, lote, Bloco(number, f"{org}/{nome}", block.entradas)
        )
        if block.entradas:
            trabalho = Trabalho(
                organizacao=org, tipo=PROCESSAR, lote=lote, bloco=number, fim=len(block.entradas)
            )
            await jobs.add(conn, [trabalho], job.traceparent)
        await repository.insert_items(conn, org, lote, block.itens)
        await repository.add_found(conn, org, lote, len(block.entradas) + len(block.itens))
        await repository.add_done(conn, org, lote, len(block.itens), block.itens)


@asynccontextmanager
async def _kept(recursos: Recursos, job: Job, file: BinaryIO) -> AsyncIterator[None]:
    """Keep the job while the archive is being read, however long until the next block is full.

    A reading that stands still is not kept: the lease runs out and another attempt begins.
    """
    lease = recursos.settings.job_lease_seconds

    async def renew() -> None:
        before = -1
        while True:
            await asyncio.sleep(lease / 3)
            if (now := file.tell()) != before:
                async with recursos.banco.transacao() as conn:
                    await jobs.renew(conn, job, lease)
            before = now

    task = asyncio.create_task(renew())
    try:
        yield
    finally:
        task.cancel()
