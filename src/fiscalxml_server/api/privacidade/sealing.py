"""Data keys: a new one now and then, and old copies sealed again with it, a share each day.

The old key stays: it opens what is not sealed again yet, and what expires by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import RowMapping, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.api.privacidade.objects import seal_again
from fiscalxml_server.kit import custody, jobs, watch
from fiscalxml_server.kit.audit import record
from fiscalxml_server.kit.custody import chaves_de_dados as chaves
from fiscalxml_server.kit.jobs import Job
from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.storage import ChaveApagada, CopiaAusente

_SHARE: Final = 5_000
"""objects that one job seals again"""
_PAGE: Final = 100


async def renew(recursos: Recursos, job: Job) -> None:
    """Make a new key when it is time, and seal a share of the old copies with the newest."""
    org = job.trabalho.organizacao
    try:
        row = await _key_of_now(recursos, org)
        for _ in range(_SHARE // _PAGE):
            if row["objeto"] is None:
                break
            row = await _seal_page(recursos, job, row)
    except ChaveApagada:
        pass  # there is nothing left that could be opened
    async with recursos.banco.transacao(org) as conn:
        await jobs.finish(conn, job)
    watch.done()


async def _key_of_now(recursos: Recursos, org: UUID) -> RowMapping:
    """The key that seals and how far copies are sealed with it; a new one when it is old."""
    numero = await recursos.objetos.newest_key(org)
    async with recursos.banco.transacao(org) as conn:
        row = await _find(conn, org)
    due = datetime.now(UTC) - timedelta(days=recursos.settings.data_key_days)
    if row is not None and row["desde"] < due and row["numero"] == numero:
        numero = await recursos.objetos.rotate_key(org)
        async with recursos.banco.transacao(org) as conn:
            await record(conn, org, custody.rotated(numero))
    if row is None or row["numero"] != numero:
        # Of an organisation's first key there is nothing older.
        objeto = None if numero == 1 else ""
        values = {"numero": numero, "desde": datetime.now(UTC), "objeto": objeto}
        adding = insert(chaves).values(organizacao=org, **values)
        async with recursos.banco.transacao(org) as conn:
            await conn.execute(
                adding.on_conflict_do_update(index_elements=["organizacao"], set_=values)
            )
            row = await _find(conn, org)
    assert row is not None  # noqa: S101 - written above
    return row


async def _seal_page(recursos: Recursos, job: Job, row: RowMapping) -> RowMapping:
    org = job.trabalho.organizacao
    async with recursos.banco.transacao(org) as conn:
        found = await _objects_after(conn, org, row["objeto"])
    for objeto, in_process in found:
        if in_process:
            continue  # a job may still read it; it was sealed lately
        watch.getting_on(recursos.settings.job_lease_seconds)
        try:
            if await recursos.objetos.key_of(org, objeto) < row["numero"]:
                await seal_again(recursos, org, objeto)
        except CopiaAusente:
            continue  # gone since, or it never came back: whoever reads it is told so
    async with recursos.banco.transacao(org) as conn:
        await jobs.progress(conn, job, recursos.settings.job_lease_seconds)
        await conn.execute(
            update(chaves)
            .where(chaves.c.organizacao == org)
            .values(objeto=found[-1][0] if len(found) == _PAGE else None)
        )
        after = await _find(conn, org)
    assert after is not None  # noqa: S101 - nobody deletes it
    return after


async def _find(conn: AsyncConnection, org: UUID) -> RowMapping | None:
    rows = await conn.execute(select(chaves).where(chaves.c.organizacao == org))
    return rows.mappings().one_or_none()


async def _objects_after(
    conn: AsyncConnection, org: UUID, after: str
) -> Sequence[tuple[str, bool]]:
    """Objects in their order, and whether each is of a lote that is being worked on."""
    rows = await conn.execute(_OBJECTS, {"org": org, "after": after, "limit": _PAGE})
    return [(row.objeto, row.em_curso) for row in rows]


_OBJECTS: Final = text(
    """
    WITH nomes AS (
        (SELECT DISTINCT objeto FROM documentos
            WHERE organizacao = :org AND objeto > :after ORDER BY objeto LIMIT :limit)
        UNION
        (SELECT DISTINCT objeto FROM copias
            WHERE organizacao = :org AND objeto > :after ORDER BY objeto LIMIT :limit)
    )
    SELECT objeto, CASE split_part(objeto, '/', 2) WHEN 'lotes' THEN EXISTS (
            SELECT FROM lotes l
            WHERE l.organizacao = :org AND l.concluido_em IS NULL
              AND l.id = split_part(objeto, '/', 3)::uuid)
        ELSE false END AS em_curso
    FROM nomes ORDER BY objeto LIMIT :limit
    """
)
