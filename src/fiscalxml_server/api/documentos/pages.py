"""Pages of documents: their order, where one ends, and those of who sees only some companies."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Subquery,
    Text,
    and_,
    bindparam,
    func,
    select,
    true,
    tuple_,
    union,
)

from fiscalxml_server.api.documentos.filters import Filtro, matching
from fiscalxml_server.api.documentos.models import documentos

Ordem = Literal["-data", "data", "-valor", "valor"]
"""by emission (or arrival, of what has none) or by amount; `-`: the greatest first"""

_LISTED: Final = [
    documentos.c[name]
    for name in (
        "id", "tipo", "modelo", "chave", "serie", "numero", "ambiente", "emissao", "emitente",
        "destinatario", "situacao", "veredito", "valor", "evento_tipo", "evento_sequencia",
        "evento_chave", "vigente", "com_protocolo", "conteudo", "sha256", "tamanho", "lote",
        "recebido_em", "versao", "data", "situacao_propria", "protocolo", "registrado_em",
    )
]  # fmt: skip
_SIDES: Final = ("emitente", "destinatario", "alvo_emitente", "alvo_destinatario")
"""columns by which a document is a company's; see the policy"""


class Lugar(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ended: the last document's place in the order."""

    ordem: Ordem
    id: UUID
    data: Annotated[datetime, Meta(tz=True)] | None = None
    valor: Annotated[int, Meta(ge=0, lt=2**62)] | None = None

    @property
    def value(self) -> datetime | int | None:
        """Of the column that the order is by."""
        return self.data if self.ordem.endswith("data") else self.valor


def limited_page(
    organizacao: UUID,
    filtro: Filtro,
    ordem: Ordem,
    after: Lugar | None,
    limit: int,
    empresas: Collection[str],
) -> Select[Any]:
    """A page for who is limited to these companies: of each, and each of its sides, the first ones.

    The policy alone would look at all documents of the organisation, until enough are theirs.
    """
    column, ident = documentos.c[ordem.removeprefix("-")], documentos.c.id
    chosen = [matching(organizacao, filtro), *behind(column, ident, ordem, after)]
    empresa = (
        func.unnest(bindparam("empresas", sorted(empresas), ARRAY(Text)))
        .table_valued("nome")
        .render_derived()
    )
    firsts = []
    for side in _SIDES:
        first = (
            select(documentos.c.id, column.label("place"))
            .where(*chosen, documentos.c[side] == empresa.c.nome)
            .order_by(*ordered(ordem, column, ident))
            .limit(limit)
            .lateral()
        )
        firsts.append(select(first.c.id, first.c.place).select_from(empresa.join(first, true())))
    every = union(*firsts).subquery()
    places = (
        select(every.c.id)
        .order_by(*ordered(ordem, every.c.place, every.c.id))
        .limit(limit)
        .subquery()
    )
    return rows_at(places, organizacao, ordem)


def behind(
    column: ColumnElement[Any], ident: ColumnElement[Any], ordem: Ordem, after: Lugar | None
) -> Iterator[ColumnElement[bool]]:
    """What lies behind the place at which a page ended."""
    if ordem.endswith("valor"):
        yield column.is_not(None)
    if after is not None:
        here, there = tuple_(column, ident), tuple_(after.value, after.id)
        yield here < there if ordem.startswith("-") else here > there


def ordered(ordem: Ordem, *columns: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """The order as of these columns."""
    return [each.desc() if ordem.startswith("-") else each.asc() for each in columns]


def rows_at(places: Subquery, organizacao: UUID, ordem: Ordem) -> Select[Any]:
    """The documents of these places, in the order of the page."""
    own = and_(documentos.c.organizacao == organizacao, documentos.c.id == places.c.id)
    again = ordered(ordem, documentos.c[ordem.removeprefix("-")], documentos.c.id)
    return select(*_LISTED).join_from(places, documentos, own).order_by(*again)
