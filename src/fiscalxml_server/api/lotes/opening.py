"""Opening a lote: the archive's files, one after the other, into blocks.

A block's object is where its documents stay, so a file is compressed and sealed once. Every block
commits by itself; an attempt that died is taken up behind its last block, since an archive always
gives the same files in the same order.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import SEEK_END
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Final
from uuid import UUID

from obstore.exceptions import BaseError as StoreError
from sqlalchemy import RowMapping

from fiscalxml.archives import ArchiveLimits, Entry, Ignorado, Recusa, iter_archive
from fiscalxml.archives import Item as Found
from fiscalxml.causes import Causas
from fiscalxml.validate import refusal_report
from fiscalxml_server.api.lotes import repository
from fiscalxml_server.api.lotes.schemas import PROCESSAR, Bloco, Entrada, Item
from fiscalxml_server.api.lotes.sweeping import sweep
from fiscalxml_server.api.lotes.telling import tell_end
from fiscalxml_server.kit import jobs, watch
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.jobs import Job, LeasePerdido, Trabalho
from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.settings import MEGABYTE
from fiscalxml_server.kit.storage import ChaveDesconhecida, CopiaAdulterada, CopiaAusente, Pacote

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


_BLOCK_ENTRIES: Final = 200
_BLOCK_BYTES: Final = 8 * MEGABYTE
_BLOCK_FOUND: Final = 2000  # files of any kind, most of which may be none of ours
_UNREAD: Final = -1  # where, in a block's causes, its files without an entry are
_TOO_LARGE: Final = "XML-049"  # an illegible document, as anywhere else
_DESAPARECIDO: Final = "O arquivo enviado não está mais no armazenamento."
_ALTERADO: Final = "O arquivo enviado foi alterado no armazenamento depois do envio."
_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Block:
    """What was read since the last block."""

    prefix: str
    pacote: Pacote
    entradas: list[Entrada] = field(default_factory=list)
    itens: list[Item] = field(default_factory=list)
    causas: Causas = field(default_factory=Causas)
    """of the files that could not be read"""
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
        self.itens.append(_unjudged(indice, nome, found))
        if isinstance(found, Recusa):
            self.causas.add(refusal_report(nome, found))


def _unjudged(indice: int, nome: str, found: Ignorado | Recusa) -> Item:
    """The outcome of a file that is not even read as a document."""
    if isinstance(found, Ignorado):
        return Item(indice=indice, nome=nome, desfecho="ignorado", mensagem=found.motivo)
    large = found.codigo == _TOO_LARGE
    return Item(
        indice=indice,
        nome=nome,
        desfecho="ilegivel" if large else "falha",
        tipo="desconhecido" if large else None,
        veredito="invalido" if large else None,
        codigo=found.codigo,
        mensagem=found.motivo,
    )


async def open_lote(recursos: Recursos, job: Job) -> None:
    """Write the blocks of a lote, and a job for each. Raises `LeasePerdido`."""
    org, lote = job.trabalho.organizacao, job.trabalho.lote
    async with recursos.banco.transacao(org) as conn:
        row = await repository.find(conn, org, lote)
        number = await repository.next_block(conn, org, lote)
    assert row is not None  # noqa: S101 - written in the transaction that wrote the job
    try:
        await _write_blocks(recursos, job, row, number)
    except ChaveDesconhecida:
        raise  # where keys are is a setting, which can be mended
    except (CopiaAusente, CopiaAdulterada) as error:
        motivo = _DESAPARECIDO if isinstance(error, CopiaAusente) else _ALTERADO
        async with recursos.banco.transacao(org) as conn:
            await jobs.finish(conn, job)
            await tell_end(conn, org, await repository.mark_failed(conn, org, lote, motivo))
        return
    async with recursos.banco.transacao(org) as conn:
        await jobs.finish(conn, job)
        await tell_end(conn, org, await repository.mark_open(conn, org, lote))
    # An attempt before this one may have stored the block at which it died.
    packs = [f"{org}/{_pack_name(job, number, earlier)}" for earlier in range(1, job.cerca)]
    await recursos.objetos.discard([row["objeto"], *packs])
    await _sweep(recursos, org)


async def _write_blocks(recursos: Recursos, job: Job, row: RowMapping, first: int) -> None:
    """The blocks from the first that is not there yet. Raises `CopiaAusente`, `CopiaAdulterada`."""
    org, nome = job.trabalho.organizacao, row["nome"]
    limits = ArchiveLimits(max_entry_bytes=recursos.settings.max_document_bytes)
    number, more = first, True
    with await recursos.objetos.open_upload(org, row["objeto"]) as file:
        # A direct address can be written to for a while after its lote was sent.
        if file.seek(0, SEEK_END) != row["tamanho"]:
            raise CopiaAdulterada("o envio tem outro tamanho")
        file.seek(0)
        found = islice(enumerate(iter_archive(file, nome, limits)), row["arquivos"], None)
        async with _kept(recursos, job, file):
            while more:
                block = _Block(f"{nome}!", await recursos.objetos.pacote(org))
                more = await asyncio.to_thread(_fill, block, found)
                if block.entradas or block.itens:
                    await _write(recursos, job, number, block)
                    watch.getting_on(recursos.settings.job_lease_seconds)
                    number += 1


async def _sweep(recursos: Recursos, organizacao: UUID) -> None:
    """Other archives of the organisation that were left; what fails now is done another time."""
    try:
        await sweep(recursos, organizacao)
    except (StoreError, OSError, Indisponivel) as error:
        _logger.warning("archives not swept", extra={"error_type": type(error).__name__})


def _fill(block: _Block, found: Iterator[tuple[int, Found]]) -> bool:
    """Read until the block is full; False at the archive's end."""
    for indice, each in found:
        block.add(indice, each)
        if block.full():
            return True
    return False


async def _write(recursos: Recursos, job: Job, number: int, block: _Block) -> None:
    org = job.trabalho.organizacao
    nome = _pack_name(job, number, job.cerca)
    if block.entradas:
        await recursos.objetos.put_pacote(nome, block.pacote)
    try:
        await _record(recursos, job, Bloco(number, f"{org}/{nome}", block.entradas), block)
    except LeasePerdido:
        await recursos.objetos.discard([f"{org}/{nome}"])
        raise


def _pack_name(job: Job, number: int, cerca: int) -> str:
    """Of an attempt's own: one that is late by now must not write into another's object."""
    return f"lotes/{job.trabalho.lote}/{number:06}-{cerca}"


async def _record(recursos: Recursos, job: Job, bloco: Bloco, block: _Block) -> None:
    """A block, its job and what needs none, together. Raises `LeasePerdido`."""
    itens = block.itens
    org, lote = job.trabalho.organizacao, job.trabalho.lote
    async with recursos.banco.transacao(org) as conn:
        await jobs.progress(conn, job, recursos.settings.job_lease_seconds)
        await repository.insert_block(conn, org, lote, bloco)
        if bloco.entradas:
            trabalho = Trabalho(
                organizacao=org,
                tipo=PROCESSAR,
                lote=lote,
                bloco=bloco.numero,
                fim=len(bloco.entradas),
            )
            await jobs.add(conn, [trabalho], job.traceparent)
        await repository.add_found(conn, org, lote, len(bloco.entradas) + len(itens))
        if itens:
            await repository.insert_items(conn, org, lote, itens)
            await repository.add_done(conn, org, lote, len(itens), itens)
        if block.causas:
            estado = block.causas.state()
            await repository.insert_causes(conn, org, lote, bloco.numero, _UNREAD, estado)


@asynccontextmanager
async def _kept(recursos: Recursos, job: Job, file: BinaryIO) -> AsyncIterator[None]:
    """Keep the job while the archive is being read, however long until the next block is full.

    A reading that stands still is not kept: the lease runs out and another attempt begins. A worker
    ends with it, since nothing else frees it from an archive that it never comes to the end of.
    """
    lease = recursos.settings.job_lease_seconds

    async def renew() -> None:
        before = -1
        while True:
            await asyncio.sleep(lease / 3)
            if (now := file.tell()) == before:
                continue
            before = now
            watch.getting_on(lease)
            try:
                async with recursos.banco.transacao() as conn:
                    await jobs.renew(conn, job, lease)
            except Indisponivel:
                continue
            except LeasePerdido:
                return  # whoever reads finds out at its next block

    watch.getting_on(lease)
    task = asyncio.create_task(renew())
    try:
        yield
    finally:
        watch.done()
        task.cancel()
        await asyncio.wait([task])
