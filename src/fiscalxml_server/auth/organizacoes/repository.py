"""Rows of organisations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.organizacoes.models import convites, membros, organizacoes
from fiscalxml_server.kit.db import new_id


async def insert_organisation(conn: AsyncConnection, organizacao: UUID, nome: str) -> None:
    """A new one, with its sandbox."""
    await conn.execute(insert(organizacoes).values(id=organizacao, teste=new_id(), nome=nome))


async def find(conn: AsyncConnection, organizacao: UUID) -> Row[Any] | None:
    """Its row, unless it is closed."""
    return (await conn.execute(_alive(organizacao))).one_or_none()


async def lock(conn: AsyncConnection, organizacao: UUID) -> Row[Any] | None:
    """The same; until the transaction ends, no other changes who belongs to it."""
    alive = _alive(organizacao).with_for_update(key_share=True)
    return (await conn.execute(alive)).one_or_none()


async def change(conn: AsyncConnection, organizacao: UUID, **news: object) -> None:
    """Give it another name, or other demands."""
    changed = update(organizacoes).where(organizacoes.c.id == organizacao)
    await conn.execute(changed.values(news))


async def close(conn: AsyncConnection, organizacao: UUID) -> None:
    """Mark it as closed; nobody is waited for any more."""
    changed = update(organizacoes).where(organizacoes.c.id == organizacao)
    await conn.execute(changed.values(situacao="encerrada"))
    await conn.execute(
        convites.delete().where(
            convites.c.organizacao == organizacao, convites.c.aceito_em.is_(None)
        )
    )


async def owned(conn: AsyncConnection, pessoa: UUID) -> int:
    """How many the person is a dono of. In a transaction of that person."""
    count = await conn.scalar(
        select(func.count())
        .select_from(membros)
        .join(organizacoes, organizacoes.c.id == membros.c.organizacao)
        .where(
            membros.c.pessoa == pessoa,
            membros.c.papel == "dono",
            organizacoes.c.situacao == "ativa",
        )
    )
    return count or 0


def _alive(organizacao: UUID) -> Any:
    return select(organizacoes).where(
        organizacoes.c.id == organizacao, organizacoes.c.situacao == "ativa"
    )
