"""Rows of people and of those who signed up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.organizacoes.models import membros, organizacoes
from fiscalxml_server.auth.pessoas.models import cadastros, pessoas
from fiscalxml_server.kit.db import new_id


async def insert_signup(
    conn: AsyncConnection, codigo: bytes, email: bytes, dados: bytes, lasts: timedelta
) -> None:
    """Write what somebody signed up with."""
    await conn.execute(
        insert(cadastros).values(
            codigo=codigo, email=email, dados=dados, expira_em=func.now() + lasts
        )
    )


async def find_signup(conn: AsyncConnection, codigos: Sequence[bytes]) -> Row[Any] | None:
    """What somebody signed up with, by what may be kept of the code; None when it has expired or
    was used."""
    query = select(cadastros).where(
        cadastros.c.codigo.in_(codigos), cadastros.c.expira_em > func.now()
    )
    return (await conn.execute(query)).one_or_none()


async def take_signup(conn: AsyncConnection, codigo: bytes) -> bool:
    """Use it up; False when somebody else was first."""
    done = await conn.execute(delete(cadastros).where(cadastros.c.codigo == codigo))
    return done.rowcount == 1


async def forget_signups(conn: AsyncConnection, emails: Sequence[bytes]) -> None:
    """Remove what was signed up with this e-mail: its person is there now."""
    await conn.execute(delete(cadastros).where(cadastros.c.email.in_(emails)))


async def forget_expired_signups(conn: AsyncConnection) -> None:
    """Remove those that nobody confirmed in time."""
    await conn.execute(delete(cadastros).where(cadastros.c.expira_em < func.now()))


async def insert_person(conn: AsyncConnection, email: str, nome: str, senha: str) -> UUID | None:
    """A person whose e-mail is confirmed; None when the e-mail has one already."""
    created = insert(pessoas).values(
        id=new_id(), email=email, nome=nome, senha=senha, confirmado_em=func.now()
    )
    found: UUID | None = await conn.scalar(created.on_conflict_do_nothing().returning(pessoas.c.id))
    return found


async def find_person(conn: AsyncConnection, pessoa: UUID) -> Row[Any] | None:
    """A person's row."""
    return (await conn.execute(select(pessoas).where(pessoas.c.id == pessoa))).one_or_none()


async def find_by_email(conn: AsyncConnection, email: str) -> Row[Any] | None:
    """The row of whose e-mail it is."""
    return (await conn.execute(select(pessoas).where(pessoas.c.email == email))).one_or_none()


async def rename(conn: AsyncConnection, pessoa: UUID, nome: str) -> str | None:
    """Change the name; None when there is no such person."""
    changed = update(pessoas).where(pessoas.c.id == pessoa).values(nome=nome)
    found: str | None = await conn.scalar(changed.returning(pessoas.c.email))
    return found


async def memberships(conn: AsyncConnection, pessoa: UUID) -> Sequence[Any]:
    """Where the person belongs, of what is not closed. In a transaction of that person."""
    rows = await conn.execute(
        select(
            organizacoes.c.id,
            organizacoes.c.nome,
            membros.c.papel,
            membros.c.empresas,
            membros.c.criado_em,
        )
        .join(membros, membros.c.organizacao == organizacoes.c.id)
        .where(membros.c.pessoa == pessoa, organizacoes.c.situacao == "ativa")
        .order_by(organizacoes.c.nome, organizacoes.c.id)
    )
    return rows.all()
