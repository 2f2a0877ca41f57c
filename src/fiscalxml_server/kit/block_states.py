"""What each block of a work counted, a row a block, in a table of its domain.

Such a table has the organisation, the work's own id, `bloco`, `inicio` (the entry that the counted
part of the block begins with) and `estado`. `of` names the first two. Every function works in the
caller's transaction.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Table, and_, insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.compression import compress

Trecho = tuple[int, int]
"""what a state was counted of: `bloco`, `inicio`"""


async def insert_state(
    conn: AsyncConnection, table: Table, trecho: Trecho, estado: bytes, **of: UUID
) -> None:
    """Write what was counted of a block, compressed."""
    bloco, inicio = trecho
    values = {**of, "bloco": bloco, "inicio": inicio, "estado": compress(estado)}
    await conn.execute(insert(table).values(values))


async def page_states(
    conn: AsyncConnection, table: Table, after: Trecho, limit: int, **of: UUID
) -> list[tuple[Trecho, bytes]]:
    """States behind `after`, in their order, still compressed."""
    place = table.c.bloco, table.c.inicio
    own = and_(*(table.c[name] == value for name, value in of.items()))
    rows = await conn.execute(
        select(*place, table.c.estado)
        .where(own, tuple_(*place) > after)
        .order_by(*place)
        .limit(limit)
    )
    return [((bloco, inicio), estado) for bloco, inicio, estado in rows]
