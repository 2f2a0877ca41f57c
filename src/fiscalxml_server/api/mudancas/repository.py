"""Rows in the order of their changes, and up to where the order is settled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import RowMapping, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.api.documentos.models import documentos

_SETTLED: Final = text(
    """
    SELECT versao_segura() AS segura,
        versao_segura() + pg_snapshot_xmax(pg_current_snapshot())::text::bigint
            - pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS ultima,
        EXISTS (
            SELECT FROM versao_base WHERE anterior < :desde AND :desde < versao_base.desde
        ) AS perdida
    """
)
_LISTED: Final = [c for c in documentos.c if c.name != "resumo"]


class Estado(NamedTuple):
    """How far the versions of the database go."""

    segura: int
    """whatever has this version or an earlier one can be seen"""
    ultima: int
    """no version beyond this was ever given"""
    perdida: bool
    """the caller's version is one that this database has lost"""


async def read_state(conn: AsyncConnection, desde: int) -> Estado:
    """As this moment sees it, for a caller who knows everything up to `desde`."""
    row = (await conn.execute(_SETTLED, {"desde": desde})).one()
    return Estado(row.segura, row.ultima, row.perdida)


async def page(
    conn: AsyncConnection, organizacao: UUID, after: tuple[int, UUID], until: int, limit: int
) -> Sequence[RowMapping]:
    """Documents behind `after` (versao, id) and up to the version `until`; without `resumo`."""
    c = documentos.c
    order = (c.versao, c.id)
    rows = await conn.execute(
        select(*_LISTED)
        .where(
            c.organizacao == organizacao,
            tuple_(*order) > tuple_(*after),
            c.versao <= until,
        )
        .order_by(*order)
        .limit(limit)
    )
    return rows.mappings().all()
