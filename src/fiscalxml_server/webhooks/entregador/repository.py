"""The queue, as the process sees it that holds the slices: nobody else takes from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.webhooks.entregador.subscriptions import Assinante

LIVRE: Final = "livre"
TOMADA: Final = "tomada"
ESTACIONADA: Final = "estacionada"
Pedidas = Sequence[tuple[Assinante, int]]
"""how many of a subscription, at most"""


@dataclass(slots=True, eq=False)
class Entrega:
    """One notificação to one subscription. `desde`: when it became due.

    `corpo`, `traceparent`: the notificação's, once `read_bodies` has put them in.
    """

    organizacao: UUID
    assinatura: UUID
    notificacao: UUID
    dia: date
    fatia: int
    tentativas: int
    seguidas: int
    desde: datetime
    corpo: bytes = b""
    traceparent: str | None = None


async def due(
    conn: AsyncConnection,
    fatias: Sequence[int],
    each: int,
    limit: int,
    ordenadas: Sequence[UUID],
    horizon: UUID,
) -> list[Entrega]:
    """What is to be delivered now: of each slice those that became due first.

    Of ordered subscriptions only what is below the horizon: nothing comes before it any more.
    """
    values = {
        "fatias": fatias,
        "each": each,
        "limit": limit,
        "ordenadas": ordenadas,
        "horizonte": horizon,
    }
    return [Entrega(*row) for row in await conn.execute(_DUE, values)]


async def parked(conn: AsyncConnection, wanted: Pedidas) -> list[Entrega]:
    """What is parked of these, in order of their ids."""
    return [Entrega(*row) for row in await conn.execute(_PARKED, _wanted(wanted))]


async def in_order(conn: AsyncConnection, wanted: Pedidas, horizon: UUID) -> list[Entrega]:
    """The same of ordered subscriptions: with what is due and was not parked yet, and nothing that
    comes after what is held of one that was resumed: that goes back into the queue first.
    """
    values = {**_wanted(wanted), "horizonte": horizon}
    return [Entrega(*row) for row in await conn.execute(_IN_ORDER, values)]


def _wanted(wanted: Pedidas) -> dict[str, Any]:
    return {
        "organizacoes": [each.organizacao for each, _ in wanted],
        "fatias": [each.fatia for each, _ in wanted],
        "assinaturas": [each.id for each, _ in wanted],
        "limits": [limit for _, limit in wanted],
    }


async def move(conn: AsyncConnection, entregas: Collection[Entrega], estado: str) -> None:
    """Give them another state."""
    if entregas:
        await conn.execute(_MOVE, {**_ids(entregas), "estado": estado})


async def read_bodies(conn: AsyncConnection, entregas: Iterable[Entrega]) -> list[Entrega]:
    """Put in what is to be sent; gives those of which it is not kept any more."""
    days: defaultdict[date, list[Entrega]] = defaultdict(list)
    for entrega in entregas:
        days[entrega.dia].append(entrega)
    for dia, of_day in days.items():
        found = await conn.execute(
            _BODIES,
            {
                "dia": dia,
                "organizacoes": [each.organizacao for each in of_day],
                "notificacoes": [each.notificacao for each in of_day],
            },
        )
        told = {row.id: (row.corpo.encode(), row.traceparent) for row in found}
        for each in of_day:
            each.corpo, each.traceparent = told.get(each.notificacao, (b"", None))
    return [each for of_day in days.values() for each in of_day if not each.corpo]


async def drop(conn: AsyncConnection, entregas: Collection[Entrega]) -> None:
    """Out of the queue."""
    if entregas:
        await conn.execute(_DROP, _ids(entregas))


async def parked_in(conn: AsyncConnection, fatias: Sequence[int]) -> list[tuple[UUID, UUID]]:
    """(organisation, subscription) of those that have something parked."""
    rows = await conn.execute(_WHO_PARKED, {"fatias": fatias})
    return [(row.organizacao, row.assinatura) for row in rows]


async def free(conn: AsyncConnection, fatias: Sequence[int]) -> None:
    """Give back what was taken of these slices, and not delivered."""
    await conn.execute(_FREE, {"fatias": fatias})


async def free_of(conn: AsyncConnection, assinatura: UUID) -> None:
    """Give back what was taken of a subscription; what is in its lane is not taken twice."""
    await conn.execute(_FREE_OF, {"assinatura": assinatura})


async def subscriptions(
    conn: AsyncConnection, ids: Collection[tuple[UUID, UUID]]
) -> Sequence[RowMapping]:
    """Rows of these (organisation, id)."""
    organizacoes, assinaturas = map(list, zip(*ids, strict=True))
    values = {"organizacoes": organizacoes, "assinaturas": assinaturas}
    return (await conn.execute(_SUBSCRIPTIONS, values)).mappings().all()


async def changed(conn: AsyncConnection, seconds: float) -> Sequence[RowMapping]:
    """Rows of all subscriptions that changed lately."""
    return (await conn.execute(_CHANGED, {"seconds": seconds})).mappings().all()


async def who_parked(conn: AsyncConnection, assinantes: Collection[Assinante]) -> list[UUID]:
    """Those subscriptions of which something is parked."""
    values = {
        "fatias": [each.fatia for each in assinantes],
        "assinaturas": [each.id for each in assinantes],
    }
    return list((await conn.execute(_HAVE_PARKED, values)).scalars())


async def waiting(
    conn: AsyncConnection, assinantes: Collection[Assinante]
) -> list[tuple[UUID, UUID]]:
    """(subscription, notificação) of what is to be tried again later."""
    values = {
        "fatias": list({each.fatia for each in assinantes}),
        "assinaturas": [each.id for each in assinantes],
    }
    return [(row.assinatura, row.notificacao) for row in await conn.execute(_WAITING, values)]


def _ids(entregas: Collection[Entrega]) -> dict[str, Any]:
    return {
        "assinaturas": [each.assinatura for each in entregas],
        "notificacoes": [each.notificacao for each in entregas],
    }


_COLUMNS: Final = (
    "organizacao, assinatura, notificacao, dia, fatia, tentativas, seguidas, proxima_em"
)
_DUE: Final = text(f"""
    SELECT q.* FROM unnest(CAST(:fatias AS smallint[])) AS de (fatia)
    CROSS JOIN LATERAL (
        SELECT {_COLUMNS} FROM webhooks.fila
        WHERE fila.fatia = de.fatia AND estado = 'livre' AND proxima_em <= now()
            AND (notificacao < :horizonte OR assinatura <> ALL (CAST(:ordenadas AS uuid[])))
        ORDER BY proxima_em LIMIT :each
    ) AS q LIMIT :limit
""")  # noqa: S608
_OF_EACH: Final = f"""
    SELECT q.* FROM unnest(
        CAST(:organizacoes AS uuid[]), CAST(:fatias AS smallint[]),
        CAST(:assinaturas AS uuid[]), CAST(:limits AS integer[])
    ) AS de (organizacao, fatia, assinatura, quantas)
    CROSS JOIN LATERAL (
        SELECT {_COLUMNS} FROM webhooks.fila
        WHERE fila.fatia = de.fatia AND fila.assinatura = de.assinatura AND ({{which}})
        ORDER BY notificacao LIMIT de.quantas
    ) AS q
"""  # noqa: S608
_PARKED: Final = text(_OF_EACH.format(which="estado = 'estacionada'"))
_IN_ORDER: Final = text(
    _OF_EACH.format(
        which="""(
            estado = 'estacionada'
            OR (estado = 'livre' AND proxima_em <= now() AND notificacao < :horizonte)
        ) AND notificacao < coalesce((
            SELECT entrega.notificacao FROM webhooks.assinaturas AS retomada
            JOIN webhooks.entregas AS entrega
                ON entrega.organizacao = retomada.organizacao AND entrega.assinatura = retomada.id
            WHERE retomada.organizacao = de.organizacao AND retomada.id = de.assinatura
                AND retomada.retomada_em IS NOT NULL AND entrega.situacao = 'retida'
            ORDER BY entrega.dia, entrega.notificacao LIMIT 1
        ), CAST('ffffffff-ffff-ffff-ffff-ffffffffffff' AS uuid))"""
    )
)
_THESE: Final = """
    unnest(CAST(:assinaturas AS uuid[]), CAST(:notificacoes AS uuid[]))
        AS esta (assinatura, notificacao)
    WHERE fila.assinatura = esta.assinatura AND fila.notificacao = esta.notificacao
"""
_MOVE: Final = text(f"UPDATE webhooks.fila SET estado = :estado FROM {_THESE}")  # noqa: S608
_DROP: Final = text(f"DELETE FROM webhooks.fila USING {_THESE}")  # noqa: S608
_BODIES: Final = text("""
    SELECT de.id, de.corpo, de.traceparent
    FROM unnest(CAST(:organizacoes AS uuid[]), CAST(:notificacoes AS uuid[]))
        AS esta (organizacao, id)
    JOIN webhooks.notificacoes AS de
        ON de.dia = :dia AND de.organizacao = esta.organizacao AND de.id = esta.id
""")
_FREE: Final = text("""
    UPDATE webhooks.fila SET estado = 'livre'
    WHERE fatia = ANY (CAST(:fatias AS smallint[])) AND estado = 'tomada'
""")
_FREE_OF: Final = text("""
    UPDATE webhooks.fila SET estado = 'livre'
    WHERE assinatura = :assinatura AND estado = 'tomada'
""")
_HAVE_PARKED: Final = text("""
    SELECT assinatura FROM unnest(
        CAST(:fatias AS smallint[]), CAST(:assinaturas AS uuid[])
    ) AS de (fatia, assinatura)
    WHERE EXISTS (
        SELECT FROM webhooks.fila
        WHERE fila.fatia = de.fatia AND fila.assinatura = de.assinatura
            AND estado = 'estacionada'
    )
""")
# One look into the index for each subscription, however much of it is parked.
_WHO_PARKED: Final = text("""
    WITH RECURSIVE quem AS (
        (SELECT fatia, assinatura, organizacao FROM webhooks.fila
         WHERE estado = 'estacionada' AND fatia = ANY (CAST(:fatias AS smallint[]))
         ORDER BY fatia, assinatura LIMIT 1)
        UNION ALL
        SELECT proxima.* FROM quem CROSS JOIN LATERAL (
            SELECT fatia, assinatura, organizacao FROM webhooks.fila
            WHERE estado = 'estacionada' AND fatia = ANY (CAST(:fatias AS smallint[]))
                AND (fila.fatia, fila.assinatura) > (quem.fatia, quem.assinatura)
            ORDER BY fatia, assinatura LIMIT 1
        ) AS proxima
    )
    SELECT organizacao, assinatura FROM quem
""")
_SUBSCRIPTIONS: Final = text("""
    SELECT de.* FROM unnest(CAST(:organizacoes AS uuid[]), CAST(:assinaturas AS uuid[]))
        AS esta (organizacao, id)
    JOIN webhooks.assinaturas AS de ON de.organizacao = esta.organizacao AND de.id = esta.id
""")
_CHANGED: Final = text("""
    SELECT * FROM webhooks.assinaturas
    WHERE alterado_em > now() - make_interval(secs => :seconds)
""")
_WAITING: Final = text("""
    SELECT assinatura, notificacao FROM webhooks.fila
    WHERE estado = 'livre' AND proxima_em > now()
        AND fatia = ANY (CAST(:fatias AS smallint[]))
        AND assinatura = ANY (CAST(:assinaturas AS uuid[]))
""")
