"""A page of a list of rows that an organisation has, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.http.cursors import read_cursor, write_cursor


async def newest_first(
    conn: AsyncConnection,
    table: Table,
    organizacao: UUID,
    cursor: str | None,
    limit: int,
    *only: ColumnElement[bool],
) -> tuple[Sequence[RowMapping], str | None]:
    """Rows (`id`: a UUIDv7), and the cursor of the next page. Raises `ParametrosInvalidos`."""
    query = select(table).where(table.c.organizacao == organizacao, *only)
    if cursor is not None:
        query = query.where(table.c.id < read_cursor(cursor, UUID))
    found = await conn.execute(query.order_by(table.c.id.desc()).limit(limit + 1))
    rows = found.mappings().all()
    more = write_cursor(rows[limit - 1]["id"]) if len(rows) > limit else None
    return rows[:limit], more
