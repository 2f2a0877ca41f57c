"""Rows of limits and of use, in the caller's transaction: that of the organisation, or of the
sandbox, whose they are."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.cotas.schemas import NovaCota
from fiscalxml_server.auth.organizacoes.models import organizacoes
from fiscalxml_server.kit.quotas.models import limites, uso


async def limits_of(conn: AsyncConnection, organizacao: UUID, credencial: str) -> NovaCota:
    """What is set."""
    rows = await conn.execute(
        select(limites).where(
            limites.c.organizacao == organizacao, limites.c.credencial == credencial
        )
    )
    row = rows.one_or_none()
    if row is None:
        return NovaCota()
    return NovaCota(row.validar, row.ler, row.enviar, row.documentos)


async def used_by(conn: AsyncConnection, organizacao: UUID, credencial: str) -> int:
    """Documents of this month."""
    rows = await conn.execute(
        select(uso.c.documentos).where(
            uso.c.organizacao == organizacao,
            uso.c.mes == func.cotas.mes(),
            uso.c.credencial == credencial,
        )
    )
    return rows.scalar_one_or_none() or 0


async def write(conn: AsyncConnection, organizacao: UUID, credencial: str, cota: NovaCota) -> None:
    """Set limits in place of those of before."""
    values = {
        "validar": cota.validar,
        "ler": cota.ler,
        "enviar": cota.enviar,
        "documentos": cota.documentos,
        "alterado_em": func.now(),
    }
    writing = insert(limites).values(organizacao=organizacao, credencial=credencial, **values)
    await conn.execute(writing.on_conflict_do_update(constraint="limites_pk", set_=values))


async def sandbox_of(conn: AsyncConnection, organizacao: UUID) -> UUID | None:
    """The id under which it keeps what test keys store; None where there is no organisation."""
    rows = await conn.execute(select(organizacoes.c.teste).where(organizacoes.c.id == organizacao))
    sandbox: UUID | None = rows.scalar_one_or_none()
    return sandbox
