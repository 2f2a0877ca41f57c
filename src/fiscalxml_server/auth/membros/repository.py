"""Rows of members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.organizacoes.models import membros
from fiscalxml_server.auth.pessoas.models import pessoas
from fiscalxml_server.kit.rbac import Papel


async def insert_member(
    conn: AsyncConnection,
    organizacao: UUID,
    pessoa: UUID,
    papel: str,
    limite: Sequence[str] | None,
) -> bool:
    """False when the person belongs to it already."""
    added = insert(membros).values(
        organizacao=organizacao, pessoa=pessoa, papel=papel, empresas=limite
    )
    done = await conn.execute(added.on_conflict_do_nothing())
    return done.rowcount == 1


async def find(conn: AsyncConnection, organizacao: UUID, pessoa: UUID) -> Row[Any] | None:
    """A member, with name and e-mail."""
    return await _one(conn, _members(organizacao).where(membros.c.pessoa == pessoa))


async def find_by_email(conn: AsyncConnection, organizacao: UUID, email: str) -> Row[Any] | None:
    """The member whose e-mail it is."""
    return await _one(conn, _members(organizacao).where(pessoas.c.email == email))


async def page(
    conn: AsyncConnection, organizacao: UUID, after: UUID | None, limit: int
) -> Sequence[Row[Any]]:
    """Members by their ids, those behind `after`."""
    query = _members(organizacao)
    if after is not None:
        query = query.where(membros.c.pessoa > after)
    return list(await conn.execute(query.order_by(membros.c.pessoa).limit(limit)))


async def change(
    conn: AsyncConnection,
    organizacao: UUID,
    pessoa: UUID,
    papel: str,
    limite: Sequence[str] | None,
) -> None:
    """Another role, or other companies."""
    await conn.execute(
        update(membros)
        .where(membros.c.organizacao == organizacao, membros.c.pessoa == pessoa)
        .values(papel=papel, empresas=limite)
    )


async def end_sessions(conn: AsyncConnection, organizacao: UUID, pessoa: UUID) -> None:
    """Those that the person has do not come into it any more."""
    await conn.execute(
        update(membros)
        .where(membros.c.organizacao == organizacao, membros.c.pessoa == pessoa)
        .values(sessoes_desde=func.clock_timestamp())
    )


async def remove(conn: AsyncConnection, organizacao: UUID, pessoa: UUID) -> None:
    """The person does not belong to it any more."""
    await conn.execute(
        delete(membros).where(membros.c.organizacao == organizacao, membros.c.pessoa == pessoa)
    )


async def other_owners(conn: AsyncConnection, organizacao: UUID, pessoa: UUID) -> int:
    """How many donos there are besides this person."""
    count = await conn.scalar(
        select(func.count()).where(
            membros.c.organizacao == organizacao,
            membros.c.papel == Papel.DONO,
            membros.c.pessoa != pessoa,
        )
    )
    return count or 0


async def _one(conn: AsyncConnection, query: Select[Any]) -> Row[Any] | None:
    row: Row[Any] | None = (await conn.execute(query)).one_or_none()
    return row


def _members(organizacao: UUID) -> Select[Any]:
    return (
        select(
            membros.c.pessoa,
            membros.c.papel,
            membros.c.empresas,
            membros.c.criado_em,
            pessoas.c.nome,
            pessoas.c.email,
        )
        .join(pessoas, pessoas.c.id == membros.c.pessoa)
        .where(membros.c.organizacao == organizacao)
    )
