"""Documents that have changed since a version, none of them ever missed.

A version is the transaction that wrote it, and a page goes only as far as no transaction is still
on its way: one that takes long delays what is told, and hides nothing.
"""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from msgspec import Meta

from fiscalxml_server.api.documentos.views import documento_view
from fiscalxml_server.api.mudancas import repository
from fiscalxml_server.kit.errors import Problema
from fiscalxml_server.kit.http.cursors import read_cursor, write_cursor
from fiscalxml_server.kit.resources import Recursos

MAX_VERSAO: Final = 2**53 - 1
"""the greatest integer that every reader of JSON takes as it is"""
_LAST: Final = UUID(int=2**128 - 1)


class SincroniaPerdida(Problema):
    status, codigo, titulo = 409, "sincronia_perdida", "Esta versão não é mais conhecida"
    explicacao = (
        "O banco de dados voltou a um estado anterior (uma cópia de segurança restaurada) e a "
        "versão de que se partiu não existe mais nele. Comece de novo, com desde=0: o que "
        "continua igual vem com o mesmo id."
    )


class Lugar(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ended."""

    versao: Annotated[int, Meta(ge=0, le=MAX_VERSAO)]
    id: UUID


async def list_changes(
    recursos: Recursos, organizacao: UUID, *, desde: int, cursor: str | None, limite: int
) -> dict[str, Any]:
    """A page of what changed after `desde`, or behind a cursor, in order of the changes.

    `versao`: everything up to it is known to whoever has read up to here. Raises
    `ParametrosInvalidos`, `SincroniaPerdida`.
    """
    place = Lugar(desde, _LAST) if cursor is None else read_cursor(cursor, Lugar)
    # Of the primary: a replica behind it would not know the caller's version yet.
    async with recursos.banco.transacao(organizacao) as conn:
        state = await repository.read_state(conn, place.versao)
        if state.perdida or place.versao > state.ultima:
            raise SincroniaPerdida("Comece de novo, com desde=0.", ultima=state.ultima)
        rows = await repository.page(
            conn, organizacao, (place.versao, place.id), state.segura, limite + 1
        )
    items = [documento_view(row) for row in rows[:limite]]
    if len(rows) <= limite:
        return {"itens": items, "proximo": None, "versao": state.segura}
    last = rows[limite - 1]
    # Others of the last one's version may be on the next page.
    return {
        "itens": items,
        "proximo": write_cursor(Lugar(last["versao"], last["id"])),
        "versao": last["versao"] - 1,
    }
