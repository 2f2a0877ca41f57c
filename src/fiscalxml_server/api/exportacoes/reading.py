"""Which documents an export holds, and their reading, page by page.

The choice is made in one moment of the database: each document that is there then, once, by date;
what arrives later is not in it. Only ids are kept, 16 bytes each. The documents themselves are read
afterwards in short transactions, so that neither a slow client nor a long export holds one open; a
page shows them as they are when it is read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from itertools import repeat
from typing import Any, Final
from uuid import UUID

from asyncpg import Record
from asyncpg.pgproto.pgproto import UUID as DriverUUID  # noqa: N811 - much quicker to make
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import BYTEA, aggregate_order_by

from fiscalxml_server.api.documentos import parties
from fiscalxml_server.api.documentos.copies import Copia, read_copies
from fiscalxml_server.api.documentos.filters import matching
from fiscalxml_server.api.documentos.models import documentos, validacoes
from fiscalxml_server.api.documentos.parameters import read_filter
from fiscalxml_server.api.documentos.searching import plan_each
from fiscalxml_server.api.exportacoes.linhas import Lidos
from fiscalxml_server.api.exportacoes.producao import Pagina, Producao
from fiscalxml_server.api.exportacoes.schemas import Pedido
from fiscalxml_server.api.lotes.models import lote_itens
from fiscalxml_server.kit.db import fetch
from fiscalxml_server.kit.jobs import dia
from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.settings import MEGABYTE

_ID_BYTES: Final = 16
_CHOSEN_AT_ONCE: Final = 50_000
_PAGE: Final = 500
"""documents that are read together: some milliseconds of the event loop"""
_PAGE_OF_COPIES: Final = 200
_NAMES_KEPT: Final = 50_000
"""names of parties that are remembered from page to page"""
_SMALL_PAGE: Final = 200
"""where resumos or reports are decoded"""
_PAGE_BYTES: Final = 8 * MEGABYTE
"""of documents whose copies, resumos or reports are held together: one may have ten thousand times
the bytes of another"""


def count(chosen: bytes) -> int:
    """How many documents."""
    return len(chosen) // _ID_BYTES


async def choose(
    recursos: Recursos, organizacao: UUID, pedido: Pedido, *, limit: int | None = None
) -> AsyncIterator[bytes]:
    """Ids of the documents that are asked for, in parts, by date; no more than `limit`.

    Raises `Indisponivel`.
    """
    wanted = _wanted(organizacao, pedido)
    after: tuple[datetime, UUID] | None = None
    left = limit
    async with recursos.banco.fotografia(organizacao) as conn:
        await plan_each(conn)
        while left is None or left > 0:
            most = _CHOSEN_AT_ONCE if left is None else min(left, _CHOSEN_AT_ONCE)
            ids, last = (await conn.execute(_choice(wanted, after, most))).one()
            if ids is None:
                return
            yield ids
            if count(ids) < most:
                return
            after = last, UUID(bytes=ids[-_ID_BYTES:])
            left = None if left is None else left - most


def _wanted(organizacao: UUID, pedido: Pedido) -> ColumnElement[bool]:
    if pedido.lote is None:
        return matching(organizacao, read_filter(pedido.filtro))
    # All that it brought: conflicts too, unlike a search, which finds what is in force.
    brought = select(lote_itens.c.documento).where(
        lote_itens.c.organizacao == organizacao,
        lote_itens.c.dia == dia(pedido.lote),
        lote_itens.c.lote == pedido.lote,
        lote_itens.c.documento.is_not(None),
    )
    return and_(documentos.c.organizacao == organizacao, documentos.c.id.in_(brought))


def _choice(
    wanted: ColumnElement[bool], after: tuple[datetime, UUID] | None, most: int
) -> Select[bytes, Any]:
    order = (documentos.c.data, documentos.c.id)
    query = select(*order).where(wanted).order_by(*order).limit(most)
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(*after))
    found = query.subquery()
    joined = func.string_agg(
        func.uuid_send(found.c.id, type_=BYTEA),
        aggregate_order_by(literal(b"", BYTEA), found.c.data, found.c.id),
        type_=BYTEA,
    )
    return select(joined, func.max(found.c.data))


async def pages(
    recursos: Recursos, organizacao: UUID, chosen: bytes, producao: Producao
) -> AsyncIterator[Pagina]:
    """The chosen documents in their order, with what the file needs of them.

    Raises `Indisponivel`, `ChaveDesconhecida`, and what the store raises when it is away.
    """
    query = _documents(organizacao, producao)
    size = _page_size(producao) * _ID_BYTES
    names: dict[str, str | None] = {}
    for start in range(0, len(chosen), size):
        part = chosen[start : start + size]
        ids = [DriverUUID(part[at : at + _ID_BYTES]) for at in range(0, len(part), _ID_BYTES)]
        async with recursos.banco.leitura(organizacao) as conn:
            rows = await fetch(conn, query, {"ids": ids})
        if len(rows) < len(ids):  # a replica that lags behind the choice
            async with recursos.banco.transacao(organizacao) as conn:
                rows = await fetch(conn, query, {"ids": ids})
        for held in _held_together(rows) if producao.conteudo else (rows,):
            lidos = _columns(query, held)
            if producao.nomes:
                names = await _learn(recursos, organizacao, names, lidos)
            copias: Sequence[Copia] = ()
            if producao.copias:
                copias = await read_copies(recursos, organizacao, held)
            yield Pagina(lidos, names, copias)


async def produce(producao: Producao, paginas: AsyncIterator[Pagina]) -> AsyncIterator[bytes]:
    """The file's bytes."""
    yield await asyncio.to_thread(producao.begin)
    async for pagina in _ahead(paginas):
        if data := await asyncio.to_thread(producao.write, pagina):
            yield data
    rest = producao.end()
    while data := await asyncio.to_thread(_next, rest):
        yield data


async def _ahead(paginas: AsyncIterator[Pagina]) -> AsyncIterator[Pagina]:
    """The pages, each read while the one before it is being written."""
    reading = asyncio.ensure_future(_read_next(paginas))
    try:
        while (pagina := await reading) is not None:
            reading = asyncio.ensure_future(_read_next(paginas))
            yield pagina
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


async def _read_next(paginas: AsyncIterator[Pagina]) -> Pagina | None:
    return await anext(paginas, None)


def _next(rest: Iterator[bytes]) -> bytes:
    """The next bytes that are any; none at the end."""
    return next(filter(None, rest), b"")


def _page_size(producao: Producao) -> int:
    if producao.copias:
        return _PAGE_OF_COPIES
    return _SMALL_PAGE if producao.conteudo else _PAGE


def _held_together(rows: Sequence[Record]) -> Iterator[Sequence[Record]]:
    """Of large documents fewer: no more bytes than may be held, or one document."""
    held: list[Record] = []
    size = 0
    for row in rows:
        if held and size + row["tamanho"] > _PAGE_BYTES:
            yield held
            held, size = [], 0
        held.append(row)
        size += row["tamanho"]
    yield held


def _documents(organizacao: UUID, producao: Producao) -> Select[Any, Any]:
    columns: list[Any] = [documentos.c[name] for name in producao.colunas]
    if producao.relatorio:
        columns.append(validacoes.c.relatorio)
    query = select(*columns).where(
        documentos.c.organizacao == organizacao,
        documentos.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))),
    )
    if producao.relatorio:
        own = and_(
            validacoes.c.organizacao == organizacao, validacoes.c.id == documentos.c.validacao
        )
        query = query.join_from(documentos, validacoes, own)
    return query.order_by(documentos.c.data, documentos.c.id)


def _columns(query: Select[Any, Any], rows: Sequence[Record]) -> dict[str, Sequence[Any]]:
    names = query.selected_columns.keys()
    return dict(zip(names, zip(*rows, strict=True) if rows else repeat(()), strict=False))


async def _learn(
    recursos: Recursos, organizacao: UUID, names: dict[str, str | None], lidos: Lidos
) -> dict[str, str | None]:
    """The names, with those of parties that were not among them yet.

    Others than before when they are too many: the page before this may still be being written.
    """
    if len(names) > _NAMES_KEPT:
        names = {}
    new = {party for side in parties.SIDES for party in lidos[side] if party is not None}
    new -= names.keys()
    if new:
        async with recursos.banco.leitura(organizacao) as conn:
            found = await parties.names(conn, organizacao, new)
        names |= {party: found.get(party) for party in new}
    return names
