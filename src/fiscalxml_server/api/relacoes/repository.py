"""Rows of relations around a set of chaves. Every function is one statement, bounded by `limit`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    RowMapping,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.api.documentos.links import SEM_CHAVE_PROPRIA
from fiscalxml_server.api.documentos.models import documentos, vinculos
from fiscalxml_server.api.relacoes.schemas import Aresta, No

_d, _v = documentos.c, vinculos.c
_NO: Final = (
    _d.id, _d.chave, _d.tipo, _d.evento_tipo, _d.evento_chave, _d.situacao, _d.emitente, _d.valor,
    _d.data,
)  # fmt: skip
_CHAVES: Final = any_(bindparam("chaves", type_=ARRAY(Text)))
_IDS: Final = any_(bindparam("ids", type_=ARRAY(Uuid)))


async def documents(conn: AsyncConnection, organizacao: UUID, chaves: Collection[str]) -> list[No]:
    """The documents that hold these chaves; of a chave one."""
    rows = await conn.execute(
        select(*_NO)
        .where(
            _d.organizacao == organizacao,
            _d.chave == _CHAVES,
            _d.vigente,
            _d.tipo.not_in(SEM_CHAVE_PROPRIA),
        )
        .order_by(_d.chave, _d.id),
        {"chaves": sorted(chaves)},
    )
    return list({no.no: no for no in map(no_of, rows.mappings())}.values())


async def events(
    conn: AsyncConnection, organizacao: UUID, chaves: Collection[str], limit: int
) -> list[tuple[No, Aresta]]:
    """The events of these chaves, each with the edge to its document."""
    rows = await conn.execute(
        select(*_NO)
        .where(
            _d.organizacao == organizacao,
            _d.evento_chave == _CHAVES,
            _d.vigente,
            _d.tipo == "evento",
        )
        .order_by(_d.evento_chave, _d.id)
        .limit(limit),
        {"chaves": sorted(chaves)},
    )
    return [
        (no_of(row), Aresta(str(row["id"]), row["evento_chave"], "evento"))
        for row in rows.mappings()
    ]


async def documents_of_events(
    conn: AsyncConnection, organizacao: UUID, ids: Collection[UUID]
) -> list[Aresta]:
    """The edges from these events to their documents."""
    rows = await conn.execute(
        select(_d.id, _d.evento_chave).where(
            _d.organizacao == organizacao, _d.id == _IDS, _d.evento_chave.is_not(None)
        ),
        {"ids": sorted(ids)},
    )
    return [Aresta(str(row.id), row.evento_chave, "evento") for row in rows]


async def named_by(
    conn: AsyncConnection, organizacao: UUID, nos: Sequence[No], limit: int
) -> list[Aresta]:
    """The edges from these documents."""
    names = {no.id: no.no for no in nos if no.id is not None}
    rows = await conn.execute(
        select(_v.documento, _v.destino, _v.papel)
        .where(_v.organizacao == organizacao, _v.documento == _IDS)
        .order_by(_v.documento, _v.destino, _v.papel)
        .limit(limit),
        {"ids": sorted(names)},
    )
    return [Aresta(names[row.documento], row.destino, row.papel) for row in rows]


async def naming(
    conn: AsyncConnection, organizacao: UUID, chaves: Collection[str], limit: int
) -> list[tuple[No, Aresta]]:
    """Who names these chaves, each with the edge from it."""
    rows = await conn.execute(
        select(*_NO, _v.destino, _v.papel)
        .join_from(vinculos, documentos, _same())
        .where(_v.organizacao == organizacao, _v.destino == _CHAVES, _d.vigente)
        .order_by(_v.destino, _v.documento, _v.papel)
        .limit(limit),
        {"chaves": sorted(chaves)},
    )
    found = [(no_of(row), row) for row in rows.mappings()]
    return [(no, Aresta(no.no, row["destino"], row["papel"])) for no, row in found]


def _same() -> ColumnElement[bool]:
    return and_(_d.organizacao == _v.organizacao, _d.id == _v.documento)


def no_of(row: RowMapping) -> No:
    """The node of a stored document."""
    is_own = row["tipo"] not in SEM_CHAVE_PROPRIA and row["chave"] is not None
    return No(
        no=row["chave"] if is_own else str(row["id"]),
        id=row["id"],
        chave=row["chave"] if is_own else None,
        tipo=row["tipo"],
        evento=row["evento_tipo"],
        situacao=row["situacao"],
        emitente=row["emitente"],
        valor=row["valor"],
        data=row["data"],
    )
