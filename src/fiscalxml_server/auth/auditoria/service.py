"""The log of an organisation: read, and its details erased."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.auditoria import repository
from fiscalxml_server.auth.auditoria.repository import Filtro
from fiscalxml_server.auth.auditoria.schemas import PaginaDeAuditoria, RegistroLido
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit.audit import SALT_BYTES
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.cursors import read_cursor, write_cursor

_NOTHING: Final = hashlib.sha256(b"").digest()
"""what an entry without details has in their place"""
_Numero = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


async def chain_of(recursos: Recursos, organizacao: UUID, teste: bool) -> UUID:
    """Whose chain is meant: the organisation's, or its sandbox's. Raises `NaoEncontrado`."""
    if not teste:
        return organizacao
    async with recursos.banco.transacao(organizacao) as conn:
        sandbox = await repository.sandbox_of(conn, organizacao)
    if sandbox is None:
        raise NaoEncontrado("Esta organização não tem ambiente de teste.")
    return sandbox


async def list_page(
    recursos: Recursos, organizacao: UUID, filtro: Filtro, cursor: str | None, limite: int
) -> PaginaDeAuditoria:
    """Entries, newest first. Raises `ParametrosInvalidos`."""
    before = None if cursor is None else read_cursor(cursor, _Numero)
    async with recursos.banco.leitura(organizacao) as conn:
        rows = await repository.page(conn, organizacao, filtro, before, limite + 1)
    more = write_cursor(rows[limite - 1]["numero"]) if len(rows) > limite else None
    return PaginaDeAuditoria([_view(row) for row in rows[:limite]], more)


async def apagar_detalhes(
    conn: AsyncConnection,
    organizacao: UUID,
    ator: str,
    *,
    titular: str | None = None,
    antes: datetime | None = None,
) -> int:
    """Erase the details of entries whose actor or target is `titular`, or of those before a moment.

    `ator` asks for it; an entry says what was erased, and the chain holds. Call it last in its
    transaction, as `record`. Gives how many entries lost their details.
    """
    return await repository.erase_details(conn, organizacao, ator, titular, antes)


def _view(row: RowMapping) -> RegistroLido:
    details: Any = None
    if row["detalhes"] is not None:
        details = msgspec.Raw(row["detalhes"][SALT_BYTES:])
    return RegistroLido(
        numero=row["numero"],
        quando=row["quando"],
        ator=row["ator"],
        acao=row["acao"],
        elo=row["elo"].hex(),
        alvo=row["alvo"],
        detalhes=details,
        detalhes_apagados=details is None and row["impressao"] != _NOTHING,
    )
