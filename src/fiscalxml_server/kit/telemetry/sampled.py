"""Metrics that are read elsewhere and told as they are at a scrape: queues, servers, use.

One process of a role looks (`read_state`), and each such process tells the same: what is shown is
the `max` over them, never the sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Literal, NamedTuple

import msgspec

from fiscalxml_server.kit.telemetry.fields import identifier
from fiscalxml_server.kit.telemetry.metrics import OTHER

TOP: Final = 20
"""organisations that are told by themselves; all the others are one"""


class Sampled(msgspec.Struct, frozen=True):
    """A family of such metrics. A counter is one that a server counts."""

    name: str
    documentation: str
    labels: tuple[str, ...] = ()
    kind: Literal["gauge", "counter"] = "gauge"
    limit: int = 1
    """series at most"""


class Reading(NamedTuple):
    """A value of a family, with its labels in the family's order."""

    of: Sampled
    labels: tuple[str, ...]
    value: float


ReadState = Callable[[], Iterable[Reading]]


class QueueState(msgspec.Struct, frozen=True):
    """Of one queue: how many wait, and since when the oldest (seconds; 0 when none waits)."""

    name: str
    depth: int
    oldest_seconds: float


ROLE_PROCESSES: Final = Sampled("role_processes", "Processes of the role on this machine.")
ROLE_MEMORY: Final = Sampled(
    "role_memory_bytes", "Memory of these processes; what they share is counted in each."
)
ROLE_FILES: Final = Sampled(
    "role_open_files", "Open files and connections, of the process that has most."
)
ROLE_FILES_MAX: Final = Sampled("role_open_files_max", "Open files that a process may have.")
QUEUE_DEPTH: Final = Sampled("queue_depth", "Jobs that wait.", ("queue",), limit=100)
QUEUE_AGE: Final = Sampled(
    "queue_oldest_age_seconds", "Age of the oldest job that waits.", ("queue",), limit=100
)
BROKER_DEPTH: Final = Sampled("broker_depth", "Messages that wait at the broker for a worker.")
REPLICA_LAG: Final = Sampled(
    "database_replica_lag_seconds",
    "How far the replica is behind the primary; with nobody streaming, since its last transaction.",
)
REPLICA_STREAMING: Final = Sampled(
    "database_replica_streaming", "1 while the replica receives what the primary writes."
)
ARCHIVE_STALLED: Final = Sampled(
    "database_archive_stalled_seconds",
    "Since when nothing was archived, while WAL waits for it; 0 when none waits. Told where WAL is"
    " archived.",
)
DATABASE_CONNECTIONS: Final = Sampled(
    "database_connections", "Sessions of the primary, of all who use it."
)
DATABASE_CONNECTIONS_MAX: Final = Sampled(
    "database_connections_max", "Sessions that the primary lets in."
)
DATABASE_BYTES: Final = Sampled("database_size_bytes", "Size of the database.")
DATABASE_TRANSACTIONS: Final = Sampled(
    "database_transactions_total",
    "Transactions of the database, by how they ended.",
    ("outcome",),
    "counter",
    limit=2,
)
DATABASE_BLOCKS: Final = Sampled(
    "database_blocks_total",
    "Blocks that were asked for, by where they were found: in memory (`hit`) or not (`read`).",
    ("source",),
    "counter",
    limit=2,
)
DATABASE_DEADLOCKS: Final = Sampled(
    "database_deadlocks_total", "Deadlocks of the database.", kind="counter"
)
DATABASE_OLDEST: Final = Sampled(
    "database_frozen_age", "Transactions since the oldest row was frozen; 2 thousand million ends."
)
BROKER_BYTES: Final = Sampled("broker_memory_bytes", "Memory that the broker uses.")
BROKER_BYTES_MAX: Final = Sampled(
    "broker_memory_max_bytes", "Memory that it may use: its own limit, or the machine's."
)
BROKER_CLIENTS: Final = Sampled("broker_clients", "Connections to the broker.")
BROKER_COMMANDS: Final = Sampled(
    "broker_commands_total", "Commands that the broker has done.", kind="counter"
)
BROKER_EVICTED: Final = Sampled(
    "broker_evicted_keys_total", "Keys that the broker dropped for want of memory.", kind="counter"
)
SUBSCRIPTIONS: Final = Sampled(
    "webhook_subscriptions", "Subscriptions, by state.", ("situacao",), limit=8
)
SUBSCRIPTIONS_FAILING: Final = Sampled(
    "webhook_subscriptions_failing", "Active subscriptions of which nothing was taken lately."
)
SUBSCRIPTIONS_FAILING_AGE: Final = Sampled(
    "webhook_subscriptions_failing_oldest_seconds",
    "For how long the one of them fails that has failed longest; it is disabled after days.",
)
ORGANIZATIONS: Final = Sampled(
    "organizations_active", "Organisations that used documents this month."
)
ORGANIZATION_DOCUMENTS: Final = Sampled(
    "organization_documents",
    "Documents of this month, of those organisations that used most, and of all others together.",
    ("organization_id",),
    limit=TOP + 1,
)
ORGANIZATION_JOBS: Final = Sampled(
    "organization_jobs",
    "Jobs that are not done, of those organisations that have most, and of all others together.",
    ("organization_id",),
    limit=TOP + 1,
)
CERTIFICATE_END: Final = Sampled(
    "server_certificate_expiry_timestamp_seconds",
    "When the certificate ends that a server inside shows; `autoridade` is the one that ends last"
    " of those that this process believes.",
    ("server",),
    limit=8,
)
SAMPLED: Final = (
    *(ROLE_PROCESSES, ROLE_MEMORY, ROLE_FILES, ROLE_FILES_MAX),
    *(QUEUE_DEPTH, QUEUE_AGE, BROKER_DEPTH, REPLICA_LAG, REPLICA_STREAMING),
    ARCHIVE_STALLED,
    *(DATABASE_CONNECTIONS, DATABASE_CONNECTIONS_MAX, DATABASE_BYTES, DATABASE_TRANSACTIONS),
    *(DATABASE_BLOCKS, DATABASE_DEADLOCKS, DATABASE_OLDEST),
    *(BROKER_BYTES, BROKER_BYTES_MAX, BROKER_CLIENTS, BROKER_COMMANDS, BROKER_EVICTED),
    *(SUBSCRIPTIONS, SUBSCRIPTIONS_FAILING, SUBSCRIPTIONS_FAILING_AGE),
    *(ORGANIZATIONS, ORGANIZATION_DOCUMENTS, ORGANIZATION_JOBS),
    CERTIFICATE_END,
)


def queue_readings(states: Iterable[QueueState]) -> list[Reading]:
    """Depth and age of each."""
    return [
        reading
        for state in states
        for reading in (
            Reading(QUEUE_DEPTH, (state.name,), state.depth),
            Reading(QUEUE_AGE, (state.name,), state.oldest_seconds),
        )
    ]


def organization_readings(family: Sampled, rows: Iterable[tuple[object, float]]) -> list[Reading]:
    """(organisation or None for all others, value) -> readings. Ids only, never a name.

    All others are always told, with 0 where there are none: that nothing is there is no silence.
    """
    told = {OTHER: 0.0} | {
        OTHER if who is None else str(identifier(who)): value for who, value in rows
    }
    return [Reading(family, (name,), value) for name, value in told.items()]
