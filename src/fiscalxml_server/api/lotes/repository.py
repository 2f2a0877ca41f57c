"""Rows of lotes. Every function works in the caller's transaction and organisation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping, case, func, literal_column, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.api.lotes.models import lote_blocos, lote_causas, lote_itens, lotes
from fiscalxml_server.api.lotes.schemas import Bloco, Entrada, Item, count
from fiscalxml_server.kit.block_states import Trecho, insert_state, page_states
from fiscalxml_server.kit.compression import compress, decompress
from fiscalxml_server.kit.db import bulk_insert
from fiscalxml_server.kit.jobs import dia

_ITEM: Final = tuple(c.name for c in lote_itens.c)
_OPEN: Final = ("recebido", "abrindo", "processando")


async def insert_lote(conn: AsyncConnection, organizacao: UUID, lote: UUID, **values: Any) -> bool:
    """Write a lote that was received; False where it was written before, and stays as it is."""
    adding = insert(lotes).values(organizacao=organizacao, id=lote, **values)
    done = await conn.execute(adding.on_conflict_do_nothing())
    return done.rowcount == 1


async def find(conn: AsyncConnection, organizacao: UUID, lote: UUID) -> RowMapping | None:
    """A lote's row."""
    rows = await conn.execute(
        select(lotes).where(lotes.c.organizacao == organizacao, lotes.c.id == lote)
    )
    return rows.mappings().one_or_none()


async def sent_by(conn: AsyncConnection, organizacao: UUID, lote: UUID) -> str:
    """The credential that sent a lote."""
    row = await conn.execute(
        select(lotes.c.credencial).where(lotes.c.organizacao == organizacao, lotes.c.id == lote)
    )
    credencial: str = row.scalar_one()
    return credencial


async def still_open(
    conn: AsyncConnection, organizacao: UUID, which: Collection[UUID]
) -> set[UUID]:
    """Those of these lotes that have not ended."""
    rows = await conn.execute(
        select(lotes.c.id).where(
            lotes.c.organizacao == organizacao, lotes.c.id.in_(which), lotes.c.situacao.in_(_OPEN)
        )
    )
    return set(rows.scalars())


async def page(
    conn: AsyncConnection, organizacao: UUID, before: UUID | None, limit: int
) -> Sequence[RowMapping]:
    """Lotes from the newest on, those older than `before`."""
    query = select(lotes).where(lotes.c.organizacao == organizacao)
    if before is not None:
        query = query.where(lotes.c.id < before)
    rows = await conn.execute(query.order_by(lotes.c.id.desc()).limit(limit))
    return rows.mappings().all()


async def page_items(
    conn: AsyncConnection,
    organizacao: UUID,
    lote: UUID,
    *,
    after: tuple[int, int] | None,
    desfecho: str | None,
    limit: int,
) -> Sequence[RowMapping]:
    """Items in the archive's order, those behind `after` (indice, parte)."""
    query = select(lote_itens).where(
        lote_itens.c.organizacao == organizacao,
        lote_itens.c.dia == dia(lote),
        lote_itens.c.lote == lote,
    )
    if desfecho is not None:
        query = query.where(lote_itens.c.desfecho == desfecho)
    if after is not None:
        query = query.where(tuple_(lote_itens.c.indice, lote_itens.c.parte) > after)
    rows = await conn.execute(query.order_by(lote_itens.c.indice, lote_itens.c.parte).limit(limit))
    return rows.mappings().all()


async def next_block(conn: AsyncConnection, organizacao: UUID, lote: UUID) -> int:
    """The number of the first block that was not written yet."""
    last = await conn.execute(
        select(func.max(lote_blocos.c.numero)).where(
            lote_blocos.c.organizacao == organizacao, lote_blocos.c.lote == lote
        )
    )
    number: int | None = last.scalar()
    return 0 if number is None else number + 1


async def insert_block(conn: AsyncConnection, organizacao: UUID, lote: UUID, bloco: Bloco) -> None:
    """Write which entries a block has."""
    packed = compress(msgspec.msgpack.encode(bloco.entradas))
    await conn.execute(
        insert(lote_blocos).values(
            organizacao=organizacao,
            lote=lote,
            numero=bloco.numero,
            objeto=bloco.objeto,
            entradas=packed,
        )
    )


async def read_block(conn: AsyncConnection, organizacao: UUID, lote: UUID, numero: int) -> Bloco:
    """A block that was written."""
    rows = await conn.execute(
        select(lote_blocos.c.objeto, lote_blocos.c.entradas, lotes.c.empresas)
        .join(lotes, (lotes.c.organizacao == organizacao) & (lotes.c.id == lote))
        .where(
            lote_blocos.c.organizacao == organizacao,
            lote_blocos.c.lote == lote,
            lote_blocos.c.numero == numero,
        )
    )
    objeto, packed, empresas = rows.one()
    entradas = msgspec.msgpack.decode(decompress(packed), type=list[Entrada])
    return Bloco(numero, objeto, entradas, None if empresas is None else frozenset(empresas))


async def insert_items(
    conn: AsyncConnection, organizacao: UUID, lote: UUID, itens: Sequence[Item]
) -> None:
    """Write outcomes; one for each (indice, parte), ever."""
    fixed = {"organizacao": organizacao, "lote": lote, "dia": dia(lote)}
    rows = [tuple((fixed | msgspec.structs.asdict(item))[name] for name in _ITEM) for item in itens]
    if rows:
        await bulk_insert(conn, lote_itens, _ITEM, rows)


async def insert_causes(
    conn: AsyncConnection, organizacao: UUID, lote: UUID, bloco: int, inicio: int, estado: bytes
) -> None:
    """Write what was counted of the entries of a block from `inicio` on: `Causas.state`."""
    of = {"organizacao": organizacao, "lote": lote}
    await insert_state(conn, lote_causas, (bloco, inicio), estado, **of)


async def page_causes(
    conn: AsyncConnection, organizacao: UUID, lote: UUID, after: Trecho, limit: int
) -> list[tuple[Trecho, bytes]]:
    """What was counted of blocks behind `after`: see `kit.block_states`."""
    return await page_states(conn, lote_causas, after, limit, organizacao=organizacao, lote=lote)


async def add_found(conn: AsyncConnection, organizacao: UUID, lote: UUID, arquivos: int) -> None:
    """Count files that the archive turned out to hold."""
    await _change(
        conn,
        organizacao,
        lote,
        arquivos=lotes.c.arquivos + arquivos,
        situacao=_while_open("abrindo"),
    )


async def add_done(
    conn: AsyncConnection, organizacao: UUID, lote: UUID, arquivos: int, itens: Sequence[Item]
) -> RowMapping | None:
    """Count files that are done with, and what became of them; the last one ends the lote.

    Gives the lote where this has ended it.
    """
    counts = {name: lotes.c[name] + number for name, number in count(itens).items()}
    return await _change(
        conn,
        organizacao,
        lote,
        prontos=lotes.c.prontos + arquivos,
        itens=lotes.c.itens + len(itens),
        **counts,
        **_ended(lotes.c.aberto, lotes.c.prontos + arquivos),
    )


async def mark_open(conn: AsyncConnection, organizacao: UUID, lote: UUID) -> RowMapping | None:
    """The archive was read to its end. Gives the lote where this has ended it."""
    return await _change(
        conn, organizacao, lote, aberto=True, **_ended(text("true"), lotes.c.prontos)
    )


async def mark_failed(
    conn: AsyncConnection, organizacao: UUID, lote: UUID, motivo: str
) -> RowMapping | None:
    """The archive could not be opened, for a reason that is not its own.

    Gives the lote where this has ended it.
    """
    return await _change(
        conn, organizacao, lote, situacao="falhou", motivo=motivo, concluido_em=func.now()
    )


def _ended(opened: Any, ready: Any) -> dict[str, Any]:
    end = opened & (ready >= lotes.c.arquivos)
    return {
        "situacao": case(
            (lotes.c.situacao.not_in(_OPEN), lotes.c.situacao),
            (end, "concluido"),
            (opened, "processando"),
            else_="abrindo",
        ),
        "concluido_em": case((end, func.now()), else_=lotes.c.concluido_em),
    }


def _while_open(situacao: str) -> Any:
    return case((lotes.c.situacao.in_(_OPEN), situacao), else_=lotes.c.situacao)


async def _change(
    conn: AsyncConnection, organizacao: UUID, lote: UUID, **values: Any
) -> RowMapping | None:
    rows = await conn.execute(
        update(lotes)
        .where(lotes.c.organizacao == organizacao, lotes.c.id == lote)
        .values(**values, versao=lotes.c.versao + 1)
        .returning(lotes, literal_column("old.situacao").label("antes"))
    )
    row = rows.mappings().one_or_none()
    ended = row is not None and row["antes"] in _OPEN and row["situacao"] not in _OPEN
    return row if ended else None
