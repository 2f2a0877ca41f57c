"""Statements over the log and its checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.auditoria.merkle import Folha
from fiscalxml_server.auth.auditoria.models import pontos
from fiscalxml_server.auth.organizacoes.models import organizacoes
from fiscalxml_server.kit.audit import Acao, registros


class Filtro(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries of a chain."""

    de: datetime | None = None
    ate: datetime | None = None
    acao: Acao | None = None
    ator: str | None = None
    alvo: str | None = None


async def sandbox_of(conn: AsyncConnection, organizacao: UUID) -> UUID | None:
    """The id under which the organisation's tests are."""
    found = await conn.execute(select(organizacoes.c.teste).where(organizacoes.c.id == organizacao))
    return found.scalar_one_or_none()


async def page(
    conn: AsyncConnection, organizacao: UUID, filtro: Filtro, before: int | None, limit: int
) -> Sequence[RowMapping]:
    """Entries, newest first, below a number."""
    query = select(registros).where(registros.c.organizacao == organizacao)
    if filtro.de is not None:
        query = query.where(registros.c.quando >= filtro.de)
    if filtro.ate is not None:
        query = query.where(registros.c.quando < filtro.ate)
    for name in ("acao", "ator", "alvo"):
        value = getattr(filtro, name)
        if value is not None:
            query = query.where(registros.c[name] == str(value))
    if before is not None:
        query = query.where(registros.c.numero < before)
    rows = await conn.execute(query.order_by(registros.c.numero.desc()).limit(limit))
    return rows.mappings().all()


async def last_before(conn: AsyncConnection, organizacao: UUID, moment: datetime | None) -> int:
    """The number of the last entry before a moment, or of all; 0 where there is none."""
    query = select(func.max(registros.c.numero)).where(registros.c.organizacao == organizacao)
    if moment is not None:
        query = query.where(registros.c.quando < moment)
    return (await conn.execute(query)).scalar_one() or 0


async def between(
    conn: AsyncConnection, organizacao: UUID, first: int, last: int
) -> Sequence[RowMapping]:
    """Entries in order."""
    rows = await conn.execute(
        select(registros)
        .where(registros.c.organizacao == organizacao, registros.c.numero.between(first, last))
        .order_by(registros.c.numero)
    )
    return rows.mappings().all()


async def now(conn: AsyncConnection) -> datetime:
    """By the clock that entries are dated by: all that were committed before are seen."""
    moment: datetime = (await conn.execute(select(func.now()))).scalar_one()
    return moment


async def heads(conn: AsyncConnection) -> Sequence[Folha]:
    """The ends of all chains, in order of the organisation."""
    rows = await conn.execute(
        text("SELECT organizacao, numero, elo FROM auditoria.cabecas() ORDER BY organizacao")
    )
    return [Folha(*row) for row in rows]


async def leaves(conn: AsyncConnection, ponto: int) -> Sequence[Folha]:
    """The ends of all chains as a checkpoint saw them, in order of the organisation."""
    rows = await conn.execute(
        text(
            "SELECT organizacao, numero, elo FROM auditoria.folhas_em(:ponto) ORDER BY organizacao"
        ),
        {"ponto": ponto},
    )
    return [Folha(*row) for row in rows]


async def last_checkpoint(conn: AsyncConnection) -> RowMapping | None:
    rows = await conn.execute(select(pontos).order_by(pontos.c.numero.desc()).limit(1))
    return rows.mappings().one_or_none()


async def first_checkpoint_after(conn: AsyncConnection, moment: datetime) -> RowMapping | None:
    rows = await conn.execute(
        select(pontos).where(pontos.c.quando > moment).order_by(pontos.c.numero).limit(1)
    )
    return rows.mappings().one_or_none()


async def unpublished(conn: AsyncConnection) -> Sequence[RowMapping]:
    """Checkpoints that are not in the object store yet, oldest first."""
    rows = await conn.execute(
        select(pontos).where(pontos.c.publicado_em.is_(None)).order_by(pontos.c.numero)
    )
    return rows.mappings().all()


async def mark_published(conn: AsyncConnection, numero: int) -> None:
    await conn.execute(
        pontos.update().where(pontos.c.numero == numero).values(publicado_em=func.now())
    )


async def write_checkpoint(
    conn: AsyncConnection,
    numero: int,
    quando: datetime,
    corpo: str,
    seen: Sequence[Folha],
) -> None:
    """The checkpoint, and the heads that it is the first to see."""
    await conn.execute(
        text("SELECT auditoria.pontuar(:numero, :quando, :corpo, :de, :numeros, :elos)"),
        {
            "numero": numero,
            "quando": quando,
            "corpo": corpo,
            "de": [each.organizacao for each in seen],
            "numeros": [each.numero for each in seen],
            "elos": [each.elo for each in seen],
        },
    )


async def erase_details(
    conn: AsyncConnection,
    organizacao: UUID,
    quem: str,
    titular: str | None,
    antes: datetime | None,
) -> int:
    """How many entries lost their details."""
    done = await conn.execute(
        text("SELECT auditoria.apagar_detalhes(:de, :quem, :titular, :antes)"),
        {"de": organizacao, "quem": quem, "titular": titular, "antes": antes},
    )
    return int(done.scalar_one())
