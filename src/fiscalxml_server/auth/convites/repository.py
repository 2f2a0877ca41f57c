"""Rows of invitations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.organizacoes.models import convites

_OPEN: Final = convites.c.aceito_em.is_(None)


async def replace(conn: AsyncConnection, *, lasts: timedelta, **values: Any) -> Row[Any]:
    """Write one; another to the same address, and what has expired, is no more."""
    organizacao, email = values["organizacao"], values["email"]
    old = (convites.c.email == email) | (convites.c.expira_em < func.now())
    await conn.execute(delete(convites).where(convites.c.organizacao == organizacao, _OPEN, old))
    added = insert(convites).values(expira_em=func.now() + lasts, **values)
    row: Row[Any] = (await conn.execute(added.returning(convites))).one()
    return row


async def count(conn: AsyncConnection, organizacao: UUID) -> int:
    """How many nobody has accepted yet."""
    found = await conn.scalar(
        select(func.count()).where(convites.c.organizacao == organizacao, _OPEN)
    )
    return found or 0


async def page(
    conn: AsyncConnection, organizacao: UUID, before: UUID | None, limit: int
) -> Sequence[Row[Any]]:
    """Those that may still be accepted, from the newest on, older than `before`."""
    query = select(convites).where(
        convites.c.organizacao == organizacao, _OPEN, convites.c.expira_em > func.now()
    )
    if before is not None:
        query = query.where(convites.c.id < before)
    return (await conn.execute(query.order_by(convites.c.id.desc()).limit(limit))).all()


async def find(conn: AsyncConnection, organizacao: UUID, convite: UUID) -> Row[Any] | None:
    """One that nobody has accepted yet."""
    found = select(convites).where(
        convites.c.organizacao == organizacao, convites.c.id == convite, _OPEN
    )
    return (await conn.execute(found)).one_or_none()


async def find_code(
    conn: AsyncConnection, organizacao: UUID, codigos: Sequence[bytes]
) -> Row[Any] | None:
    """One that may still be accepted, by what may be kept of its code."""
    found = select(convites).where(
        convites.c.organizacao == organizacao,
        convites.c.codigo.in_(codigos),
        _OPEN,
        convites.c.expira_em > func.now(),
    )
    return (await conn.execute(found)).one_or_none()


async def accept(conn: AsyncConnection, organizacao: UUID, convite: UUID) -> None:
    """It was used."""
    await conn.execute(
        update(convites)
        .where(convites.c.organizacao == organizacao, convites.c.id == convite)
        .values(aceito_em=func.now())
    )


async def withdraw(conn: AsyncConnection, organizacao: UUID, convite: UUID) -> None:
    """It is no more."""
    await conn.execute(
        delete(convites).where(convites.c.organizacao == organizacao, convites.c.id == convite)
    )


async def withdraw_of(conn: AsyncConnection, organizacao: UUID, por: UUID) -> None:
    """All of a person's that nobody has accepted are no more."""
    await conn.execute(
        delete(convites).where(convites.c.organizacao == organizacao, convites.c.por == por, _OPEN)
    )
