"""Writes what is to be told, in the transaction that causes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Table, TextClause, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.notifying.days import day_of
from fiscalxml_server.kit.notifying.filtering import Filtro
from fiscalxml_server.kit.notifying.models import (
    REMOVIDA,
    assinaturas,
    entregas,
    fila,
    notificacoes,
)
from fiscalxml_server.kit.notifying.ordering import announce
from fiscalxml_server.kit.notifying.types import VERSAO, Corpo, Notificacao, Tipo
from fiscalxml_server.kit.telemetry import current_traceparent

_WANTED: Final = select(
    assinaturas.c.id,
    assinaturas.c.fatia,
    assinaturas.c.situacao,
    assinaturas.c.ordenada,
    assinaturas.c.tipos,
    assinaturas.c.empresas,
    assinaturas.c.modelos,
    assinaturas.c.vereditos,
).where(assinaturas.c.organizacao == bindparam("organizacao"), assinaturas.c.situacao != REMOVIDA)


def _inserting(table: Table, **columns: str) -> TextClause:
    """Rows of one organisation in one statement, by columns: less than half the work."""
    columns = {"dia": "date", **columns}
    arrays = ", ".join(f"CAST(:c{at} AS {kind}[])" for at, kind in enumerate(columns.values()))
    return text(
        f"INSERT INTO {table.fullname} (organizacao, {', '.join(columns)})"  # noqa: S608
        " SELECT CAST(:organizacao AS uuid), nova.*"
        f" FROM unnest({arrays}) AS nova"
    )


_NOTIFICACOES: Final = _inserting(
    notificacoes, id="uuid", tipo="text", alvo="text", corpo="text", traceparent="text"
)
_ENTREGAS: Final = _inserting(entregas, assinatura="uuid", notificacao="uuid", situacao="text")
_FILA: Final = _inserting(fila, assinatura="uuid", notificacao="uuid", fatia="smallint")
_ENCODER: Final = msgspec.json.Encoder()


class Assinante(NamedTuple):
    """A subscription, as far as who tells must know it."""

    id: UUID
    fatia: int
    ativa: bool
    ordenada: bool
    filtro: Filtro


async def publish(
    conn: AsyncConnection,
    organizacao: UUID,
    make: Callable[[], Iterable[Notificacao]],
    *,
    exceto: UUID | None = None,
) -> None:
    """Have told what `make` gives, to whom wants it, once the caller's transaction commits.

    In a transaction of the organisation; `make` is not called where nobody subscribes. Those that
    are paused, or disabled, get a delivery that is held back; `exceto`, a subscription, none.
    """
    found = await subscribers(conn, organizacao)
    assinantes = [each for each in found if each.id != exceto]
    if assinantes:
        await write(conn, organizacao, assinantes, make())


async def subscribers(
    conn: AsyncConnection, organizacao: UUID, tipos: Sequence[Tipo] = tuple(Tipo)
) -> list[Assinante]:
    """Who may want one of these kinds: for who must read before it can tell, and then `write`s."""
    rows = await conn.execute(_WANTED, {"organizacao": organizacao})
    found = (
        Assinante(
            row.id,
            row.fatia,
            row.situacao == "ativa",
            row.ordenada,
            Filtro(row.tipos, row.empresas, row.modelos, row.vereditos),
        )
        for row in rows
    )
    return [each for each in found if each.filtro.wants_any(tipos)]


async def write(
    conn: AsyncConnection,
    organizacao: UUID,
    assinantes: Sequence[Assinante],
    novas: Iterable[Notificacao],
) -> list[UUID]:
    """A row for each notificação that somebody wants, a delivery for each who does; gives ids."""
    if any(each.ordenada for each in assinantes):
        await announce(conn)
    told: list[tuple[date, UUID, str, str, str, str | None]] = []
    deliveries: list[tuple[date, UUID, UUID, str]] = []
    queue: list[tuple[date, UUID, UUID, int]] = []
    traceparent = current_traceparent()
    for nova in novas:
        wanting = [each for each in assinantes if each.filtro.wants(nova)]
        if not wanting:
            continue
        id_, now = new_id(), datetime.now(UTC)
        dia = day_of(id_)
        corpo = _ENCODER.encode(Corpo(id_, nova.tipo, VERSAO, now, organizacao, nova.dados))
        told.append((dia, id_, nova.tipo, nova.alvo, corpo.decode(), traceparent))
        for each in wanting:
            deliveries.append((dia, each.id, id_, "pendente" if each.ativa else "retida"))
            if each.ativa:
                queue.append((dia, each.id, id_, each.fatia))
    for statement, rows in ((_NOTIFICACOES, told), (_ENTREGAS, deliveries), (_FILA, queue)):
        if rows:
            columns = {f"c{at}": list(each) for at, each in enumerate(zip(*rows, strict=True))}
            await conn.execute(statement, {"organizacao": organizacao, **columns})
    return [id_ for _, id_, *_ in told]
