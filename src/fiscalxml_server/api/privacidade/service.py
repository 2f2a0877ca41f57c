"""Requests of persons answered, documents erased: the work of the jobs.

What is erased, the certificate that says so and the audit log's entry are one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.api.documentos import indexes
from fiscalxml_server.api.privacidade import repository
from fiscalxml_server.api.privacidade.certificates import Certificado, Motivo, certify
from fiscalxml_server.api.privacidade.objects import clean
from fiscalxml_server.api.privacidade.repository import Apagado
from fiscalxml_server.kit import custody, jobs, watch
from fiscalxml_server.kit.audit import SISTEMA, Acao, Registro, record
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.jobs import Job
from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.storage import ChaveApagada

_PAGE: Final = 200
_TERMS: Final = 20_000
_CPF: Final = 11


async def answer(recursos: Recursos, job: Job) -> None:
    """List the documents that name a person; of an erasure, erase those that may be.

    Raises `LeasePerdido`, and whatever hinders the work.
    """
    org, pedido = job.trabalho.organizacao, job.trabalho.lote
    await resolve_holds(recursos, org)
    async with recursos.banco.transacao(org) as conn:
        await jobs.finish(conn, job)
        found = await repository.find_open_request(conn, org, pedido)
        if found is None:
            return
        titular = await _pseudonym(recursos, org, found["inscricao"])
        await repository.list_documents(conn, org, pedido, found["inscricao"], titular)
        entries = []
        if found["tipo"] == "eliminacao":
            entre = await repository.listed(conn, org, pedido)
            apagados = await _erase(conn, org, len(entre), entre) if entre else []
            erased = [each.documento for each in apagados]
            await repository.mark_erased(conn, org, pedido, erased)
            entries = await _certified(
                recursos, conn, org, apagados, "pedido_de_titular", found["por"], pedido
            )
        await repository.answer_request(conn, org, pedido, "respondido")
        done = Registro(SISTEMA, Acao.PEDIDO_DE_TITULAR_RESPONDIDO, f"pedido:{pedido}")
        await record(conn, org, *entries, done)


async def erase_due(recursos: Recursos, job: Job) -> None:
    """Erase what is past its custody, page by page, and the objects that held it."""
    org = job.trabalho.organizacao
    await resolve_holds(recursos, org)
    while await _erase_page(recursos, job):
        pass
    while await clean(recursos, org):
        await _keep(recursos, job)
    async with recursos.banco.transacao(org) as conn:
        await jobs.finish(conn, job)
        await custody.lock_holds(conn, org, alone=False)
        await repository.erase_aged(conn)
    watch.done()


async def erase_all(recursos: Recursos, job: Job) -> None:
    """Erase an organisation whose time has come, unless something is held: its keys first, so that
    nothing can be read, in backups neither, then all the rest.
    """
    org = job.trabalho.organizacao
    async with recursos.banco.transacao(org) as conn:
        await custody.lock_holds(conn, org, alone=False)
        closing = await repository.find_closing(conn, org)
    if closing is not None:
        await recursos.objetos.erase_keys(org)
        erased_at = datetime.now(UTC)
        while await _erase_terms(recursos, job):
            pass
        while await _erase_any(recursos, job, closing["por"], erased_at):
            pass
        await recursos.objetos.delete_prefix(org, "")
    async with recursos.banco.transacao(org) as conn:
        await jobs.finish(conn, job)
        if closing is not None:
            rest = await repository.erase_rest(conn)
            await repository.close(conn, org)
            entries = await _certified(
                *(recursos, conn, org, [], "encerramento", closing["por"]),
                keys_erased=erased_at,
                rest=rest,
            )
            await record(conn, org, *entries, Registro(SISTEMA, Acao.ORGANIZACAO_ELIMINADA))
    watch.done()


async def fail(conn: AsyncConnection, job: Job) -> None:
    """The person's request was given up: whoever asked sees that it is still to be answered."""
    trabalho = job.trabalho
    await repository.answer_request(conn, trabalho.organizacao, trabalho.lote, "falhou")


async def nothing(_conn: AsyncConnection, _job: Job) -> None:
    """The Auth Service asks again the next day."""


async def resolve_holds(recursos: Recursos, organizacao: UUID) -> None:
    """Give holds of a CPF the pseudonym by which documents are found."""
    async with recursos.banco.transacao(organizacao) as conn:
        for each in await repository.unresolved_holds(conn, organizacao):
            titular = await _pseudonym(recursos, organizacao, each["inscricao"])
            if titular is not None:
                await repository.resolve_hold(conn, organizacao, each["id"], titular)


async def _pseudonym(recursos: Recursos, organizacao: UUID, inscricao: str) -> bytes | None:
    """None for a CNPJ, and where the organisation's keys were erased."""
    if len(inscricao) != _CPF:
        return None
    try:
        return (await recursos.objetos.pseudonimos(organizacao)).of(inscricao)
    except ChaveApagada:
        return None


async def _erase(
    conn: AsyncConnection, org: UUID, quantos: int, entre: Sequence[UUID] | None = None
) -> list[Apagado]:
    await custody.lock_holds(conn, org, alone=False)
    quais = await repository.due(conn, quantos, entre)
    for documento in quais:
        await indexes.remove(conn, org, documento)
    return await repository.erase(conn, quais) if quais else []


async def _erase_page(recursos: Recursos, job: Job) -> int:
    org = job.trabalho.organizacao
    watch.getting_on(recursos.settings.job_lease_seconds)
    async with recursos.banco.transacao(org) as conn:
        await jobs.progress(conn, job, recursos.settings.job_lease_seconds)
        apagados = await _erase(conn, org, _PAGE)
        entries = await _certified(recursos, conn, org, apagados, "custodia", SISTEMA)
        if entries:
            await record(conn, org, *entries)
    return len(apagados)


async def _erase_any(recursos: Recursos, job: Job, por: str, keys_erased: datetime) -> int:
    org = job.trabalho.organizacao
    watch.getting_on(recursos.settings.job_lease_seconds)
    async with recursos.banco.transacao(org) as conn:
        await jobs.progress(conn, job, recursos.settings.job_lease_seconds)
        apagados = await repository.erase_any(conn, _PAGE)
        if apagados:
            entries = await _certified(
                recursos, conn, org, apagados, "encerramento", por, keys_erased=keys_erased
            )
            await record(conn, org, *entries)
    return len(apagados)


async def _erase_terms(recursos: Recursos, job: Job) -> int:
    async with recursos.banco.transacao(job.trabalho.organizacao) as conn:
        await jobs.progress(conn, job, recursos.settings.job_lease_seconds)
        return await repository.erase_terms(conn, job.trabalho.organizacao, _TERMS)


async def _keep(recursos: Recursos, job: Job) -> None:
    watch.getting_on(recursos.settings.job_lease_seconds)
    async with recursos.banco.transacao(job.trabalho.organizacao) as conn:
        await jobs.progress(conn, job, recursos.settings.job_lease_seconds)


async def _certified(
    recursos: Recursos,
    conn: AsyncConnection,
    org: UUID,
    apagados: Sequence[Apagado],
    motivo: Motivo,
    por: str,
    pedido: UUID | None = None,
    *,
    keys_erased: datetime | None = None,
    rest: Mapping[str, int] | None = None,
) -> list[Registro]:
    """Write the certificate of what was erased, if anything was; the entry for the log.

    `rest`: rows of other tables.
    """
    if not apagados and not rest:
        return []
    certificado: Certificado = msgspec.structs.replace(
        certify(
            new_id(),
            org,
            motivo,
            apagados,
            por=por,
            pedido=pedido,
            backup_days=recursos.settings.backup_days,
        ),
        registros=dict(rest or {}),
        chaves_apagadas_em=keys_erased,
    )
    conteudo = msgspec.json.encode(certificado)
    await repository.insert_certificate(conn, org, certificado.id, conteudo)
    return [Registro(por, Acao.DOCUMENTOS_ELIMINADOS, f"certificado:{certificado.id}")]
