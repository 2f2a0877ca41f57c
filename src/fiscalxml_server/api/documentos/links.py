"""Rows of events and relations. Every function works in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, RowMapping, Text, any_, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.api.documentos.models import documentos, vinculos
from fiscalxml_server.api.documentos.schemas import Novo
from fiscalxml_server.kit.db import bulk_insert

SEM_CHAVE_PROPRIA: Final = ("evento", "inutilizacao", "mensagem")
"""tipos that speak of a chave and hold none"""
_EVENTO: Final = (
    "id", "vigente", "evento_chave", "evento_tipo", "evento_sequencia", "situacao",
    "situacao_propria", "com_protocolo", "assinada", "protocolo", "registrado_em", "evento_alvo",
)  # fmt: skip
_CHAVES: Final = any_(bindparam("chaves", type_=ARRAY(Text)))
_LOCK: Final = {
    alone: text(
        f"SELECT pg_advisory_xact_lock{'' if alone else '_shared'}"
        "(hashtextextended('fiscalxml.situacao.' || :organizacao, 0))"
    )
    for alone in (False, True)
}
_SET: Final = text(
    "UPDATE documentos SET situacao = novas.situacao, versao = versao_atual()"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:situacoes AS text[])) AS novas (id, situacao)"
    " WHERE documentos.organizacao = :organizacao AND documentos.id = novas.id"
)
_AIM: Final = text(
    """
    UPDATE documentos evento
    SET alvo_emitente = alvo.emitente, alvo_destinatario = alvo.destinatario,
        versao = versao_atual()
    FROM documentos alvo
    WHERE evento.organizacao = :organizacao AND evento.evento_chave = ANY (:chaves)
        AND alvo.organizacao = :organizacao AND alvo.chave = evento.evento_chave
        AND alvo.vigente AND alvo.tipo <> ALL (:outros)
        AND (evento.alvo_emitente, evento.alvo_destinatario)
            IS DISTINCT FROM (alvo.emitente, alvo.destinatario)
    """
).bindparams(bindparam("chaves", type_=ARRAY(Text)), bindparam("outros", type_=ARRAY(Text)))


async def lock(conn: AsyncConnection, organizacao: UUID, *, alone: bool) -> None:
    """Until the transaction ends: one alone, or any number who share it."""
    await conn.execute(_LOCK[alone], {"organizacao": str(organizacao)})


async def events_of(
    conn: AsyncConnection, organizacao: UUID, chaves: Collection[str]
) -> Sequence[RowMapping]:
    """All versions of all events that speak of these chaves."""
    rows = await conn.execute(
        select(*(documentos.c[name] for name in _EVENTO)).where(
            documentos.c.organizacao == organizacao, documentos.c.evento_chave == _CHAVES
        ),
        {"chaves": sorted(chaves)},
    )
    return rows.mappings().all()


async def documents_of(
    conn: AsyncConnection, organizacao: UUID, chaves: Collection[str]
) -> Sequence[RowMapping]:
    """All versions of the documents of these chaves, and what their files say of them."""
    c = documentos.c
    rows = await conn.execute(
        select(c.id, c.chave, c.vigente, c.situacao, c.situacao_propria).where(
            c.organizacao == organizacao,
            c.chave == _CHAVES,
            c.tipo.not_in(SEM_CHAVE_PROPRIA),
            c.situacao_propria.is_not(None),
        ),
        {"chaves": sorted(chaves)},
    )
    return rows.mappings().all()


async def list_events(
    conn: AsyncConnection, organizacao: UUID, chave: str, limit: int
) -> Sequence[RowMapping]:
    """The events of a chave that hold their identity, in order of registration, then of date."""
    c = documentos.c
    rows = await conn.execute(
        select(documentos)
        .where(
            c.organizacao == organizacao,
            c.evento_chave == chave,
            c.vigente,
            c.tipo == "evento",
        )
        .order_by(c.registrado_em.asc().nulls_last(), c.data, c.evento_sequencia, c.id)
        .limit(limit)
    )
    return rows.mappings().all()


async def count_events(conn: AsyncConnection, organizacao: UUID, chave: str) -> int:
    """How many those are."""
    c = documentos.c
    rows = await conn.execute(
        select(func.count()).where(
            c.organizacao == organizacao,
            c.evento_chave == chave,
            c.vigente,
            c.tipo == "evento",
        )
    )
    return int(rows.scalar_one())


async def set_situations(
    conn: AsyncConnection, organizacao: UUID, changes: Sequence[tuple[UUID, str]]
) -> None:
    """The effective situação of each of these documents."""
    ids, situacoes = zip(*changes, strict=True)
    values = {"organizacao": organizacao, "ids": list(ids), "situacoes": list(situacoes)}
    await conn.execute(_SET, values)


async def aim_events(conn: AsyncConnection, organizacao: UUID, chaves: Collection[str]) -> None:
    """Give the events of these chaves the parties of their documents: they are theirs, too."""
    values = {"chaves": sorted(chaves), "outros": list(SEM_CHAVE_PROPRIA)}
    await conn.execute(_AIM, {"organizacao": organizacao, **values})


async def insert_relations(conn: AsyncConnection, organizacao: UUID, novos: Sequence[Novo]) -> None:
    """The documents that each of these names."""
    rows = [
        (organizacao, vinculo.chave, novo.id, vinculo.papel)
        for novo in novos
        for vinculo in novo.vinculos
    ]
    if rows:
        await bulk_insert(conn, vinculos, tuple(c.name for c in vinculos.c), rows)
