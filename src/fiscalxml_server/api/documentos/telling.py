"""What subscribers of webhooks are told of the documents that a transaction wrote.

Told is what differs between a row as it was and as it is at the end, once, whatever happened in
between: a document and its event may come in any order, together or apart. So the last that was
told of a document is its state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, RowMapping, Uuid, any_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml.identifiers.chave import TAMANHO
from fiscalxml.identifiers.emitente import emitente_of
from fiscalxml_server.api.documentos.models import documentos
from fiscalxml_server.kit.notifying import Notificacao, Tipo, publishing
from fiscalxml_server.kit.notifying.types import Documento, EventoFiscal

_TIPOS: Final = tuple(tipo for tipo in Tipo if tipo.startswith("documento."))
_CANCELADO: Final = "cancelado"
_MODELO: Final = slice(20, 22)
"""of a chave"""
_ROW: Final = (
    "id", "vigente", "tipo", "modelo", "chave", "situacao", "veredito", "emitente", "destinatario",
    "lote", "evento_chave", "evento_tipo", "evento_sequencia", "alvo_emitente", "alvo_destinatario",
)  # fmt: skip
_READ: Final = select(*(documentos.c[name] for name in _ROW)).where(
    documentos.c.organizacao == bindparam("organizacao"),
    documentos.c.id == any_(bindparam("which", type_=ARRAY(Uuid))),
)


class Antes(NamedTuple):
    """A row as others know it, before the transaction."""

    vigente: bool
    situacao: str | None


class Mudancas:
    """What a transaction has changed, in the order in which it did."""

    def __init__(self) -> None:
        self.antes: dict[UUID, Antes | None] = {}
        """of each row that was touched; None where it is new"""
        self.copias: set[UUID] = set()
        """rows whose copy is another now"""

    def touch(self, documento: UUID, antes: Antes | None) -> None:
        """Before it changes; what is said first counts."""
        self.antes.setdefault(documento, antes)


async def tell(conn: AsyncConnection, organizacao: UUID, mudancas: Mudancas) -> None:
    """The last thing that a transaction does with documents; reads them where somebody listens."""
    if not mudancas.antes:
        return
    assinantes = await publishing.subscribers(conn, organizacao, _TIPOS)
    if assinantes:
        values = {"organizacao": organizacao, "which": list(mudancas.antes)}
        by_id = {row["id"]: row for row in (await conn.execute(_READ, values)).mappings()}
        # What is erased meanwhile is told of no more.
        ordered = [by_id[documento] for documento in mudancas.antes if documento in by_id]
        await publishing.write(conn, organizacao, assinantes, _told(ordered, mudancas))


def _told(rows: Sequence[RowMapping], mudancas: Mudancas) -> Iterator[Notificacao]:
    for row in rows:
        antes = mudancas.antes[row["id"]]
        for tipo in kinds(row, antes, another_copy=row["id"] in mudancas.copias):
            yield _notificacao(tipo, row, again=antes is not None)


def kinds(row: RowMapping, antes: Antes | None, *, another_copy: bool) -> Iterable[Tipo]:
    """What is to be told of a row that was as `antes` says."""
    known = antes is not None and antes.vigente
    if not row["vigente"]:
        if known or antes is None:
            yield Tipo.DOCUMENTO_CONFLITO
        return
    before = antes.situacao if antes is not None and known else None
    enters = another_copy or not known
    changes = before != row["situacao"]
    invalid = row["veredito"] == "invalido"
    if row["evento_chave"] is not None:
        if enters or changes:
            yield Tipo.DOCUMENTO_EVENTO
        if enters and invalid:
            yield Tipo.DOCUMENTO_INVALIDO
        return
    cancelled = changes and row["situacao"] == _CANCELADO
    if enters or (changes and not cancelled):
        yield Tipo.DOCUMENTO_INVALIDO if invalid else Tipo.DOCUMENTO_PROCESSADO
    if cancelled:
        yield Tipo.DOCUMENTO_CANCELADO


def _notificacao(tipo: Tipo, row: RowMapping, *, again: bool) -> Notificacao:
    dados = _event(row, again) if tipo is Tipo.DOCUMENTO_EVENTO else _document(row, again)
    return Notificacao(
        tipo=tipo,
        alvo=f"documento:{row['id']}",
        dados=dados,
        empresas=_companies(row),
        modelo=_model(row),
        veredito=row["veredito"],
    )


def _document(row: RowMapping, again: bool) -> Documento:
    return Documento(
        documento=row["id"],
        tipo=row["tipo"],
        veredito=row["veredito"],
        link=_link(row),
        chave=row["chave"] or row["evento_chave"],
        modelo=_model(row),
        situacao=row["situacao"],
        emitente=row["emitente"],
        lote=row["lote"],
        atualizado=again,
    )


def _event(row: RowMapping, again: bool) -> EventoFiscal:
    return EventoFiscal(
        documento=row["id"],
        chave=row["evento_chave"],
        evento=row["evento_tipo"] or "",
        link=_link(row),
        sequencia=row["evento_sequencia"],
        situacao=row["situacao"],
        lote=row["lote"],
        atualizado=again,
    )


def _link(row: RowMapping) -> str:
    return f"/v1/documentos/{row['id']}"


def _model(row: RowMapping) -> str | None:
    """Of an event, that of its document."""
    chave: str = row["evento_chave"] or ""
    model: str | None = chave[_MODELO] if len(chave) == TAMANHO else row["modelo"]
    return model


def _companies(row: RowMapping) -> frozenset[str]:
    """Those whose document it is; of an event, those of its document, as far as they are known."""
    named = {row["emitente"], row["destinatario"]}
    if row["evento_chave"] is not None:
        named |= {row["alvo_emitente"], row["alvo_destinatario"], emitente_of(row["evento_chave"])}
    return frozenset(each for each in named if each is not None)
