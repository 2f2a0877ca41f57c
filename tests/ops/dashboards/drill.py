"""`make drill-paineis`: every query of every dashboard, on a Prometheus that scraped all services.

A primary with its replica, `fiscalxml up` on them, Prometheus, some load. Then each query must give
a number, no family may have more series than its limit, and no label may be what it must not be.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from prometheus_client import Histogram

from fiscalxml_ops.dashboards.page import families
from fiscalxml_ops.objectives import SERVICOS
from fiscalxml_server.kit.telemetry.catalogue import FAMILIES
from fiscalxml_server.kit.telemetry.fields import is_word
from fiscalxml_server.stack.database import DATABASE, prepare
from fiscalxml_server.stack.ports import is_free
from fiscalxml_server.stack.roles import _ROLES
from ports import free_port
from services.chaos.system import Sistema, start_system
from services.servers.postgres import start_postgres
from services.servers.replica import start_replica
from services.servers.running import server_folder
from services.servers.tls import new_authority

from .load import Carga
from .monitored import Prometheus, start_prometheus
from .queries import queries

VALUES: Final = {"servico": ".*", "__rate_interval": "15s", "__range": "60s"}
WITHOUT: Final = ('objetivo="canario"',)
"""in queries that need what does not run here: the canary has tests of its own"""
_ARCHIVING: Final = {"archive_mode": "on", "archive_command": "true"}
"""how long it has failed is told of a server that archives"""
_PATIENCE: Final = 90.0
"""for what is looked at now and then, on a busy machine"""
_TWO_SCRAPES: Final = 5.0
"""of what was told last"""
_OURS: Final = ("__name__", "job", "instance", "le")
_IDS: Final = "organization_id"


def main() -> int:
    """0 when all is well."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=20)
    seconds = parser.parse_args().seconds
    with (
        system() as (sistema, ports),
        server_folder() as folder,
        start_prometheus(folder, ports) as prometheus,
    ):
        began = time.time()
        carga = Carga(sistema)
        carga.run(seconds)
        _settle(prometheus, began)
        ended = time.time()
        faults = [
            *_scraped(prometheus),
            *_unanswered(prometheus, began, ended),
            *_untold(prometheus, ended),
            *_silent(prometheus, ended),
            *_too_many(prometheus, ended),
            *_indiscreet(prometheus),
        ]
    told = sum(1 for _ in queries(VALUES))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {told} queries, {carga.answers.total()} requests"
        f" ({dict(sorted(carga.answers.items()))}), {len(faults)} faults,"
        f" {used.ru_utime + used.ru_stime:.0f} s of CPU"
    )
    for fault in faults:
        print(f"  {fault}")
    return 1 if faults else 0


@contextmanager
def system() -> Iterator[tuple[Sistema, dict[str, int]]]:
    """The services on a primary with a replica, and where each role serves its metrics."""
    with server_folder() as folder, start_postgres(folder, **_ARCHIVING) as primary:
        asyncio.run(prepare(primary.admin_url(), DATABASE))
        with start_replica(primary, folder) as replica:
            first = next(port for port in iter(free_port, None) if _free(port))
            settings = {
                "FISCALXML_DATABASE_URL": primary.owner_url(DATABASE),
                "FISCALXML_DATABASE_REPLICA_URL": replica.owner_url(DATABASE),
                "FISCALXML_METRICS_PORT": str(first),
                # Whose end is told; the servers here speak no TLS.
                "FISCALXML_CA_FILE": str(new_authority(folder, "de-dentro").ca),
                "FISCALXML_LOG_LEVEL": "WARNING",
            }
            with start_system(workers=1, settings=settings) as sistema:
                ports = dict(zip(_ROLES, itertools.count(first), strict=False))
                yield sistema, ports


def _settle(prometheus: Prometheus, began: float) -> None:
    """Until all is told and each query has an answer, or has had its time."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and (
        any(_untold(prometheus, time.time())) or any(_unanswered(prometheus, began, time.time()))
    ):
        time.sleep(1.0)
    time.sleep(_TWO_SCRAPES)


def _free(first: int) -> bool:
    return is_free(first, len(_ROLES))


def _scraped(prometheus: Prometheus) -> Iterator[str]:
    for job, error in prometheus.down().items():
        yield f"not scraped: {job}: {error}"


def _unanswered(prometheus: Prometheus, began: float, ended: float) -> Iterator[str]:
    for each in queries(VALUES):
        if any(part in each.expr for part in WITHOUT):
            continue
        try:
            if not prometheus.has_data(each.expr, began, ended, instant=each.instante):
                yield f"no data: {each.painel}: {each.expr}"
        except AssertionError as error:
            yield f"no query: {each.painel}: {error}"


def _untold(prometheus: Prometheus, at: float) -> Iterator[str]:
    """Families that no role has told of at any time."""
    for linha in families():
        name = f"{linha.nome}_count" if linha.tipo == "histograma" else linha.nome
        if not prometheus.ask(f"count(last_over_time({name}[5m]))", at):
            yield f"never told: {name}"


def _silent(prometheus: Prometheus, at: float) -> Iterator[str]:
    """Services without requests, roles without connections or processes."""
    for series, jobs in (
        ("http_server_request_duration_seconds_count", SERVICOS),
        ('pool_size{pool="banco"}', _ROLES),
        ("role_memory_bytes", _ROLES),
    ):
        told = prometheus.ask(f"count by (job) (last_over_time({series}[5m]))", at)
        for job in set(jobs) - {each["metric"]["job"] for each in told}:
            yield f"never told: {series} of {job}"


def _too_many(prometheus: Prometheus, at: float) -> Iterator[str]:
    """Series of a family beyond its limit; `other` of all labels is one more."""
    buckets = {
        family.metric._name: len(family.metric._upper_bounds)
        for family in FAMILIES
        if isinstance(family.metric, Histogram)
    }
    all_series = 0
    for linha in families():
        names = f"{linha.nome}(_bucket|_count|_sum|_created)?"
        counted = prometheus.ask(
            f'count by (job) (last_over_time({{__name__=~"{names}"}}[5m]))', at
        )
        each = linha.limite + 1
        most = each * (buckets[linha.nome] + 3) if linha.nome in buckets else each
        for series in counted:
            number = int(series["value"][1])
            all_series += number
            if number > most:
                yield f"too many series: {linha.nome} of {series['metric']['job']}: {number}"
    print(f"{all_series} series of {len(list(families()))} families")


def _indiscreet(prometheus: Prometheus) -> Iterator[str]:
    """Values of labels that are neither words nor, where they may be, ids."""
    for label, values in prometheus.label_values().items():
        for value in values:
            if label not in _OURS and not _may_be_told(label, value):
                yield f"told: {label}={value}"


def _may_be_told(label: str, value: str) -> bool:
    if label == _IDS and value != "other":
        return str(UUID(value)) == value
    return is_word(value)


if __name__ == "__main__":
    sys.exit(main())
