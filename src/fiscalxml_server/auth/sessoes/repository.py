"""SQL of sessions, in transactions of their person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, all_, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.organizacoes.models import membros, organizacoes
from fiscalxml_server.auth.pessoas.models import pessoas
from fiscalxml_server.auth.sessoes.models import sessoes
from fiscalxml_server.auth.sessoes.schemas import VinculoAtual
from fiscalxml_server.kit.rbac import Papel

_OPEN = sessoes.c.encerrado_em.is_(None) & (sessoes.c.expira_em > func.now())


async def insert_session(conn: AsyncConnection, values: dict[str, Any]) -> None:
    """A new session."""
    await conn.execute(sessoes.insert().values(values))


async def lock_session(conn: AsyncConnection, pessoa: UUID, sessao: UUID) -> Row[Any] | None:
    """One that was not ended, whose row nobody else changes until the end of the transaction."""
    query = (
        select(sessoes)
        .join_from(sessoes, pessoas, sessoes.c.pessoa == pessoas.c.id)
        .where(sessoes.c.pessoa == pessoa, sessoes.c.id == sessao, _OPEN)
        .where(pessoas.c.situacao == "ativa")
        .with_for_update(of=sessoes)
    )
    return (await conn.execute(query)).one_or_none()


async def open_sessions(conn: AsyncConnection, pessoa: UUID) -> Sequence[Row[Any]]:
    """Those that were not ended, the most recently used first."""
    query = select(sessoes).where(sessoes.c.pessoa == pessoa, _OPEN)
    return (await conn.execute(query.order_by(sessoes.c.usado_em.desc(), sessoes.c.id))).all()


async def update_session(
    conn: AsyncConnection, pessoa: UUID, sessao: UUID, **values: object
) -> None:
    """Change it."""
    this = (sessoes.c.pessoa == pessoa) & (sessoes.c.id == sessao)
    await conn.execute(update(sessoes).where(this).values(values))


async def add_form(conn: AsyncConnection, pessoa: UUID, sessao: UUID, forma: str) -> None:
    """The person was there by this, too."""
    this = (sessoes.c.pessoa == pessoa) & (sessoes.c.id == sessao)
    new = literal(forma) != all_(sessoes.c.amr)
    added = func.array_append(sessoes.c.amr, forma)
    await conn.execute(update(sessoes).where(this, new).values(amr=added))


async def end_sessions(
    conn: AsyncConnection,
    pessoa: UUID,
    *,
    only: Sequence[UUID] | None = None,
    except_: UUID | None = None,
) -> list[UUID]:
    """End all that are open, or some of them; gives those that were ended now."""
    these = (sessoes.c.pessoa == pessoa) & _OPEN
    if only is not None:
        these &= sessoes.c.id.in_(only)
    if except_ is not None:
        these &= sessoes.c.id != except_
    ended = update(sessoes).where(these).values(encerrado_em=func.now())
    return list((await conn.execute(ended.returning(sessoes.c.id))).scalars())


async def memberships(conn: AsyncConnection, pessoa: UUID, since: datetime) -> list[VinculoAtual]:
    """The open organisations of the person that a session of since then comes into, by name."""
    new = or_(membros.c.sessoes_desde.is_(None), membros.c.sessoes_desde < since)
    query = (
        select(
            organizacoes.c.id,
            organizacoes.c.nome,
            organizacoes.c.epoca,
            organizacoes.c.exige_segundo_fator,
            membros.c.papel,
            membros.c.empresas,
        )
        .join_from(membros, organizacoes, membros.c.organizacao == organizacoes.c.id)
        .where(membros.c.pessoa == pessoa, organizacoes.c.situacao == "ativa", new)
        .order_by(organizacoes.c.nome, organizacoes.c.id)
    )
    return [
        VinculoAtual(
            id=row.id,
            nome=row.nome,
            papel=Papel(row.papel),
            empresas=None if row.empresas is None else tuple(row.empresas),
            epoca=row.epoca,
            exige_segundo_fator=row.exige_segundo_fator,
        )
        for row in await conn.execute(query)
    ]
