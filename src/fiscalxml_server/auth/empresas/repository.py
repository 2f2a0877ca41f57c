"""Rows of companies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, any_, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.organizacoes.models import convites, empresas, membros


async def find(conn: AsyncConnection, organizacao: UUID, inscricao: str) -> Row[Any] | None:
    """A company's row."""
    return (await conn.execute(_one(select(empresas), organizacao, inscricao))).one_or_none()


async def page(
    conn: AsyncConnection,
    organizacao: UUID,
    only: Collection[str] | None,
    after: str | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Companies by their numbers, those behind `after`; of `only` these, where they are given."""
    query = select(empresas).where(empresas.c.organizacao == organizacao)
    if only is not None:
        query = query.where(empresas.c.inscricao.in_(only))
    if after is not None:
        query = query.where(empresas.c.inscricao > after)
    return (await conn.execute(query.order_by(empresas.c.inscricao).limit(limit))).all()


async def count(conn: AsyncConnection, organizacao: UUID) -> int:
    """How many there are."""
    found = await conn.scalar(select(func.count()).where(empresas.c.organizacao == organizacao))
    return found or 0


async def put(conn: AsyncConnection, organizacao: UUID, inscricao: str, nome: str) -> None:
    """Add it, or change its name."""
    values = insert(empresas).values(organizacao=organizacao, inscricao=inscricao, nome=nome)
    await conn.execute(
        values.on_conflict_do_update(
            index_elements=["organizacao", "inscricao"], set_={"nome": nome}
        )
    )


async def remove(conn: AsyncConnection, organizacao: UUID, inscricao: str) -> str | None:
    """Gives the name that it had; None when it was not there."""
    gone = _one(delete(empresas), organizacao, inscricao).returning(empresas.c.nome)
    nome: str | None = await conn.scalar(gone)
    return nome


async def known(conn: AsyncConnection, organizacao: UUID, inscricoes: Collection[str]) -> set[str]:
    """Of these, those that the organisation has."""
    found = select(empresas.c.inscricao).where(
        empresas.c.organizacao == organizacao, empresas.c.inscricao.in_(inscricoes)
    )
    return set((await conn.execute(found)).scalars())


async def in_use(conn: AsyncConnection, organizacao: UUID, inscricao: str) -> bool:
    """Whether somebody who belongs, or is invited, is limited to it."""
    limited = or_(
        *(
            select(1)
            .where(table.c.organizacao == organizacao, any_(table.c.empresas) == inscricao, *more)
            .exists()
            for table, *more in ((membros,), (convites, convites.c.aceito_em.is_(None)))
        )
    )
    return bool(await conn.scalar(select(limited)))


def _one(statement: Any, organizacao: UUID, inscricao: str) -> Any:
    return statement.where(empresas.c.organizacao == organizacao, empresas.c.inscricao == inscricao)
