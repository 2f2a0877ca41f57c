"""`/metrics`, on loopback unless set otherwise, for all processes of a role.

Every process of a role may serve it on the same port (the kernel gives each scrape to one of
them): each sees the folder that all write to, and none is needed more than another.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from threading import Thread

from prometheus_client import CollectorRegistry, MetricsHandler
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from fiscalxml_server.kit.telemetry.footprint import footprint
from fiscalxml_server.kit.telemetry.metrics import REGISTRY
from fiscalxml_server.kit.telemetry.sampled import Reading, ReadState
from fiscalxml_server.kit.telemetry.sharing import SharedFolder

logger = logging.getLogger(__name__)
LOOPBACK = "127.0.0.1"


class _StateCollector(Collector):
    def __init__(self, read: ReadState) -> None:
        self._read = read

    def collect(self) -> Iterator[Metric]:
        try:
            readings = list(self._read())
        except Exception:  # the other metrics are worth more than a scrape that fails
            logger.exception("what is told beside the counters cannot be read")
            readings = []
        families: dict[str, GaugeMetricFamily | CounterMetricFamily] = {}
        for of, labels, value in readings:
            if of.name not in families:
                kind = GaugeMetricFamily if of.kind == "gauge" else CounterMetricFamily
                families[of.name] = kind(of.name, of.documentation, labels=of.labels)
            families[of.name].add_metric(labels, value)
        yield from families.values()


class _FolderCollector(Collector):
    def __init__(self, folder: SharedFolder) -> None:
        self._folder = folder

    def collect(self) -> Iterator[Metric]:
        with self._folder.settled():
            collector = MultiProcessCollector(None, str(self._folder.path))
            yield from collector.collect()


def _footprint(folder: SharedFolder | None) -> list[Reading]:
    """Of this process and those that share its folder."""
    return footprint({os.getpid()} | (set() if folder is None else folder.processes()))


class _Server(ThreadingHTTPServer):
    allow_reuse_port = True
    daemon_threads = True


def serve_metrics(
    port: int,
    folder: SharedFolder | None,
    read_state: ReadState | None = None,
    *,
    host: str = LOOPBACK,
) -> ThreadingHTTPServer:
    """Serves from a thread of this process. `read_state` is called at each scrape, in a thread.

    Raises OSError where the port is taken by another program.
    """
    registry = CollectorRegistry()
    registry.register(REGISTRY if folder is None else _FolderCollector(folder))
    registry.register(_StateCollector(partial(_footprint, folder)))
    if read_state is not None:
        registry.register(_StateCollector(read_state))
    server = _Server((host, port), MetricsHandler.factory(registry))
    Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server
