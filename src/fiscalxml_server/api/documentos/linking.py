"""What documents that were written mean for others: situação by events, and relations.

A document and its event may come in two transactions at once, neither of which sees the other. So
whoever brings events has the organisation for itself, and all others share it: of two that belong
together, the one that comes second sees what the first wrote.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, cast
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml.situation import EventoConhecido, effect_of, effective, in_force
from fiscalxml.summaries.resumo import Situacao
from fiscalxml_server.api.documentos import links
from fiscalxml_server.api.documentos.schemas import Novo
from fiscalxml_server.api.documentos.telling import Antes, Mudancas

_CHAVE_NFSE: Final = 50


async def take_turn(conn: AsyncConnection, organizacao: UUID, novos: Sequence[Novo]) -> None:
    """Before any row is locked: alone where one of them is an event, else shared."""
    await links.lock(conn, organizacao, alone=any(novo.evento_chave for novo in novos))


async def link(
    conn: AsyncConnection, organizacao: UUID, written: Sequence[Novo], mudancas: Mudancas
) -> None:
    """Give the documents that `written` concern the situação that their events make.

    `written`: those that made a row, or whose copy became a row's.
    """
    of_events = {novo.evento_chave for novo in written if novo.evento_chave}
    chaves = of_events | {novo.chave for novo in written if novo.chave}
    if not chaves:
        return
    events = await _events(conn, organizacao, chaves)
    if events:
        await links.aim_events(conn, organizacao, events)
    decided = {
        chave for chave, rows in events.items() if chave in of_events or any(map(_decides, rows))
    }
    if not decided:
        return
    known = {chave: _known(events[chave]) for chave in decided}
    documents = await links.documents_of(conn, organizacao, decided)
    changes = [
        *_changes(
            (row, effective(cast(Situacao, row["situacao_propria"]), known[row["chave"]]))
            for row in documents
        ),
        *_changes(each for chave in decided for each in _situations(events[chave])),
    ]
    for row, _ in changes:
        mudancas.touch(row["id"], Antes(row["vigente"], row["situacao"]))
    if changes:
        made = [(row["id"], situacao) for row, situacao in changes]
        await links.set_situations(conn, organizacao, made)


def evento_conhecido(row: RowMapping | Mapping[str, object]) -> EventoConhecido:
    """A stored event, as the core judges it."""
    chave = str(row["evento_chave"])
    signed_by_sefin = len(chave) == _CHAVE_NFSE and bool(row["assinada"])
    registered = row["situacao_propria"] == "autorizado" and (
        bool(row["com_protocolo"]) or signed_by_sefin
    )
    return msgspec.convert(
        {
            "chave": chave,
            "tipo": row["evento_tipo"] or "",
            "sequencia": row["evento_sequencia"],
            # A version that others were preferred to says nothing.
            "registrado": registered and bool(row["vigente"]),
            "registrado_em": row["registrado_em"],
            "protocolo": row["protocolo"],
            "alvo": row["evento_alvo"],
        },
        EventoConhecido,
    )


async def _events(
    conn: AsyncConnection, organizacao: UUID, chaves: Collection[str]
) -> dict[str, list[RowMapping]]:
    found: dict[str, list[RowMapping]] = defaultdict(list)
    for row in await links.events_of(conn, organizacao, chaves):
        found[row["evento_chave"]].append(row)
    return found


def _decides(row: RowMapping) -> bool:
    return effect_of(row["evento_chave"], row["evento_tipo"] or "") is not None


def _known(rows: Iterable[RowMapping]) -> list[EventoConhecido]:
    return [evento_conhecido(row) for row in rows]


def _situations(rows: Sequence[RowMapping]) -> Iterable[tuple[RowMapping, str]]:
    """Of events: one that another cancels is cancelled."""
    known = _known(rows)
    standing = {id(each) for each in in_force(known)}
    for row, evento in zip(rows, known, strict=True):
        cancelled = evento.registrado and id(evento) not in standing
        yield row, "cancelado" if cancelled else row["situacao_propria"]


def _changes(situations: Iterable[tuple[RowMapping, str]]) -> Iterable[tuple[RowMapping, str]]:
    return ((row, made) for row, made in situations if row["situacao"] != made)
