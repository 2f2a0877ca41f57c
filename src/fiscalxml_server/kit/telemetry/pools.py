"""What there is only so much of in a process: how much, how much of it is used, who waits for it.

The same families for all pools, so that one panel and one alert tell of each.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Final

from prometheus_client import Gauge, Histogram

from fiscalxml_server.kit.telemetry.metrics import REGISTRY, Family

WAIT_SECONDS: Final = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10)

BANCO: Final = "banco"
REPLICA: Final = "banco_replica"
CORPOS: Final = "corpos_grandes"
EXPORTACOES: Final = "exportacoes_diretas"
IMPRESSORAS: Final = "impressoras"
ENTREGAS: Final = "entregas"
POOLS: Final = (BANCO, REPLICA, CORPOS, EXPORTACOES, IMPRESSORAS, ENTREGAS)


def _gauge(name: str, documentation: str) -> Family[Gauge]:
    gauge = Gauge(name, documentation, ["pool"], multiprocess_mode="livesum", registry=REGISTRY)
    return Family(gauge, limit=len(POOLS))


sizes = _gauge("pool_size", "How many there are of what a pool has, in all processes.")
in_use = _gauge("pool_in_use", "How many of them are used.")
waiting = _gauge("pool_waiting", "Who waits for one of them.")
waits = Family(
    Histogram(
        "pool_wait_seconds",
        "How long it took to get one.",
        ["pool"],
        buckets=WAIT_SECONDS,
        registry=REGISTRY,
    ),
    limit=len(POOLS),
)
FAMILIES = (sizes, in_use, waiting, waits)


class Pool:
    """One pool of this process. Several of the same name are told as one."""

    __slots__ = ("_name", "_size")

    def __init__(self, name: str, size: int) -> None:
        self._name = name
        self._size = size

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Around getting one. Unless that raises, it is used until `give_back`."""
        sizes.at(self._name).set(self._size)
        queue = waiting.at(self._name)
        queue.inc()
        began = perf_counter()
        try:
            yield
        finally:
            queue.dec()
        waits.at(self._name).observe(perf_counter() - began)
        in_use.at(self._name).inc()

    def give_back(self) -> None:
        """One is free again."""
        in_use.at(self._name).dec()

    def tell(self, used: int, queued: int) -> None:
        """As it is, of a pool that counts by itself."""
        sizes.at(self._name).set(self._size)
        in_use.at(self._name).set(used)
        waiting.at(self._name).set(queued)
