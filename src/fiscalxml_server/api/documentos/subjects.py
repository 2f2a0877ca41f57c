"""Who a document names by CPF, under pseudonyms: for the rights of those persons alone."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as adding
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.api.documentos.models import titulares
from fiscalxml_server.api.documentos.schemas import Novo


async def insert(
    conn: AsyncConnection, organizacao: UUID, written: Iterable[tuple[Novo, UUID]]
) -> None:
    """Write the persons of copies, each with the document whose copy it is or was."""
    rows = [
        {"organizacao": organizacao, "titular": titular, "documento": documento}
        for novo, documento in written
        for titular in novo.titulares
    ]
    if rows:
        await conn.execute(adding(titulares).on_conflict_do_nothing(), rows)
