"""Rows of what programs present, API keys and machines: those within the companies of who asks.

Every function works in the caller's transaction; `table` is one of the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Table, and_, select, text, true
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.listing import newest_first


async def find(
    conn: AsyncConnection, table: Table, sujeito: Sujeito, ident: UUID, *, lock: bool = False
) -> RowMapping | None:
    """One, if it sees nothing that who asks does not see."""
    query = select(table).where(one(table, sujeito.organizacao, ident), _within(table, sujeito))
    rows = await conn.execute(query.with_for_update() if lock else query)
    return rows.mappings().one_or_none()


async def page(
    conn: AsyncConnection, table: Table, sujeito: Sujeito, cursor: str | None, limit: int
) -> tuple[Sequence[RowMapping], str | None]:
    """Those that `find` would find, the newest first, and the cursor of the next page.

    Raises `ParametrosInvalidos`.
    """
    within = _within(table, sujeito)
    return await newest_first(conn, table, sujeito.organizacao, cursor, limit, within)


async def lock_number(conn: AsyncConnection, table: Table, organizacao: UUID) -> None:
    """Until the commit nobody else adds one to the organisation."""
    await conn.execute(_LOCK, {"table": table.fullname, "organizacao": str(organizacao)})


def one(table: Table, organizacao: UUID, ident: UUID) -> ColumnElement[bool]:
    """The row of this id, whoever asks."""
    return and_(table.c.organizacao == organizacao, table.c.id == ident)


def _within(table: Table, sujeito: Sujeito) -> ColumnElement[bool]:
    if sujeito.empresas is None:
        return true()
    within: ColumnElement[bool] = table.c.empresas.contained_by(sorted(sujeito.empresas))
    return within


_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtext(:table), hashtext(:organizacao))")
