"""Rows of re-validations. Every function works in the caller's transaction and organisation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import (
    ColumnElement,
    RowMapping,
    and_,
    any_,
    case,
    func,
    insert,
    literal,
    literal_column,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.api.documentos.filters import Filtro, matching
from fiscalxml_server.api.documentos.models import documentos, validacoes
from fiscalxml_server.api.revalidacoes.models import (
    revalidacao_blocos,
    revalidacao_causas,
    revalidacao_itens,
    revalidacoes,
)
from fiscalxml_server.api.revalidacoes.schemas import ABERTAS, Item, Papel
from fiscalxml_server.kit.block_states import Trecho, insert_state, page_states
from fiscalxml_server.kit.db import bulk_insert

Lugar = tuple[datetime, UUID]
"""of a document in the order of a plan: `data`, `id`"""
Parte = tuple[int, int, str]
"""of a party in its ranking: documents that became invalid, documents that changed, its number"""

_BLOCO: Final = tuple(c.name for c in revalidacao_blocos.c)
_ITEM: Final = tuple(c.name for c in revalidacao_itens.c)
_ID_BYTES: Final = 16
_DOCUMENTO: Final = (
    documentos.c.id,
    documentos.c.tipo,
    documentos.c.chave,
    documentos.c.emissao,
    documentos.c.emitente,
    documentos.c.destinatario,
    documentos.c.veredito,
    documentos.c.sha256,
    documentos.c.objeto,
    documentos.c.inicio,
    documentos.c.comprimento,
)


async def insert_revalidation(
    conn: AsyncConnection, organizacao: UUID, revalidacao: UUID, **values: Any
) -> None:
    """Write one that was asked for."""
    await conn.execute(
        insert(revalidacoes).values(organizacao=organizacao, id=revalidacao, **values)
    )


async def find(conn: AsyncConnection, organizacao: UUID, revalidacao: UUID) -> RowMapping | None:
    """Its row."""
    rows = await conn.execute(select(revalidacoes).where(_own(organizacao, revalidacao)))
    return rows.mappings().one_or_none()


async def page(
    conn: AsyncConnection, organizacao: UUID, before: UUID | None, limit: int
) -> Sequence[RowMapping]:
    """From the newest on, those older than `before`."""
    query = select(revalidacoes).where(revalidacoes.c.organizacao == organizacao)
    if before is not None:
        query = query.where(revalidacoes.c.id < before)
    rows = await conn.execute(query.order_by(revalidacoes.c.id.desc()).limit(limit))
    return rows.mappings().all()


# --- the plan ---------------------------------------------------------------------------------


async def next_documents(
    conn: AsyncConnection,
    organizacao: UUID,
    revalidacao: UUID,
    filtro: Filtro,
    after: Lugar | None,
    limit: int,
) -> Sequence[RowMapping]:
    """Documents behind `after` that were there before the re-validation was asked for.

    What arrives later has a later id.
    """
    place = documentos.c.data, documentos.c.id
    query = select(*place, documentos.c.objeto, documentos.c.inicio, documentos.c.tamanho).where(
        matching(organizacao, filtro), documentos.c.id < revalidacao
    )
    if after is not None:
        query = query.where(tuple_(*place) > after)
    rows = await conn.execute(query.order_by(*place).limit(limit))
    return rows.mappings().all()


async def next_block(conn: AsyncConnection, organizacao: UUID, revalidacao: UUID) -> int:
    """The number of the first block that was not written yet."""
    last = await conn.execute(
        select(func.max(revalidacao_blocos.c.numero)).where(
            revalidacao_blocos.c.organizacao == organizacao,
            revalidacao_blocos.c.revalidacao == revalidacao,
        )
    )
    number: int | None = last.scalar()
    return 0 if number is None else number + 1


async def insert_blocks(
    conn: AsyncConnection,
    organizacao: UUID,
    revalidacao: UUID,
    first: int,
    blocks: Sequence[Sequence[UUID]],
) -> None:
    """Write the documents of blocks, numbered from `first` on."""
    rows = [
        (organizacao, revalidacao, number, b"".join(each.bytes for each in block))
        for number, block in enumerate(blocks, first)
    ]
    await bulk_insert(conn, revalidacao_blocos, _BLOCO, rows)


async def add_planned(
    conn: AsyncConnection, organizacao: UUID, revalidacao: UUID, documentos: int, upto: Lugar
) -> None:
    """Count documents that are to be judged; the plan goes on behind `upto`."""
    data, documento = upto
    await _change(
        conn,
        organizacao,
        revalidacao,
        total=revalidacoes.c.total + documentos,
        plano_data=data,
        plano_documento=documento,
        situacao=case(
            (revalidacoes.c.situacao.in_(ABERTAS), "processando"), else_=revalidacoes.c.situacao
        ),
    )


async def mark_planned(
    conn: AsyncConnection, organizacao: UUID, revalidacao: UUID
) -> RowMapping | None:
    """All documents are known. Gives the row where this has ended it."""
    return await _change(
        conn,
        organizacao,
        revalidacao,
        planejada=True,
        **_ended(true(), revalidacoes.c.prontos),
    )


async def mark_failed(
    conn: AsyncConnection, organizacao: UUID, revalidacao: UUID, motivo: str
) -> RowMapping | None:
    """The documents could not be found, for a reason that is not their own.

    Gives the row where this has ended it.
    """
    return await _close(conn, organizacao, revalidacao, situacao="falhou", motivo=motivo)


async def cancel(conn: AsyncConnection, organizacao: UUID, revalidacao: UUID) -> None:
    """Nothing more is begun; nothing changes where it has ended."""
    await _close(conn, organizacao, revalidacao, situacao="cancelada")


# --- a block ----------------------------------------------------------------------------------


async def block_documents(
    conn: AsyncConnection, organizacao: UUID, revalidacao: UUID, bloco: int, inicio: int, fim: int
) -> dict[int, RowMapping]:
    """The documents `inicio` to `fim` of a block as they are now, each with its report, by their
    place in it. What was erased since the plan has none.

    `relatorio`: compressed, of the validation that stands.
    """
    found = await conn.execute(
        select(revalidacao_blocos.c.documentos).where(
            revalidacao_blocos.c.organizacao == organizacao,
            revalidacao_blocos.c.revalidacao == revalidacao,
            revalidacao_blocos.c.numero == bloco,
        )
    )
    packed = found.scalar_one()
    ids = {
        place: UUID(bytes=packed[place * _ID_BYTES : (place + 1) * _ID_BYTES])
        for place in range(inicio, fim)
    }
    rows = await conn.execute(
        select(*_DOCUMENTO, validacoes.c.relatorio)
        .join_from(
            documentos,
            validacoes,
            and_(
                validacoes.c.organizacao == organizacao,
                validacoes.c.id == documentos.c.validacao,
            ),
        )
        .where(documentos.c.organizacao == organizacao, documentos.c.id.in_(ids.values()))
    )
    by_id = {row["id"]: row for row in rows.mappings()}
    return {place: by_id[ident] for place, ident in ids.items() if ident in by_id}


async def keep(conn: AsyncConnection, organizacao: UUID, ids: Collection[UUID]) -> bool:
    """Let none of these documents be erased before the transaction ends; False: one was already."""
    rows = await conn.execute(
        select(documentos.c.id)
        .where(documentos.c.organizacao == organizacao, documentos.c.id.in_(ids))
        .order_by(documentos.c.identidade, documentos.c.id)  # as who writes them
        .with_for_update(read=True, key_share=True)
    )
    return len(rows.all()) == len(ids)


async def insert_items(
    conn: AsyncConnection, organizacao: UUID, revalidacao: UUID, itens: Sequence[Item]
) -> None:
    """Write what changed; one for each document, ever."""
    fixed = {"organizacao": organizacao, "revalidacao": revalidacao}
    rows = [tuple((fixed | msgspec.structs.asdict(item))[name] for name in _ITEM) for item in itens]
    if rows:
        await bulk_insert(conn, revalidacao_itens, _ITEM, rows)


async def insert_causes(
    conn: AsyncConnection,
    organizacao: UUID,
    revalidacao: UUID,
    bloco: int,
    inicio: int,
    estado: bytes,
) -> None:
    """Write what was counted of the documents of a block from `inicio` on: `Causas.state`."""
    of = {"organizacao": organizacao, "revalidacao": revalidacao}
    await insert_state(conn, revalidacao_causas, (bloco, inicio), estado, **of)


async def add_done(
    conn: AsyncConnection,
    organizacao: UUID,
    revalidacao: UUID,
    counts: dict[str, int],
    gone: int,
) -> RowMapping | None:
    """Count documents that are done with, by how they changed, and take back those that were erased
    before; the last one ends it.

    Gives the row where this has ended it.
    """
    c = revalidacoes.c
    done = sum(counts.values())
    return await _change(
        conn,
        organizacao,
        revalidacao,
        total=c.total - gone,
        prontos=c.prontos + done,
        **{name: c[name] + number for name, number in counts.items()},
        **_ended(c.planejada, c.prontos + done + gone),
    )


# --- what is read -----------------------------------------------------------------------------


async def page_items(
    conn: AsyncConnection,
    organizacao: UUID,
    revalidacao: UUID,
    *,
    after: int | None,
    limit: int,
    **equal: str | None,
) -> Sequence[RowMapping]:
    """Items in the plan's order, those behind `after`.

    `equal`: what a column is to be; `vieram`: a code that came.
    """
    query = select(revalidacao_itens).where(_items_of(organizacao, revalidacao))
    for name, value in equal.items():
        if value is None:
            continue
        column = revalidacao_itens.c[name]
        query = query.where(literal(value) == any_(column) if name == "vieram" else column == value)
    if after is not None:
        query = query.where(revalidacao_itens.c.indice > after)
    rows = await conn.execute(query.order_by(revalidacao_itens.c.indice).limit(limit))
    return rows.mappings().all()


async def page_causes(
    conn: AsyncConnection, organizacao: UUID, revalidacao: UUID, after: Trecho, limit: int
) -> list[tuple[Trecho, bytes]]:
    """What was counted of blocks behind `after`: see `kit.block_states`."""
    return await page_states(
        conn, revalidacao_causas, after, limit, organizacao=organizacao, revalidacao=revalidacao
    )


async def validations_of(
    conn: AsyncConnection, organizacao: UUID, revalidacao: UUID, documentos: Collection[UUID]
) -> dict[UUID, UUID]:
    """Of these documents, the validation that it made."""
    rows = await conn.execute(
        select(validacoes.c.documento, validacoes.c.id).where(
            validacoes.c.organizacao == organizacao,
            validacoes.c.documento.in_(documentos),
            validacoes.c.revalidacao == revalidacao,
        )
    )
    return {row.documento: row.id for row in rows}


async def page_parties(
    conn: AsyncConnection,
    organizacao: UUID,
    revalidacao: UUID,
    papel: Papel,
    after: Parte | None,
    limit: int,
) -> Sequence[RowMapping]:
    """Parties of the documents that changed, those with most that became invalid first."""
    who = revalidacao_itens.c[papel]
    kind = revalidacao_itens.c.mudanca
    counts = {
        name: func.count().filter(kind == name)
        for name in ("para_invalido", "para_valido", "outra")
    }
    # Descending in the numbers and ascending in the name, as one comparison.
    rank = (-counts["para_invalido"], -func.count(), who)
    query = (
        select(
            who.label("inscricao"),
            func.count().label("documentos"),
            *(column.label(name) for name, column in counts.items()),
        )
        .where(_items_of(organizacao, revalidacao), who.is_not(None), kind != "falha")
        .group_by(who)
    )
    if after is not None:
        invalid, documents, inscricao = after
        query = query.having(tuple_(*rank) > tuple_(-invalid, -documents, inscricao))
    rows = await conn.execute(query.order_by(*rank).limit(limit))
    return rows.mappings().all()


async def codes_of_parties(
    conn: AsyncConnection,
    organizacao: UUID,
    revalidacao: UUID,
    papel: Papel,
    inscricoes: Sequence[str],
) -> Sequence[RowMapping]:
    """`inscricao`, `codigo`, `documentos`: codes that came with documents of these parties, those
    of most documents first."""
    who = revalidacao_itens.c[papel]
    codigo = func.unnest(revalidacao_itens.c.vieram).column_valued("veio", joins_implicitly=True)
    documents = func.count()
    rows = await conn.execute(
        select(who.label("inscricao"), codigo.label("codigo"), documents.label("documentos"))
        .where(_items_of(organizacao, revalidacao), who.in_(inscricoes))
        .group_by(who, codigo)
        .order_by(who, documents.desc(), codigo)
    )
    return rows.mappings().all()


def _own(organizacao: UUID, revalidacao: UUID) -> ColumnElement[bool]:
    return and_(revalidacoes.c.organizacao == organizacao, revalidacoes.c.id == revalidacao)


def _items_of(organizacao: UUID, revalidacao: UUID) -> ColumnElement[bool]:
    return and_(
        revalidacao_itens.c.organizacao == organizacao,
        revalidacao_itens.c.revalidacao == revalidacao,
    )


def _ended(planned: ColumnElement[bool], ready: ColumnElement[int]) -> dict[str, Any]:
    c = revalidacoes.c
    still = c.situacao.in_(ABERTAS)
    end = still & planned & (ready >= c.total)
    return {
        "situacao": case((end, "concluida"), (still, "processando"), else_=c.situacao),
        "concluido_em": case((end, func.now()), else_=c.concluido_em),
    }


async def _change(
    conn: AsyncConnection, organizacao: UUID, revalidacao: UUID, **values: Any
) -> RowMapping | None:
    rows = await conn.execute(
        update(revalidacoes)
        .where(_own(organizacao, revalidacao))
        .values(**values, versao=revalidacoes.c.versao + 1)
        .returning(revalidacoes, literal_column("old.situacao").label("antes"))
    )
    row = rows.mappings().one_or_none()
    ended = row is not None and row["antes"] in ABERTAS and row["situacao"] not in ABERTAS
    return row if ended else None


async def _close(
    conn: AsyncConnection, organizacao: UUID, revalidacao: UUID, **values: Any
) -> RowMapping | None:
    rows = await conn.execute(
        update(revalidacoes)
        .where(_own(organizacao, revalidacao), revalidacoes.c.situacao.in_(ABERTAS))
        .values(**values, concluido_em=func.now(), versao=revalidacoes.c.versao + 1)
        .returning(revalidacoes)
    )
    row: RowMapping | None = rows.mappings().one_or_none()
    return row
