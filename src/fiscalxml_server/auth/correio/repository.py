"""Rows of e-mails."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.correio.models import emails

_WAITING: Final = emails.c.situacao == "espera"


async def insert_email(conn: AsyncConnection, email: UUID, carta: bytes) -> None:
    """Write one that is to be sent, unless it is there."""
    new = insert(emails).values(id=email, carta=carta)
    await conn.execute(new.on_conflict_do_nothing())


async def take(conn: AsyncConnection) -> Row[Any] | None:
    """One whose time has come. To the end of the transaction, nobody else takes it."""
    due = (
        select(emails)
        .where(_WAITING, emails.c.proxima_em <= func.now())
        .order_by(emails.c.proxima_em)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return (await conn.execute(due)).one_or_none()


async def waiting(conn: AsyncConnection) -> tuple[int, float]:
    """How many are to be sent, and the age of the oldest in seconds."""
    age = func.extract("epoch", func.now() - func.min(emails.c.criado_em))
    row = (await conn.execute(select(func.count(), func.coalesce(age, 0)).where(_WAITING))).one()
    return int(row[0]), float(row[1])


async def end(conn: AsyncConnection, email: UUID, situacao: str) -> None:
    """It was sent, or will not be: what it said is forgotten."""
    await conn.execute(
        update(emails)
        .where(emails.c.id == email)
        .values(
            situacao=situacao,
            carta=None,
            tentativas=emails.c.tentativas + 1,
            terminado_em=func.now(),
        )
    )


async def postpone(conn: AsyncConnection, email: UUID, wait: timedelta) -> None:
    """Try again later."""
    await conn.execute(
        update(emails)
        .where(emails.c.id == email)
        .values(tentativas=emails.c.tentativas + 1, proxima_em=func.now() + wait)
    )


async def forget(conn: AsyncConnection, age: timedelta) -> None:
    """Delete the rows of those that ended longer ago."""
    await conn.execute(delete(emails).where(emails.c.terminado_em < func.now() - age))
