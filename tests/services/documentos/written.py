"""Documents written as the service does, without their copies, and what the tables say then."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.api.documentos.intake import read, to_write
from fiscalxml_server.api.documentos.models import documentos
from fiscalxml_server.api.documentos.schemas import Gravado, Novo
from fiscalxml_server.api.documentos.writing import write
from fiscalxml_server.kit.storage import Local
from services.servico import Servico


def novo(data: bytes) -> Novo:
    """As it would be written; its copy is not read here."""
    (lido,) = read(data)
    assert lido.identidade is not None
    local = Local("nenhum", 0, 1)
    return to_write(lido, lido.identidade, local, data, None, datetime.now(UTC))


async def put(conn: AsyncConnection, organizacao: UUID, *blocks: bytes) -> list[Gravado]:
    """Write documents as one block, in an open transaction."""
    return await write(conn, organizacao, [novo(data) for data in blocks])


async def written(servico: Servico, organizacao: UUID, *block: bytes) -> list[Gravado]:
    """The same in a transaction of its own."""
    async with servico.api.banco.transacao(organizacao) as conn:
        return await put(conn, organizacao, *block)


async def rows(servico: Servico, organizacao: UUID) -> list[Any]:
    """All documents of an organisation."""
    async with servico.api.banco.transacao(organizacao) as conn:
        found = await conn.execute(
            select(documentos).where(documentos.c.organizacao == organizacao)
        )
        return list(found)


async def situations(servico: Servico, organizacao: UUID) -> dict[str, str | None]:
    """Of each document that holds its identity, by its tipo or tpEvento: the effective situação."""
    return {
        row.evento_tipo or row.tipo: row.situacao
        for row in await rows(servico, organizacao)
        if row.vigente
    }
