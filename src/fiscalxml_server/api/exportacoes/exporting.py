"""The job of an export: its file, written into the store as it is made.

An attempt writes an object of its own and nothing else until it is whole; then the object, the row
and the job's end are one transaction. Whatever becomes of an attempt, the next begins from nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from datetime import datetime
from time import monotonic
from typing import Final
from uuid import UUID

from fiscalxml.documents.facts import BRASILIA
from fiscalxml_server.api.exportacoes import repository
from fiscalxml_server.api.exportacoes.producao import Producao
from fiscalxml_server.api.exportacoes.reading import choose, count, pages, produce
from fiscalxml_server.api.exportacoes.schemas import Pedido, folder
from fiscalxml_server.api.exportacoes.telling import tell_failed, tell_ready
from fiscalxml_server.kit import jobs, watch
from fiscalxml_server.kit.jobs import Job
from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.storage import ChaveApagada, Envio, EnvioGrande

_TELL_SECONDS: Final = 1.0
_APAGADA: Final = "As chaves da organização foram apagadas: seus documentos não podem ser lidos."
_GRANDE: Final = "O arquivo passa do tamanho permitido; peça menos documentos de cada vez."


class _Cancelada(Exception):
    """Nobody wants the export any more."""


async def export(recursos: Recursos, job: Job) -> None:
    """Do the job. Raises `LeasePerdido`, and whatever hinders the work."""
    org, exportacao = job.trabalho.organizacao, job.trabalho.lote
    async with recursos.banco.transacao(org) as conn:
        await jobs.renew(conn, job, recursos.settings.job_lease_seconds)
        found = await repository.begin(conn, org, exportacao)
    # Of those before this one only: one that comes after may have done it by now.
    former = [f"{org}/{_name(exportacao, earlier)}" for earlier in range(1, job.cerca)]
    await recursos.objetos.discard(former)
    try:
        if found is None:
            raise _Cancelada
        await _export(recursos, job, Pedido.parse(found["pedido"]), found["empresas"])
    except _Cancelada:
        async with recursos.banco.transacao(org) as conn:
            await jobs.finish(conn, job)
    except (ChaveApagada, EnvioGrande) as error:
        motivo = _GRANDE if isinstance(error, EnvioGrande) else _APAGADA
        async with recursos.banco.transacao(org) as conn:
            await jobs.finish(conn, job)
            hours = recursos.settings.export_hours
            if await repository.fail(conn, org, exportacao, motivo, hours=hours):
                await tell_failed(conn, org, exportacao, motivo)
    finally:
        watch.done()


def _name(exportacao: UUID, cerca: int) -> str:
    return f"{folder(exportacao)}/{cerca:04}"


async def _export(
    recursos: Recursos, job: Job, pedido: Pedido, empresas: Collection[str] | None
) -> None:
    org, exportacao = job.trabalho.organizacao, job.trabalho.lote
    andamento = _Andamento(recursos, job)
    producao = Producao(pedido.formato, pedido.tabela, datetime.now(BRASILIA))
    envio = await recursos.objetos.upload(
        org,
        _name(exportacao, job.cerca),
        _chunks(recursos.limited_to(empresas), org, pedido, producao, andamento),
        max_bytes=recursos.settings.max_export_bytes,
    )
    await _complete(recursos, job, producao, envio)


async def _chunks(
    recursos: Recursos, org: UUID, pedido: Pedido, producao: Producao, andamento: _Andamento
) -> AsyncIterator[bytes]:
    chosen = b""
    async for part in choose(recursos, org, pedido):
        chosen += part
        await andamento.tell(producao, chosen)
    await andamento.tell(producao, chosen, now=True)
    async for data in produce(producao, pages(recursos, org, chosen, producao)):
        yield data
        await andamento.tell(producao, chosen)


async def _complete(recursos: Recursos, job: Job, producao: Producao, envio: Envio) -> None:
    org, exportacao = job.trabalho.organizacao, job.trabalho.lote
    async with (
        recursos.kept_with_its_row(envio.objeto),
        recursos.banco.transacao(org) as conn,
    ):
        await jobs.finish(conn, job)
        wanted = await repository.complete(
            conn,
            org,
            exportacao,
            hours=recursos.settings.export_hours,
            documentos=producao.documentos,
            contagens=producao.linhas,
            bytes=envio.tamanho,
            sha256=envio.sha256,
            objeto=envio.objeto,
        )
        if not wanted:
            raise _Cancelada
        await tell_ready(conn, org, exportacao)


class _Andamento:
    """Tells how far an export is, and keeps its job: one that stands still is given to another."""

    def __init__(self, recursos: Recursos, job: Job) -> None:
        self._recursos = recursos
        self._job = job
        self._lease = recursos.settings.job_lease_seconds
        self._told = monotonic()
        watch.getting_on(self._lease)

    async def tell(self, producao: Producao, chosen: bytes, *, now: bool = False) -> None:
        """At most once in a while. Raises `LeasePerdido`, `_Cancelada`."""
        if not now and monotonic() - self._told < _TELL_SECONDS:
            return
        self._told = monotonic()
        watch.getting_on(self._lease)
        trabalho = self._job.trabalho
        async with self._recursos.banco.transacao(trabalho.organizacao) as conn:
            await jobs.renew(conn, self._job, self._lease)
            wanted = await repository.advance(
                conn,
                trabalho.organizacao,
                trabalho.lote,
                documentos=producao.documentos,
                contagens=producao.linhas,
                total=count(chosen),
            )
        if not wanted:
            raise _Cancelada
