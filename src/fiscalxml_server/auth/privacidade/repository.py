"""Rows of privacy: each is an organisation's, and has a UUIDv7. In the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Table, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.organizacoes.models import organizacoes
from fiscalxml_server.kit.custody import encerramentos, pedido_documentos, pedidos

# Not by when the transaction began: it may have waited.
_COMES_LATER: Final = encerramentos.c.executar_em > func.clock_timestamp()


async def add(conn: AsyncConnection, table: Table, **values: Any) -> RowMapping:
    """Write a row; it as it is then."""
    rows = await conn.execute(insert(table).values(**values).returning(table))
    row: RowMapping = rows.mappings().one()
    return row


async def find(
    conn: AsyncConnection, table: Table, organizacao: UUID, ident: UUID
) -> RowMapping | None:
    """One row."""
    rows = await conn.execute(
        select(table).where(table.c.organizacao == organizacao, table.c.id == ident)
    )
    return rows.mappings().one_or_none()


async def change(
    conn: AsyncConnection,
    table: Table,
    organizacao: UUID,
    ident: UUID,
    *still: ColumnElement[bool],
    **values: Any,
) -> RowMapping | None:
    """Change a row of which `still` holds; it as it is then, None where there is none."""
    rows = await conn.execute(
        update(table)
        .where(table.c.organizacao == organizacao, table.c.id == ident, *still)
        .values(**values)
        .returning(table)
    )
    row: RowMapping | None = rows.mappings().one_or_none()
    return row


async def documents_of(
    conn: AsyncConnection, organizacao: UUID, pedido: UUID, after: UUID | None, limit: int
) -> Sequence[RowMapping]:
    """Documents of a request, by id, those after one."""
    query = select(pedido_documentos).where(
        pedido_documentos.c.organizacao == organizacao, pedido_documentos.c.pedido == pedido
    )
    if after is not None:
        query = query.where(pedido_documentos.c.documento > after)
    rows = await conn.execute(query.order_by(pedido_documentos.c.documento).limit(limit))
    return rows.mappings().all()


async def forget_answered(conn: AsyncConnection, organizacao: UUID) -> None:
    """What is kept of requests for thirty days and for five years, after that."""
    old = pedidos.c.respondido_em < func.now() - text("interval '30 days'")
    answered = select(pedidos.c.id).where(pedidos.c.organizacao == organizacao, old)
    await conn.execute(
        delete(pedido_documentos).where(
            pedido_documentos.c.organizacao == organizacao,
            pedido_documentos.c.pedido.in_(answered),
        )
    )
    await conn.execute(
        update(pedidos)
        .where(pedidos.c.organizacao == organizacao, old, pedidos.c.inscricao.is_not(None))
        .values(inscricao=None)
    )
    await conn.execute(
        delete(pedidos).where(
            pedidos.c.organizacao == organizacao,
            pedidos.c.criado_em < func.now() - text("interval '5 years'"),
        )
    )


async def organisations(
    conn: AsyncConnection, after: UUID | None, limit: int
) -> Sequence[RowMapping]:
    """Organisations by id, with their sandboxes; `fora_de_custodia`: it was closed so long ago
    that none of its documents has to be kept.
    """
    closed = (organizacoes.c.situacao == "encerrada") & (
        organizacoes.c.epoca_em < func.now() - text("interval '145 months'")
    )
    query = select(organizacoes.c.id, organizacoes.c.teste, closed.label("fora_de_custodia"))
    if after is not None:
        query = query.where(organizacoes.c.id > after)
    rows = await conn.execute(query.order_by(organizacoes.c.id).limit(limit))
    return rows.mappings().all()


async def find_organisation(conn: AsyncConnection, organizacao: UUID) -> RowMapping:
    """The organisation itself."""
    rows = await conn.execute(
        select(organizacoes.c.id, organizacoes.c.nome).where(organizacoes.c.id == organizacao)
    )
    return rows.mappings().one()


async def find_closing(conn: AsyncConnection, organizacao: UUID) -> RowMapping | None:
    """The erasure of all that was asked for. `chegou`: its time has come."""
    rows = await conn.execute(
        select(encerramentos, (~_COMES_LATER).label("chegou")).where(
            encerramentos.c.organizacao == organizacao
        )
    )
    return rows.mappings().one_or_none()


async def write_closing(conn: AsyncConnection, organizacao: UUID, por: str, days: int) -> bool:
    """Ask for the erasure of all, in so many days; whether nobody had."""
    until = func.now() + func.make_interval(0, 0, 0, days)
    row = upsert(encerramentos).values(organizacao=organizacao, por=por, executar_em=until)
    return bool((await conn.execute(row.on_conflict_do_nothing())).rowcount)


async def cancel_closing(conn: AsyncConnection, organizacao: UUID) -> bool:
    """Whether there was one whose time had not come."""
    done = await conn.execute(
        delete(encerramentos).where(encerramentos.c.organizacao == organizacao, _COMES_LATER)
    )
    return done.rowcount > 0
