"""A document's events, and what was known of it at an instant."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml.situation import (
    EventoConhecido,
    SituacaoEfetiva,
    describe_event,
    effect_of,
    effective,
    in_force,
)
from fiscalxml.summaries.resumo import Evento, Situacao
from fiscalxml_server.api.documentos import links, parties, repository, service
from fiscalxml_server.api.documentos.linking import evento_conhecido
from fiscalxml_server.api.documentos.views import documento_view
from fiscalxml_server.kit.compression import decompress
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.work import run_sized
from fiscalxml_server.kit.resources import Recursos

MAX_EVENTOS: Final = 1000
"""of one document that are shown; SEFAZ registers at most 99 of a kind by an author"""
MAX_TEXT: Final = 1000
"""characters of a text of an event that are shown, as many as any layout allows: that of an invalid
one may be a thousand times as long, and a document may have a thousand of them"""


class _Dito(msgspec.Struct):
    """Of an event's resumo, what it says."""

    evento: Evento = Evento()


_decode: Final = msgspec.json.Decoder(_Dito).decode


async def read_document(
    recursos: Recursos, organizacao: UUID, chave: str, em: datetime | None
) -> dict[str, Any]:
    """A document with the number of its events; at `em`, as far as it was known then.

    Of one in conflict, also the one that holds its identity. Raises `NaoEncontrado`.
    """
    row = await service.find(recursos, organizacao, chave)
    beside: dict[str, Any] = {}
    async with recursos.banco.leitura(organizacao) as conn:
        names = await parties.names(conn, organizacao, parties.inscricoes([row]))
        if not row["vigente"]:
            holder = await repository.holder(conn, organizacao, row["identidade"])
            beside = {"em_conflito_com": holder}
        if em is None:
            own = row["chave"]
            count = 0 if own is None else await links.count_events(conn, organizacao, own)
            return documento_view(row, names) | beside | {"eventos": count}
        # An event's own situação is told by those beside it.
        rows = await _events(conn, organizacao, row["chave"] or row["evento_chave"])
    known = await _shown(rows, em) if row["chave"] else []
    then = {**row, "situacao": _situation(row, rows, em)}
    return (
        documento_view(then, names)
        | beside
        | {
            "em": em,
            "eventos": len(known),
            "eventos_conhecidos": known,
        }
    )


async def list_events(
    recursos: Recursos, organizacao: UUID, chave: str, em: datetime | None
) -> dict[str, Any]:
    """The events of a chave, whether its document is stored or not. Raises `NaoEncontrado`.

    At `em`: those that SEFAZ had registered by then.
    """
    own: str | None = chave
    row = None
    if not service.is_chave(chave):
        row = await service.find(recursos, organizacao, chave)
        own = row["chave"] or row["evento_chave"]
    if own is not None and (row is None or row["chave"] is None):
        row = await _document(recursos, organizacao, own)
    async with recursos.banco.leitura(organizacao) as conn:
        rows = await _events(conn, organizacao, own)
    if row is None and not rows:
        raise NaoEncontrado("Não há documento nem evento guardado com esta chave ou este id.")
    return {
        "chave": own,
        "documento": None if row is None else row["id"],
        "situacao": None if row is None else _situation(row, rows, em),
        "itens": await _shown(rows, em),
    }


async def _document(recursos: Recursos, organizacao: UUID, chave: str) -> RowMapping | None:
    try:
        return await service.find(recursos, organizacao, chave)
    except NaoEncontrado:
        return None


async def _events(
    conn: AsyncConnection, organizacao: UUID, chave: str | None
) -> Sequence[RowMapping]:
    if chave is None:
        return []
    return await links.list_events(conn, organizacao, chave, MAX_EVENTOS)


def _situation(
    row: RowMapping, rows: Sequence[RowMapping], em: datetime | None
) -> SituacaoEfetiva | None:
    """The effective situação of a document or of an event; None of what has none."""
    propria = cast(Situacao | None, row["situacao_propria"])
    if propria is None:
        return None
    events = {each["id"]: evento_conhecido(each) for each in rows}
    if row["tipo"] == "evento":
        evento = events.get(row["id"])
        return propria if evento is None else _of_event(propria, evento, events.values(), em)
    return effective(propria, list(events.values()), registrado_em=row["registrado_em"], em=em)


def _of_event(
    propria: Situacao,
    evento: EventoConhecido,
    all_of_them: Collection[EventoConhecido],
    em: datetime | None,
) -> Situacao:
    if not evento.registrado:
        return propria
    if em is not None and evento.registrado_em is not None and evento.registrado_em > em:
        return "sem_protocolo"
    standing = any(each is evento for each in in_force(all_of_them, em))
    return propria if standing else "cancelado"


async def _shown(rows: Sequence[RowMapping], em: datetime | None) -> list[dict[str, Any]]:
    size = sum(row["tamanho"] for row in rows)
    return await run_sized(size, lambda: list(_views(rows, em)))


def _views(rows: Sequence[RowMapping], em: datetime | None) -> Iterator[dict[str, Any]]:
    """What a caller sees of the events; at `em` of those that were registered by then."""
    events = [evento_conhecido(row) for row in rows]
    standing = {id(each) for each in in_force(events, em)}
    for row, evento in zip(rows, events, strict=True):
        if em is not None and not _registered_by(evento, em):
            continue
        cancelled = evento.registrado and id(evento) not in standing
        yield _view(
            row,
            situacao="cancelado" if cancelled else row["situacao_propria"],
            efeito=effect_of(evento.chave, evento.tipo) if id(evento) in standing else None,
        )


def _registered_by(evento: EventoConhecido, em: datetime) -> bool:
    return evento.registrado and (evento.registrado_em is None or evento.registrado_em <= em)


def _view(row: RowMapping, *, situacao: str | None, efeito: str | None) -> dict[str, Any]:
    said = Evento() if row["resumo"] is None else _decode(decompress(row["resumo"])).evento
    told = {
        "data": row["emissao"],
        "registrado_em": row["registrado_em"],
        "autor": row["emitente"],
        "protocolo": row["protocolo"],
        "justificativa": _bounded(said.justificativa),
        "correcao": _bounded(said.correcao),
    }
    return {
        "id": row["id"],
        "tipo": row["evento_tipo"],
        "descricao": describe_event(row["evento_chave"], row["evento_tipo"] or "")
        or _bounded(said.descricao),
        "sequencia": row["evento_sequencia"],
        "situacao": situacao,
        "efeito": efeito,
        "veredito": row["veredito"],
        **{name: value for name, value in told.items() if value is not None},
        "documento": f"/v1/documentos/{row['id']}",
    }


def _bounded(text: str | None) -> str | None:
    return text if text is None or len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"
