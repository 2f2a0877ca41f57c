"""Writes what is to be told, in the transaction that causes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, insert, select
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
from fiscalxml_server.kit.notifying.types import VERSAO, Corpo, Notificacao, Tipo

_WANTED: Final = select(
    assinaturas.c.id,
    assinaturas.c.fatia,
    assinaturas.c.situacao,
    assinaturas.c.tipos,
    assinaturas.c.empresas,
    assinaturas.c.modelos,
    assinaturas.c.vereditos,
).where(assinaturas.c.organizacao == bindparam("organizacao"), assinaturas.c.situacao != REMOVIDA)
_ENCODER: Final = msgspec.json.Encoder()


class Assinante(NamedTuple):
    """A subscription, as far as who tells must know it."""

    id: UUID
    fatia: int
    ativa: bool
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
    told: list[dict[str, Any]] = []
    deliveries: list[dict[str, Any]] = []
    queue: list[dict[str, Any]] = []
    for nova in novas:
        wanting = [each for each in assinantes if each.filtro.wants(nova)]
        if not wanting:
            continue
        id_, now = new_id(), datetime.now(UTC)
        place = {"organizacao": organizacao, "dia": day_of(id_)}
        corpo = _ENCODER.encode(Corpo(id_, nova.tipo, VERSAO, now, organizacao, nova.dados))
        told.append(
            place | {"id": id_, "tipo": nova.tipo, "alvo": nova.alvo, "corpo": corpo.decode()}
        )
        for each in wanting:
            whose = place | {"assinatura": each.id, "notificacao": id_}
            deliveries.append(whose | {"situacao": "pendente" if each.ativa else "retida"})
            if each.ativa:
                queue.append(whose | {"fatia": each.fatia})
    for table, rows in ((notificacoes, told), (entregas, deliveries), (fila, queue)):
        if rows:
            await conn.execute(insert(table), rows)
    return [each["id"] for each in told]
