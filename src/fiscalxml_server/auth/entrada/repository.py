"""SQL of signing in, in transactions of the person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.pessoas.models import pessoas


async def lock_person(conn: AsyncConnection, pessoa: UUID) -> Row[Any] | None:
    """Somebody whose account is open, whose password nobody changes meanwhile."""
    query = select(pessoas).where(pessoas.c.id == pessoa, pessoas.c.situacao == "ativa")
    return (await conn.execute(query.with_for_update())).one_or_none()


async def set_password(conn: AsyncConnection, pessoa: UUID, senha: str) -> None:
    """`senha`: its hash."""
    await conn.execute(update(pessoas).where(pessoas.c.id == pessoa).values(senha=senha))
