"""What the relay tells of queues, servers and use: read now and then, shown at each scrape.

What cannot be read is not told: an old value would look like a good one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import Any, Final

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit import jobs
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.jobs import ESTADOS
from fiscalxml_server.kit.telemetry import QueueState, Reading, Seen, queue_readings
from fiscalxml_server.kit.telemetry import sampled as metrics
from fiscalxml_server.kit.telemetry.sampled import TOP, organization_readings
from fiscalxml_server.worker.carrier import FILA

OUTBOX: Final = "outbox"
"""queue of the jobs that were not handed to the broker yet"""
TOLD_SECONDS: Final = 90.0
"""what was seen last, at most; thrice what lies between two of the slowest looks"""
_LOG = logging.getLogger(__name__)
_AWAY = (Indisponivel, RedisError, OSError)


class Observacao:
    """`seen`: as all was at the last look. `tipos`: of jobs, told even where there is none."""

    def __init__(
        self, banco: Banco, broker: Redis, tipos: Collection[str], seen: Seen | None = None
    ) -> None:
        self._banco = banco
        self._broker = broker
        self._tipos = tipos
        self.seen = seen or Seen()

    def estado(self) -> list[Reading]:
        """Everything that is known."""
        return self.seen.told()

    async def see_queues(self, conn: AsyncConnection) -> None:
        """Jobs by type and state, and those that wait for being published."""
        found = {(each.tipo, each.situacao): each for each in await jobs.queue(conn)}
        unpublished = (await conn.execute(_OUTBOX)).one()
        filas = [QueueState(OUTBOX, unpublished.depth, unpublished.age)]
        for key in sorted({(tipo, each) for tipo in self._tipos for each in ESTADOS} | set(found)):
            fila = found.get(key)
            name = ".".join(key)
            filas.append(
                QueueState(name, fila.quantos, fila.idade) if fila else QueueState(name, 0, 0)
            )
        self.seen.put("filas", queue_readings(filas), TOLD_SECONDS)

    async def see_servers(self) -> None:
        """The primary, the replica where there is one, the broker."""
        await self._look("banco", self._primary)
        if self._banco.tem_replica and not await self._look("replica", self._replica):
            silent = [Reading(metrics.REPLICA_STREAMING, (), 0)]
            self.seen.put("replica", silent, TOLD_SECONDS)
        await self._look("broker", self._valkey)

    async def see_use(self) -> None:
        """Of organisations."""
        await self._look("uso", self._use)

    async def _look(self, what: str, read: Callable[[], Awaitable[list[Reading]]]) -> bool:
        """Whether it was seen."""
        try:
            self.seen.put(what, await read(), TOLD_SECONDS)
        except _AWAY as error:
            self.seen.forget(what)
            _LOG.warning("not seen", extra={"part": what, "error_type": type(error).__name__})
            return False
        return True

    async def _primary(self) -> list[Reading]:
        async with self._banco.transacao() as conn:
            row = (await conn.execute(_PRIMARY)).one()
            stalled = (await conn.execute(ARCHIVE)).scalar_one()
        return [
            *([] if stalled is None else [Reading(metrics.ARCHIVE_STALLED, (), stalled)]),
            Reading(metrics.DATABASE_CONNECTIONS, (), row.sessions),
            Reading(metrics.DATABASE_CONNECTIONS_MAX, (), row.sessions_max),
            Reading(metrics.DATABASE_BYTES, (), row.bytes),
            Reading(metrics.DATABASE_TRANSACTIONS, ("commit",), row.xact_commit),
            Reading(metrics.DATABASE_TRANSACTIONS, ("rollback",), row.xact_rollback),
            Reading(metrics.DATABASE_BLOCKS, ("hit",), row.blks_hit),
            Reading(metrics.DATABASE_BLOCKS, ("read",), row.blks_read),
            Reading(metrics.DATABASE_DEADLOCKS, (), row.deadlocks),
            Reading(metrics.DATABASE_OLDEST, (), row.frozen),
        ]

    async def _replica(self) -> list[Reading]:
        async with self._banco.leitura() as conn:
            row = (await conn.execute(_REPLICA)).one()
        return [
            Reading(metrics.REPLICA_LAG, (), row.lag),
            Reading(metrics.REPLICA_STREAMING, (), float(row.streaming)),
        ]

    async def _valkey(self) -> list[Reading]:
        info, depth = await asyncio.to_thread(self._ask_valkey)
        return [
            Reading(metrics.BROKER_DEPTH, (), depth),
            Reading(metrics.BROKER_BYTES, (), info["used_memory"]),
            Reading(metrics.BROKER_BYTES_MAX, (), info["maxmemory"] or info["total_system_memory"]),
            Reading(metrics.BROKER_CLIENTS, (), info["connected_clients"]),
            Reading(metrics.BROKER_COMMANDS, (), info["total_commands_processed"]),
            Reading(metrics.BROKER_EVICTED, (), info["evicted_keys"]),
        ]

    def _ask_valkey(self) -> tuple[dict[str, Any], int]:
        return self._broker.info(), self._broker.llen(FILA)

    async def _use(self) -> list[Reading]:
        async with self._banco.transacao() as conn:
            documents = (await conn.execute(_DOCUMENTS, {"top": TOP})).all()
            waiting = (await conn.execute(_JOBS, {"top": TOP})).all()
        return [
            Reading(metrics.ORGANIZATIONS, (), sum(row.organizacoes for row in documents)),
            *organization_readings(metrics.ORGANIZATION_DOCUMENTS, _values(documents)),
            *organization_readings(metrics.ORGANIZATION_JOBS, _values(waiting)),
        ]


def _values(rows: Iterable[Row[Any]]) -> list[tuple[object, float]]:
    return [(row.organizacao, float(row.quantos)) for row in rows]


_OUTBOX: Final = text("""
    SELECT count(*) AS depth,
        CAST(coalesce(extract(epoch FROM now() - min(disponivel_em)), 0) AS double precision) AS age
    FROM jobs WHERE situacao = 'pendente' AND publicado_em IS NULL AND disponivel_em <= now()
""")
_PRIMARY: Final = text("""
    SELECT (SELECT CAST(sum(numbackends) AS bigint) FROM pg_stat_database) AS sessions,
        CAST(current_setting('max_connections') AS integer) AS sessions_max,
        tamanho_do_banco() AS bytes,
        (SELECT max(age(datfrozenxid)) FROM pg_database) AS frozen,
        xact_commit, xact_rollback, blks_hit, blks_read, deadlocks
    FROM pg_stat_database WHERE datname = current_database()
""")
# A segment waits where the one that was archived last is not the one before that which is written.
# A server that has nothing to say archives nothing for hours, and is well. After a promotion the
# last file is no segment, and after a crash there is none: then what is written waits.
ARCHIVE: Final = text("""
    SELECT CAST(CASE
        WHEN current_setting('archive_mode') = 'off' OR pg_is_in_recovery() THEN NULL
        WHEN last_archived_wal ~ '^[0-9A-F]{24}' AND (
            (pg_split_walfile_name(pg_walfile_name(pg_current_wal_lsn()))).segment_number
            - (pg_split_walfile_name(left(last_archived_wal, 24))).segment_number) <= 1 THEN 0
        ELSE extract(epoch FROM now() - coalesce(last_archived_time, pg_postmaster_start_time()))
    END AS double precision)
    FROM pg_stat_archiver
""")
# Nobody but a monitor sees more of the receiver than that it is there. A primary that serves as its
# own replica is never late; where all that came is replayed, the replica is as new as its source.
# One that has replayed nothing yet is late since it started.
_REPLICA: Final = text("""
    SELECT NOT pg_is_in_recovery() OR receives AS streaming,
        CAST(CASE
            WHEN NOT pg_is_in_recovery()
                OR (receives AND pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()) THEN 0
            ELSE extract(epoch FROM now()
                - coalesce(pg_last_xact_replay_timestamp(), pg_postmaster_start_time()))
        END AS double precision) AS lag
    FROM (SELECT EXISTS (SELECT FROM pg_stat_wal_receiver) AS receives) AS receiver
""")
_DOCUMENTS: Final = text(
    "SELECT organizacao, documentos AS quantos, organizacoes FROM cotas.maiores_usos(:top)"
)
_JOBS: Final = text("""
    SELECT CASE WHEN lugar <= :top THEN organizacao END AS organizacao,
        CAST(sum(quantos) AS bigint) AS quantos
    FROM (
        SELECT organizacao, count(*) AS quantos,
            row_number() OVER (ORDER BY count(*) DESC, organizacao) AS lugar
        FROM jobs WHERE situacao IN ('pendente', 'em_curso') GROUP BY organizacao
    ) AS cada
    GROUP BY 1
""")
