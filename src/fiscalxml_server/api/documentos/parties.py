"""Names of the parties of documents, as the newest document that names them has them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.api.documentos.models import participantes

SIDES: Final = ("emitente", "destinatario")
"""columns of `documentos` that are parties"""


async def names(
    conn: AsyncConnection, organizacao: UUID, inscricoes: Collection[str]
) -> dict[str, str]:
    """inscricao -> name, of those whose name is known."""
    if not inscricoes:
        return {}
    rows = await conn.execute(
        select(participantes.c.inscricao, participantes.c.nome).where(
            participantes.c.organizacao == organizacao,
            participantes.c.inscricao == any_(bindparam("inscricoes", type_=ARRAY(Text))),
        ),
        {"inscricoes": sorted(inscricoes)},
    )
    return {row.inscricao: row.nome for row in rows}
