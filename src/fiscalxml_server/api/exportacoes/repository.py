"""Rows of exports. Every function works in the caller's transaction and organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.api.exportacoes.models import exportacoes
from fiscalxml_server.api.exportacoes.schemas import ABERTAS

_OPEN: Final = exportacoes.c.situacao.in_(ABERTAS)


async def insert_export(
    conn: AsyncConnection, organizacao: UUID, exportacao: UUID, **values: Any
) -> None:
    """Write an export that was asked for."""
    await conn.execute(insert(exportacoes).values(organizacao=organizacao, id=exportacao, **values))


async def find(conn: AsyncConnection, organizacao: UUID, exportacao: UUID) -> RowMapping | None:
    """An export's row."""
    rows = await conn.execute(
        select(exportacoes).where(
            exportacoes.c.organizacao == organizacao, exportacoes.c.id == exportacao
        )
    )
    return rows.mappings().one_or_none()


async def find_open(conn: AsyncConnection, organizacao: UUID) -> Sequence[RowMapping]:
    """Exports that are still to be done, locked against others who would add one."""
    lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:organizacao, 5))")
    await conn.execute(lock, {"organizacao": str(organizacao)})
    rows = await conn.execute(
        select(exportacoes)
        .where(exportacoes.c.organizacao == organizacao, _OPEN)
        .order_by(exportacoes.c.id)
    )
    return rows.mappings().all()


async def page(
    conn: AsyncConnection, organizacao: UUID, before: UUID | None, limit: int
) -> Sequence[RowMapping]:
    """Exports from the newest on, those older than `before`."""
    query = select(exportacoes).where(exportacoes.c.organizacao == organizacao)
    if before is not None:
        query = query.where(exportacoes.c.id < before)
    rows = await conn.execute(query.order_by(exportacoes.c.id.desc()).limit(limit))
    return rows.mappings().all()


async def begin(conn: AsyncConnection, organizacao: UUID, exportacao: UUID) -> RowMapping | None:
    """Mark it as being worked on: `pedido`, and the `empresas` that who asked is limited to.

    None when nobody wants it any more.
    """
    changed = (
        update(exportacoes)
        .where(exportacoes.c.organizacao == organizacao, exportacoes.c.id == exportacao, _OPEN)
        .values(situacao="processando", total=None, documentos=0, contagens={}, bytes=0)
        .returning(exportacoes.c.pedido, exportacoes.c.empresas)
    )
    return (await conn.execute(changed)).mappings().one_or_none()


async def advance(
    conn: AsyncConnection,
    organizacao: UUID,
    exportacao: UUID,
    *,
    documentos: int,
    contagens: Mapping[str, int],
    total: int | None = None,
) -> bool:
    """Tell how far it is; False when nobody wants it any more."""
    values: dict[str, Any] = {"documentos": documentos, "contagens": dict(contagens)}
    if total is not None:
        values["total"] = total
    return await _change_open(conn, organizacao, exportacao, **values)


async def complete(
    conn: AsyncConnection, organizacao: UUID, exportacao: UUID, *, hours: float, **values: Any
) -> bool:
    """Its file is there, for so many hours; False when nobody wants it any more."""
    return await _change_open(
        conn, organizacao, exportacao, situacao="pronta", **values, **_ended(hours)
    )


async def fail(
    conn: AsyncConnection, organizacao: UUID, exportacao: UUID, motivo: str, *, hours: float
) -> bool:
    """It will not be done, and why; False when nobody wants it any more."""
    return await _change_open(
        conn, organizacao, exportacao, situacao="falhou", motivo=motivo, **_ended(hours)
    )


async def cancel(conn: AsyncConnection, organizacao: UUID, exportacao: UUID, motivo: str) -> None:
    """Nobody wants it, done or not: its file is swept with those that have expired."""
    await conn.execute(
        update(exportacoes)
        .where(
            exportacoes.c.organizacao == organizacao,
            exportacoes.c.id == exportacao,
            exportacoes.c.situacao.in_((*ABERTAS, "pronta")),
        )
        .values(situacao="cancelada", motivo=motivo, concluido_em=func.now(), expira_em=func.now())
    )


def _ended(hours: float) -> dict[str, Any]:
    return {
        "concluido_em": func.now(),
        "expira_em": func.now() + func.make_interval(0, 0, 0, 0, 0, 0, hours * 3600),
    }


async def _change_open(
    conn: AsyncConnection, organizacao: UUID, exportacao: UUID, **values: Any
) -> bool:
    done = await conn.execute(
        update(exportacoes)
        .where(exportacoes.c.organizacao == organizacao, exportacoes.c.id == exportacao, _OPEN)
        .values(**values)
    )
    return done.rowcount == 1
