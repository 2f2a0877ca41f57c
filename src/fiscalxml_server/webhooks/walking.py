"""Lists of rows that are partitioned by day, from the newest on.

A page looks at so many rows at most, whatever is asked for: it may show fewer than its limit, or
none, and there be more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Column, RowMapping, Select, Subquery, literal_column, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.http.cursors import read_cursor, write_cursor
from fiscalxml_server.kit.notifying import Tipo
from fiscalxml_server.kit.notifying.days import day_of, first_at

EXAMINED: Final = 2_000
"""rows that one page looks at"""
_PLANNED: Final = text("SELECT set_config('plan_cache_mode', 'force_generic_plan', true)")


class Recorte(msgspec.Struct, frozen=True, kw_only=True):
    """Which notificações: of a kind, about something, of a time."""

    tipo: Tipo | None = None
    alvo: str | None = None
    de: datetime | None = None
    ate: datetime | None = None
    """excluded"""


class Pagina(NamedTuple):
    """Rows, and the cursor of the next page, if there is one."""

    rows: Sequence[RowMapping]
    proximo: str | None


def newest_first(
    rows: Select[Any],
    dia: Column[date],
    notificacao: Column[UUID],
    recorte: Recorte,
    cursor: str | None,
) -> Select[Any]:
    """Those of the time asked for, after the page that gave `cursor`.

    Raises `ParametrosInvalidos`.
    """
    if cursor is not None:
        before = read_cursor(cursor, UUID)
        rows = rows.where(dia <= day_of(before), notificacao < before)
    if recorte.ate is not None:
        last = first_at(recorte.ate)
        rows = rows.where(dia <= day_of(last), notificacao < last)
    if recorte.de is not None:
        first = first_at(recorte.de)
        rows = rows.where(dia >= day_of(first), notificacao >= first)
    return rows.order_by(dia.desc(), notificacao.desc())


async def plan_once(conn: AsyncConnection) -> None:
    """Let this transaction use plans that its connection has: one for a hundred days is dear."""
    await conn.execute(_PLANNED)


async def read_page(
    conn: AsyncConnection,
    rows: Select[Any],
    wanted: Callable[[Subquery], Select[Any]],
    limite: int,
) -> Pagina:
    """Of `rows`, which are `newest_first` and have `dia` and `id`, what `wanted` makes of them.

    What it joins, it joins row by row (`LATERAL`), so that a page ends as soon as it is full.
    """
    await plan_once(conn)
    # Written out, not as a parameter: a plan that is made once must know how few they are.
    part = rows.limit(literal_column(str(EXAMINED))).subquery("examinadas")
    found = await conn.execute(
        wanted(part).order_by(part.c.dia.desc(), part.c.id.desc()).limit(limite + 1)
    )
    shown = found.mappings().all()
    if len(shown) > limite:
        return Pagina(shown[:limite], write_cursor(shown[limite - 1]["id"]))
    # There is more exactly where as many rows were there as a page looks at.
    end = await conn.execute(
        rows.with_only_columns(rows.selected_columns.id)
        .offset(literal_column(str(EXAMINED - 1)))
        .limit(literal_column("1"))
    )
    last = end.scalar_one_or_none()
    return Pagina(shown, None if last is None else write_cursor(last))
