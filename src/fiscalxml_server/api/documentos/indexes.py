"""Terms of documents: what a row of `termos` says is what the stored copy says, at any time.

Versions that do not hold their identity have theirs too; the search asks for those that hold it.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, DateTime, Text, Uuid, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml.indexing import index_of
from fiscalxml.report import read_report
from fiscalxml.summaries.resumo import Resumo
from fiscalxml_server.api.documentos.models import documentos, validacoes
from fiscalxml_server.api.documentos.schemas import Novo
from fiscalxml_server.kit.compression import decompress

# One text of terms for each document: to send a row for each term costs more than to divide it.
# In their order, the entries of one term go to the same place of the index together.
_INSERT = text(
    """
    INSERT INTO termos (organizacao, termo, data, documento)
    SELECT :organizacao, termo, data, documento
    FROM unnest(:documentos, :datas, :termos) AS d (documento, data, termos),
         string_to_table(d.termos, ' ') AS termo
    ORDER BY termo COLLATE "C"
    """
).bindparams(
    bindparam("organizacao", type_=Uuid),
    bindparam("documentos", type_=ARRAY(Uuid)),
    bindparam("datas", type_=ARRAY(DateTime(timezone=True))),
    bindparam("termos", type_=ARRAY(Text)),
)
_ADD = text(
    """
    INSERT INTO termos (organizacao, termo, data, documento)
    SELECT organizacao, termo, data, id FROM documentos, unnest(:termos) AS termo
    WHERE organizacao = :organizacao AND id = :documento
    """
).bindparams(bindparam("termos", type_=ARRAY(Text)))
_REMOVE = text(
    """
    DELETE FROM termos USING documentos d
    WHERE termos.organizacao = :organizacao AND termo = ANY (:termos)
        AND d.organizacao = :organizacao AND d.id = :documento
        AND termos.data = d.data AND termos.documento = d.id
    """
).bindparams(bindparam("termos", type_=ARRAY(Text)))

_decode = msgspec.json.Decoder(Resumo).decode


async def insert(conn: AsyncConnection, organizacao: UUID, novos: Sequence[Novo]) -> None:
    """Write the terms of documents whose rows were written in this transaction."""
    having = [novo for novo in novos if novo.termos]
    if having:
        values = {
            "organizacao": organizacao,
            "documentos": [novo.id for novo in having],
            "datas": [novo.data for novo in having],
            "termos": [" ".join(novo.termos) for novo in having],
        }
        await conn.execute(_INSERT, values)


async def replace(
    conn: AsyncConnection, organizacao: UUID, documento: UUID, novo: Novo, own: Novo | None = None
) -> None:
    """Bring the terms of a document up to a copy that is to take the place of its own.

    Before the row changes: what goes is what the copy at hand says. `own`: that copy, where it is
    of this transaction.
    """
    before = set(await _stored(conn, organizacao, documento) if own is None else own.termos)
    after = set(novo.termos)
    which = {"organizacao": organizacao, "documento": documento}
    for statement, terms in ((_REMOVE, before - after), (_ADD, after - before)):
        if terms:
            await conn.execute(statement, which | {"termos": sorted(terms)})


async def remove(conn: AsyncConnection, organizacao: UUID, documento: UUID) -> None:
    """Forget the terms of a document that is to be erased, before its row is."""
    which = {"organizacao": organizacao, "documento": documento}
    terms = await _stored(conn, organizacao, documento)
    await conn.execute(_REMOVE, which | {"termos": sorted(terms)})


async def _stored(conn: AsyncConnection, organizacao: UUID, documento: UUID) -> tuple[str, ...]:
    """The terms that the stored resumo and report stand for."""
    rows = await conn.execute(
        select(documentos.c.resumo, validacoes.c.relatorio)
        .join(
            validacoes,
            (validacoes.c.organizacao == organizacao) & (validacoes.c.id == documentos.c.validacao),
        )
        .where(documentos.c.organizacao == organizacao, documentos.c.id == documento)
    )
    resumo, relatorio = rows.one()
    return index_of(
        read_report(decompress(relatorio)),
        None if resumo is None else _decode(decompress(resumo)),
    ).termos
