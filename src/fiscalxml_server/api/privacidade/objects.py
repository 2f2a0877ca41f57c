"""Objects whose documents were erased, or whose copies are sealed with an old key.

What still holds copies that a row speaks of is made again without the rest, sealed with the newest
key, under another name; the old object is deleted some minutes later, when nobody reads it.
Rows say all of it, so that whatever dies on the way is done again.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.custody import objetos_soltos
from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.storage import Local

_AT_ONCE: Final = 100


async def clean(recursos: Recursos, organizacao: UUID) -> int:
    """Delete, or make again without what was erased, so many loose objects; how many there were."""
    async with recursos.banco.transacao(organizacao) as conn:
        loose = await loose_objects(conn, organizacao, _AT_ONCE)
    for objeto in loose:
        await _clean(recursos, organizacao, objeto)
    return len(loose)


async def _clean(recursos: Recursos, organizacao: UUID, objeto: str) -> None:
    if await seal_again(recursos, organizacao, objeto):
        return  # loose anew, for whoever reads it just now
    await recursos.objetos.delete(objeto)
    async with recursos.banco.transacao(organizacao) as conn:
        await forget_object(conn, objeto)


async def seal_again(recursos: Recursos, organizacao: UUID, objeto: str) -> int:
    """Put the copies that rows speak of into a new object, with the newest key; how many."""
    async with recursos.banco.transacao(organizacao) as conn:
        places = await copies_in(conn, organizacao, objeto)
    if not places:
        return 0
    copies = await recursos.objetos.read_many(organizacao, places)
    pacote = await recursos.objetos.pacote(organizacao)
    nome = f"{objeto.partition('/')[2].partition('.')[0]}.{secrets.token_hex(8)}"
    new = [Local(f"{organizacao}/{nome}", *pacote.add(data)) for data in copies]
    await recursos.objetos.put_pacote(nome, pacote)
    async with (
        recursos.kept_with_its_row(f"{organizacao}/{nome}"),
        recursos.banco.transacao(organizacao) as conn,
    ):
        moved = [await move_copy(conn, old, place) for old, place in zip(places, new, strict=True)]
        await loosen(conn, organizacao, objeto)
        if not all(moved):  # what was erased meanwhile, or moved by another, is in the new one, too
            await loosen(conn, organizacao, f"{organizacao}/{nome}")
    return len(places)


async def loose_objects(conn: AsyncConnection, organizacao: UUID, limit: int) -> Sequence[str]:
    """Objects whose documents were erased, or moved, long enough ago that nobody reads them."""
    rows = await conn.execute(
        select(objetos_soltos.c.objeto)
        .where(
            objetos_soltos.c.organizacao == organizacao,
            objetos_soltos.c.em < func.now() - text("interval '10 minutes'"),
        )
        .limit(limit)
    )
    return rows.scalars().all()


async def loosen(conn: AsyncConnection, organizacao: UUID, objeto: str) -> None:
    """Its copies stand elsewhere from now on."""
    await conn.execute(_LOOSEN, {"org": organizacao, "objeto": objeto})


async def forget_object(conn: AsyncConnection, objeto: str) -> None:
    """The object is no more."""
    await conn.execute(text("SELECT privacidade.esquecer_objeto(:objeto)"), {"objeto": objeto})


async def copies_in(conn: AsyncConnection, organizacao: UUID, objeto: str) -> list[Local]:
    """Where copies of documents stand in an object, each place once."""
    rows = await conn.execute(_COPIES, {"org": organizacao, "objeto": objeto})
    return [Local(objeto, row.inicio, row.comprimento) for row in rows]


async def move_copy(conn: AsyncConnection, old: Local, new: Local) -> int:
    """Let rows speak of the new place; how many did."""
    values = {
        "de": old.objeto,
        "inicio_de": old.inicio,
        "para": new.objeto,
        "inicio_para": new.inicio,
        "comprimento": new.comprimento,
    }
    return int((await conn.execute(_MOVE, values)).scalar_one())


_LOOSEN: Final = text(
    """
    INSERT INTO privacidade.objetos_soltos (organizacao, objeto) VALUES (:org, :objeto)
    ON CONFLICT (organizacao, objeto) DO UPDATE SET em = now()
    """
)
_COPIES: Final = text(
    """
    SELECT inicio, comprimento FROM documentos WHERE organizacao = :org AND objeto = :objeto
    UNION SELECT inicio, comprimento FROM copias WHERE organizacao = :org AND objeto = :objeto
    ORDER BY inicio
    """
)
_MOVE: Final = text(
    "SELECT privacidade.mover_copia(:de, :inicio_de, :para, :inicio_para, :comprimento)"
)
