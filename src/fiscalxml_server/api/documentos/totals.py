"""How many documents a filter chooses, and the exact sums of their amounts, in groups."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, func, literal_column, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml.documents.facts import BRASILIA
from fiscalxml.indexing import TRIBUTOS
from fiscalxml_server.api.documentos import parties
from fiscalxml_server.api.documentos.filters import Filtro, Valores, matching, term_groups
from fiscalxml_server.api.documentos.models import documentos
from fiscalxml_server.api.documentos.searching import more_frequent, plan_each
from fiscalxml_server.api.documentos.views import reais
from fiscalxml_server.kit.db import is_overflow
from fiscalxml_server.kit.http.problems import invalid_fields
from fiscalxml_server.kit.resources import Recursos

Grupo = Literal["mes", "dia", "situacao", "veredito", "tipo", "modelo", "emitente", "destinatario"]
"""what documents may be grouped by; days and months are Brasília's"""

GRUPOS: Final[tuple[Grupo, ...]] = get_args(Grupo)
MAX_GROUPINGS: Final = 3
_FREQUENT: Final = 50_000
"""documents; to count up to there costs some ms"""
_SUMS: Final = ("documentos", "valor", *TRIBUTOS)
_DATES: Final = {"mes": len("AAAA-MM"), "dia": len("AAAA-MM-DD")}
_BRASILIA: Final[ColumnElement[Any]] = literal_column("interval '-03:00'")
_DIA: Final[ColumnElement[Any]] = literal_column("interval '1 day'")
_MEIA_NOITE: Final[ColumnElement[Any]] = literal_column("timestamptz '2000-01-01 00:00-03:00'")
_SUMMED: Final = text(
    "SELECT set_config('max_parallel_workers_per_gather', '2', true),"
    " set_config('parallel_setup_cost', '0', true), set_config('parallel_tuple_cost', '0', true),"
    " set_config('enable_sort', 'off', true)"
)
_ALL: Final = "total_"
"""begins the name of a column with the sum of all groups"""


def read_groupings(por: str | None) -> tuple[Grupo, ...]:
    """What `por` asks to group by. Raises `ParametrosInvalidos`.

    A party by itself has thousands of groups; with another, or by day, it would have as many as
    there are documents.
    """
    asked = () if por is None else tuple(dict.fromkeys(por.split(",")))
    groupings = tuple(grupo for name in asked for grupo in GRUPOS if name == grupo)
    if len(asked) > MAX_GROUPINGS or groupings != asked:
        raise _wrong(f"deve ser até {MAX_GROUPINGS} de {', '.join(GRUPOS)}, separados por vírgula")
    sides = set(groupings) & set(parties.SIDES)
    if len(sides) > 1 or (sides and set(groupings) & set(_DATES)):
        raise _wrong(
            "emitente e destinatario não se combinam entre si, nem com dia ou mes: filtre por um "
            "e agrupe pelo outro"
        )
    return groupings


def _wrong(message: str) -> Exception:
    return invalid_fields([{"campo": "por", "onde": "query", "mensagem": message}])


async def totals(
    recursos: Recursos, organizacao: UUID, filtro: Filtro, por: Sequence[Grupo], limite: int
) -> dict[str, Any]:
    """The sums of all, and of the `limite` greatest groups by amount; the rest together.

    Groups of parties come by amount, others in the order of what they are of.
    """
    async with recursos.banco.leitura(organizacao) as conn:
        groups = [_read(row, por) for row in await _sum(conn, organizacao, filtro, por, limite)]
        every = _total(groups)
        listed = groups if por else []
        names = await parties.names(conn, organizacao, _inscricoes(listed, por))
    if not set(por) & set(parties.SIDES):
        listed.sort(key=lambda group: [(group[name] is not None, group[name]) for name in por])
    rest = {name: every[name] - sum(group[name] for group in listed) for name in _SUMS}
    return {
        "total": sums_view(every),
        "grupos": [_group_view(group, por, names) for group in listed],
        "outros": sums_view(rest) if por and rest["documentos"] else None,
    }


async def _sum(
    conn: AsyncConnection, organizacao: UUID, filtro: Filtro, por: Sequence[Grupo], limite: int
) -> Sequence[RowMapping]:
    """In whole numbers; the rare sums that those cannot hold, in twice the time."""
    await plan_sums(conn)
    frequentes = await frequent(conn, organizacao, filtro, por)
    query = partial(totals_query, organizacao, filtro, por, limite, frequentes)
    try:
        async with conn.begin_nested():
            found = await conn.execute(query())
    except DBAPIError as error:
        if not is_overflow(error):
            raise
        found = await conn.execute(query(somar=func.sum))
    rows: Sequence[RowMapping] = found.mappings().all()
    return rows


async def frequent(
    conn: AsyncConnection, organizacao: UUID, filtro: Filtro, por: Sequence[Grupo]
) -> list[Valores]:
    """Terms of so many documents that each process is to sum its own; in few groups it pays."""
    if set(por) & set(parties.SIDES):
        return []
    return await more_frequent(conn, organizacao, term_groups(filtro), _FREQUENT)


async def plan_sums(conn: AsyncConnection) -> None:
    """As `plan_each`; where all entries of a large index are read, two processes help.

    They are gathered by hashes: half a million rows would be sorted where the planner expects one.
    """
    await plan_each(conn)
    await conn.execute(_SUMMED)


def totals_query(
    organizacao: UUID,
    filtro: Filtro,
    por: Sequence[Grupo],
    limite: int,
    frequentes: Collection[Valores] = (),
    somar: Callable[[ColumnElement[Any]], ColumnElement[Any]] = func.soma,
) -> Select[Any]:
    """The greatest groups, each with its sums and those of all groups."""
    keys = [_key(name).label(name) for name in por]
    sums: dict[str, ColumnElement[Any]] = {"documentos": func.count()}
    sums |= {name: somar(documentos.c[name]) for name in _SUMS if name != "documentos"}
    every = {f"{_ALL}{name}": func.sum(each).over() for name, each in sums.items()} if por else {}
    columns = [each.label(name) for name, each in (sums | every).items()]
    condition = matching(organizacao, filtro, frequentes, all_at_once=True)
    query = select(*keys, *columns).where(condition)
    if not por:
        return query
    greatest = [sums["valor"].desc().nulls_last(), sums["documentos"].desc()]
    return query.group_by(*keys).order_by(*greatest, *keys).limit(limite)


def _key(grupo: Grupo) -> ColumnElement[Any]:
    """Of a document. Brasília has had no summer time since 2019; before, an hour is another day's.

    Whole numbers of seconds are cheaper than a calendar: of half a million, it tells.
    """
    if grupo == "dia":
        return func.date_bin(_DIA, documentos.c.data, _MEIA_NOITE)
    if grupo == "mes":
        return func.date_trunc("month", func.timezone(_BRASILIA, documentos.c.data))
    return documentos.c[grupo]


def _read(row: RowMapping, por: Sequence[Grupo]) -> dict[str, Any]:
    """A group's row with whole numbers for its sums and dates as they are told."""
    sums = {name: int(value or 0) for name, value in row.items() if name not in por}
    keys = {name: _date(row[name])[: _DATES[name]] if name in _DATES else row[name] for name in por}
    return keys | sums


def _date(value: datetime) -> str:
    """Of a day its midnight is told, of a month a local time without an offset."""
    return (value.astimezone(BRASILIA) if value.tzinfo else value).date().isoformat()


def _total(groups: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Of all groups, as the first of them tells; without groupings it is the whole itself."""
    if not groups:
        return dict.fromkeys(_SUMS, 0)
    first = groups[0]
    return {name: first.get(f"{_ALL}{name}", first[name]) for name in _SUMS}


def _inscricoes(groups: Iterable[Mapping[str, Any]], por: Sequence[Grupo]) -> set[str]:
    sides = [side for side in parties.SIDES if side in por]
    return {group[side] for group in groups for side in sides if group[side] is not None}


def _group_view(
    group: Mapping[str, Any], por: Sequence[Grupo], names: Mapping[str, str]
) -> dict[str, Any]:
    view: dict[str, Any] = {name: group[name] for name in por}
    for side in parties.SIDES:
        if side in por and group[side] in names:
            view[f"{side}_nome"] = names[group[side]]
    return view | sums_view(group)


def sums_view(sums: Mapping[str, Any]) -> dict[str, Any]:
    """Sums in centavos, as JSON tells them."""
    return {
        "documentos": sums["documentos"],
        "valor": reais(sums["valor"]),
        "tributos": {name: reais(sums[name]) for name in TRIBUTOS},
    }
