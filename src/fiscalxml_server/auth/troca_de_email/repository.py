"""SQL of changes of e-mail, in transactions of their person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.pessoas.models import pessoas
from fiscalxml_server.auth.troca_de_email.models import trocas_de_email as trocas
from fiscalxml_server.kit.db import new_id


async def replace(
    conn: AsyncConnection, pessoa: UUID, *, confirm: timedelta, undo: timedelta, **values: object
) -> None:
    """Write one; what was asked for before can be undone still, and confirmed no more."""
    await conn.execute(update(trocas).where(trocas.c.pessoa == pessoa).values(codigo=None))
    await conn.execute(
        trocas.insert().values(
            pessoa=pessoa,
            id=new_id(),
            confirma_ate=func.now() + confirm,
            volta_ate=func.now() + undo,
            **values,
        )
    )


async def find_code(conn: AsyncConnection, pessoa: UUID, codigo: bytes) -> Row[Any] | None:
    """One that may be confirmed."""
    query = select(trocas).where(
        trocas.c.pessoa == pessoa, trocas.c.codigo == codigo, trocas.c.confirma_ate > func.now()
    )
    return (await conn.execute(query)).one_or_none()


async def take_code(conn: AsyncConnection, pessoa: UUID, codigo: bytes) -> bool:
    """Use it up; False when somebody else was first."""
    this = (trocas.c.pessoa == pessoa) & (trocas.c.codigo == codigo)
    return (await conn.execute(update(trocas).where(this).values(codigo=None))).rowcount == 1


async def take_back(conn: AsyncConnection, pessoa: UUID, volta: bytes) -> str | None:
    """The e-mail of before this one, which is no more, nor any after it; None for no such code."""
    this = (trocas.c.pessoa == pessoa) & (trocas.c.volta == volta)
    found = select(trocas.c.id, trocas.c.de).where(this, trocas.c.volta_ate > func.now())
    row = (await conn.execute(found)).one_or_none()
    if row is None:
        return None
    await conn.execute(delete(trocas).where(trocas.c.pessoa == pessoa, trocas.c.id >= row.id))
    email: str = row.de
    return email


async def set_email(conn: AsyncConnection, pessoa: UUID, email: str, **more: object) -> bool:
    """False when somebody else has it; nothing more can be done in the transaction then."""
    changed = update(pessoas).where(pessoas.c.id == pessoa).values(email=email, **more)
    try:
        await conn.execute(changed)
    except IntegrityError:
        return False
    return True


async def forget_old(conn: AsyncConnection) -> None:
    """Remove those of anybody that cannot be undone any more."""
    await conn.execute(delete(trocas).where(trocas.c.volta_ate < func.now()))
