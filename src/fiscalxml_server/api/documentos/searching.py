"""Documents by a filter, page by page, in an order that what arrives meanwhile does not upset."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    RowMapping,
    Select,
    Subquery,
    and_,
    func,
    select,
    text,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.api.documentos import parties
from fiscalxml_server.api.documentos.filters import (
    Filtro,
    Valores,
    between,
    has_term,
    matching,
    only_beginning,
    only_terms,
    starts_with,
    term_groups,
    without_terms,
)
from fiscalxml_server.api.documentos.models import documentos, termos
from fiscalxml_server.api.documentos.pages import (
    Lugar,
    Ordem,
    behind,
    limited_page,
    ordered,
    rows_at,
)
from fiscalxml_server.api.documentos.views import documento_view
from fiscalxml_server.kit.http.cursors import read_cursor, write_cursor, wrong_cursor
from fiscalxml_server.kit.resources import Recursos

_PLANNED: Final = text("SELECT set_config('plan_cache_mode', 'force_custom_plan', true)")
_COUNTED: Final = 40_000
"""documents of some terms that are counted, to know which are rare; so many are sorted in 15 ms"""
_FREQUENT: Final = 5000
"""documents of a term that are looked at one by one, some 5 µs each"""
_PAGED: Final = text(
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true),"
    " set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),"
    " set_config('enable_hashagg', 'off', true)"
)


async def list_page(
    recursos: Recursos,
    organizacao: UUID,
    filtro: Filtro,
    *,
    ordem: Ordem,
    cursor: str | None,
    limite: int,
) -> dict[str, Any]:
    """A page of the documents that a filter chooses. Raises `ParametrosInvalidos`."""
    after = None if cursor is None else _place(cursor, ordem)
    async with recursos.banco.leitura(organizacao) as conn:
        rows = await page(
            conn,
            organizacao,
            filtro,
            ordem=ordem,
            after=after,
            limit=limite + 1,
            empresas=recursos.banco.empresas,
        )
        names = await parties.names(conn, organizacao, parties.inscricoes(rows[:limite]))
    more = write_cursor(_end(rows[limite - 1], ordem)) if len(rows) > limite else None
    return {"itens": [documento_view(row, names) for row in rows[:limite]], "proximo": more}


async def page(
    conn: AsyncConnection,
    organizacao: UUID,
    filtro: Filtro,
    *,
    ordem: Ordem = "-data",
    after: Lugar | None = None,
    limit: int,
    empresas: Collection[str] | None = None,
) -> Sequence[RowMapping]:
    """Rows that a filter chooses, those behind `after`; without `resumo`.

    `empresas`: those that the transaction is limited to.
    """
    query = await plan_page(conn, organizacao, filtro, ordem, after, limit, empresas)
    found = await conn.execute(query)
    rows: Sequence[RowMapping] = found.mappings().all()
    return rows


async def plan_each(conn: AsyncConnection) -> None:
    """Let the rest of the transaction's statements be planned by their values.

    The plan for any value is wrong for a company of half a million documents, or for one of three.
    """
    await conn.execute(_PLANNED)


async def plan_page(
    conn: AsyncConnection,
    organizacao: UUID,
    filtro: Filtro,
    ordem: Ordem,
    after: Lugar | None,
    limit: int,
    empresas: Collection[str] | None = None,
) -> Select[Any]:
    """What finds a page; the rest of the transaction's statements are planned as pages are.

    From the rarest condition on, until the page is full: no join reads everything first.
    """
    await conn.execute(_PAGED)
    if empresas is not None:
        return limited_page(organizacao, filtro, ordem, after, limit, empresas)
    groups = term_groups(filtro)
    if sum(map(len, groups)) > 1 and only_terms(filtro) and ordem.endswith("data"):
        counted = [(await _count(conn, organizacao, group, _COUNTED), group) for group in groups]
        (fewest, rarest), *others = sorted(counted)
        if fewest < _COUNTED or len(rarest) == 1:
            rest = [group for _, group in others]
            having = _having_each(organizacao, filtro, rarest, rest, falling=ordem.startswith("-"))
            return _page_query(organizacao, without_terms(filtro), ordem, after, limit, (), having)
    asked = [
        group for group in groups if len(group) > 1 or ordem.endswith("valor")
    ]  # of one term, what has it is in the order of dates already
    frequentes = await more_frequent(conn, organizacao, asked, _FREQUENT)
    beginning = only_beginning(filtro) if ordem.endswith("data") else None
    if beginning is None:
        return _page_query(organizacao, filtro, ordem, after, limit, frequentes)
    having = _having(organizacao, beginning, falling=ordem.startswith("-"))
    return _page_query(organizacao, without_terms(filtro), ordem, after, limit, (), having)


async def more_frequent(
    conn: AsyncConnection, organizacao: UUID, groups: Iterable[Valores], than: int
) -> list[Valores]:
    """Those of which documents have one of the terms more often than that."""
    return [group for group in groups if await _count(conn, organizacao, group, than + 1) > than]


async def _count(conn: AsyncConnection, organizacao: UUID, group: Valores, most: int) -> int:
    """How often documents have one of these terms; `most`, where it is more."""
    some = (
        select(termos.c.documento)
        .where(termos.c.organizacao == organizacao, termos.c.termo.in_(group))
        .limit(most)
        .subquery()
    )
    count = await conn.execute(select(func.count()).select_from(some))
    return int(count.scalar_one())


def _page_query(
    organizacao: UUID,
    filtro: Filtro,
    ordem: Ordem,
    after: Lugar | None,
    limit: int,
    frequentes: Collection[Valores],
    having: Subquery | None = None,
) -> Select[Any]:
    """What finds them: places first, by indexes alone where they can; then the rows.

    `having`: the only places to look at, in the order of the page: those behind it never are.
    """
    column: ColumnElement[Any] = documentos.c[ordem.removeprefix("-")]
    ident: ColumnElement[Any] = documentos.c.id
    tables: FromClause = documentos
    if having is not None:
        same = and_(column == having.c.data, ident == having.c.documento)
        tables = having.join(documentos, same)
        column, ident = having.c.data, having.c.documento
    places = (
        select(documentos.c.id)
        .select_from(tables)
        .where(matching(organizacao, filtro, frequentes), *behind(column, ident, ordem, after))
        .order_by(*ordered(ordem, column, ident))
        .limit(limit)
        .subquery()
    )
    return rows_at(places, organizacao, ordem)


def _having(organizacao: UUID, beginning: str, *, falling: bool) -> Subquery:
    """The places of the documents that have a term which begins so."""
    place = termos.c.data, termos.c.documento
    return (
        select(*place)
        .distinct()
        .where(termos.c.organizacao == organizacao, starts_with(termos.c.termo, beginning))
        .order_by(*(each.desc() if falling else each.asc() for each in place))
        .subquery()
    )


def _having_each(
    organizacao: UUID, filtro: Filtro, rarest: Valores, others: Sequence[Valores], *, falling: bool
) -> Subquery:
    """The places of the documents that have a term of each group, from the rarest group on."""
    found = union_all(
        *(
            select(termos.c.data, termos.c.documento).where(
                termos.c.organizacao == organizacao,
                termos.c.termo == term,
                *between(termos.c.data, filtro.emissao_de, filtro.emissao_ate),
            )
            for term in rarest
        )
    ).subquery()
    place = found.c.data, found.c.documento
    query = select(*place).distinct() if len(rarest) > 1 else select(*place)
    query = query.where(*(has_term(organizacao, other, *place) for other in others))
    ordered = (each.desc() if falling else each.asc() for each in place)
    return query.order_by(*ordered).offset(0).subquery()  # so that it is planned by itself


def _place(cursor: str, ordem: Ordem) -> Lugar:
    lugar = read_cursor(cursor, Lugar)
    if lugar.ordem != ordem or lugar.value is None:
        raise wrong_cursor()
    if lugar.data is not None and lugar.data.utcoffset():
        # Written in UTC; at another hour it may lie before the first day that there is.
        raise wrong_cursor()
    return lugar


def _end(row: RowMapping, ordem: Ordem) -> Lugar:
    return Lugar(ordem, row["id"], data=row["data"], valor=row["valor"])
