"""`/metrics`, on loopback unless set otherwise, for all processes of a role.

Every process of a role may serve it on the same port (the kernel gives each scrape to one of
them): each sees the folder that all write to, and none is needed more than another.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from http.server import ThreadingHTTPServer
from threading import Thread

import msgspec
from prometheus_client import CollectorRegistry, MetricsHandler
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from fiscalxml_server.kit.telemetry.metrics import REGISTRY
from fiscalxml_server.kit.telemetry.sharing import SharedFolder

logger = logging.getLogger(__name__)
LOOPBACK = "127.0.0.1"


class QueueState(msgspec.Struct, frozen=True):
    """Of one queue: how many wait, and since when the oldest (seconds; 0 when none waits)."""

    name: str
    depth: int
    oldest_seconds: float


ReadQueues = Callable[[], Iterable[QueueState]]


class _QueueCollector(Collector):
    def __init__(self, read: ReadQueues) -> None:
        self._read = read

    def collect(self) -> Iterator[Metric]:
        depth = GaugeMetricFamily("queue_depth", "Jobs that wait.", labels=["queue"])
        oldest = GaugeMetricFamily(
            "queue_oldest_age_seconds", "Age of the oldest job that waits.", labels=["queue"]
        )
        try:
            states = list(self._read())
        except Exception:  # the other metrics are worth more than a scrape that fails
            logger.exception("the state of the queues cannot be read")
            states = []
        for state in states:
            depth.add_metric([state.name], state.depth)
            oldest.add_metric([state.name], state.oldest_seconds)
        yield depth
        yield oldest


class _FolderCollector(Collector):
    def __init__(self, folder: SharedFolder) -> None:
        self._folder = folder

    def collect(self) -> Iterator[Metric]:
        with self._folder.settled():
            collector = MultiProcessCollector(None, str(self._folder.path))
            yield from collector.collect()


class _Server(ThreadingHTTPServer):
    allow_reuse_port = True
    daemon_threads = True


def serve_metrics(
    port: int,
    folder: SharedFolder | None,
    read_queues: ReadQueues | None = None,
    *,
    host: str = LOOPBACK,
) -> ThreadingHTTPServer:
    """Serves from a thread of this process. `read_queues` is called at each scrape, in a thread.

    Raises OSError where the port is taken by another program.
    """
    registry = CollectorRegistry()
    registry.register(REGISTRY if folder is None else _FolderCollector(folder))
    if read_queues is not None:
        registry.register(_QueueCollector(read_queues))
    server = _Server((host, port), MetricsHandler.factory(registry))
    Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server
