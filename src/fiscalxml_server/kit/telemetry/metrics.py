"""Metrics: rate, errors and duration of requests and jobs; what was judged and found.

Call the functions; the families are for reading. Label values are short words from closed sets
(a type, a code, a route template); each family has a limit of distinct values, above which, or
for a value that is no such word, the label says `other`.
"""

from __future__ import annotations

from time import perf_counter
from types import TracebackType
from typing import Generic, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from fiscalxml_server.kit.telemetry.fields import OMITTED, word

OTHER = "other"
REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
"""of the semantic conventions; 0.1 is our objective"""
JOB_SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
_LAST_ATTEMPT = 9

REGISTRY = CollectorRegistry()
"""where the families are when one process serves its own"""

Metric = TypeVar("Metric", Counter, Gauge, Histogram)


class Family(Generic[Metric]):
    """A metric with labels whose children are looked up in a dictionary, and limited."""

    def __init__(self, metric: Metric, limit: int) -> None:
        self.metric: Metric = metric
        self.limit = limit
        """of children; beyond it, what comes is counted together"""
        self._children: dict[tuple[str, ...], Metric] = {}

    def at(self, *labels: str) -> Metric:
        """The child with these label values, in the order of the family's names."""
        child = self._children.get(labels)
        return self._make(labels) if child is None else child

    def forget(self) -> None:
        """Drops the children, whose values live where they were made."""
        self._children.clear()
        self.metric.clear()

    def _make(self, labels: tuple[str, ...]) -> Metric:
        words = tuple(OTHER if (text := word(label)) == OMITTED else text for label in labels)
        if words not in self._children and len(self._children) >= self.limit:
            words = (OTHER,) * len(labels)
        child: Metric = self.metric.labels(*words)
        if words == labels:
            self._children[labels] = child
        return child


requests = Family(
    Histogram(
        "http_server_request_duration_seconds",
        "Duration of HTTP requests, until the last byte of the answer.",
        ["http_request_method", "http_route", "http_response_status_code"],
        buckets=REQUEST_SECONDS,
        registry=REGISTRY,
    ),
    limit=1000,
)
requests_in_flight = Family(
    Gauge(
        "http_server_active_requests",
        "HTTP requests being served.",
        ["http_request_method"],
        multiprocess_mode="livesum",
        registry=REGISTRY,
    ),
    limit=16,
)
documents = Family(
    Counter(
        "documents_total",
        "Documents that reached an outcome; `validado` is one that was judged and is not kept.",
        ["tipo", "veredito", "desfecho"],
        registry=REGISTRY,
    ),
    limit=1000,
)
findings = Family(
    Counter("findings_total", "Findings of the rules.", ["codigo"], registry=REGISTRY),
    limit=3000,
)
jobs = Family(
    Histogram(
        "job_duration_seconds",
        "Duration of one attempt of a job.",
        ["job_type", "outcome"],
        buckets=JOB_SECONDS,
        registry=REGISTRY,
    ),
    limit=200,
)
job_attempts = Family(
    Counter(
        "job_attempts_total",
        "Attempts of jobs that began, by their number.",
        ["job_type", "attempt"],
        registry=REGISTRY,
    ),
    limit=200,
)
processes = Family(
    Gauge(
        "worker_processes",
        "Processes that do jobs: `idle` and `busy` add up to all.",
        ["state"],
        multiprocess_mode="livesum",
        registry=REGISTRY,
    ),
    limit=2,
)
busy_seconds = Family(
    Counter(
        "worker_busy_seconds_total",
        "Time spent in jobs; its rate over the sum of worker_processes is the busy ratio.",
        ["job_type"],
        registry=REGISTRY,
    ),
    limit=200,
)
build = Family(
    Gauge(
        "build_info",
        "What runs: always 1, for each version and role of which there is a process.",
        ["version", "role"],
        multiprocess_mode="livemax",
        registry=REGISTRY,
    ),
    limit=20,
)
FAMILIES = (
    build,
    requests,
    requests_in_flight,
    documents,
    findings,
    jobs,
    job_attempts,
    processes,
    busy_seconds,
)


def count_document(tipo: str, veredito: str, desfecho: str, count: int = 1) -> None:
    """Documents that reached an outcome."""
    documents.at(tipo, veredito, desfecho).inc(count)


def count_finding(codigo: str, count: int = 1) -> None:
    """Findings of one rule."""
    findings.at(codigo).inc(count)


def offer_process() -> None:
    """This process does jobs from now on."""
    processes.at("idle").set(1)
    processes.at("busy").set(0)


class Work:
    """One attempt of a job: counted at its start, timed at its end. See `work`."""

    __slots__ = ("_began", "_job_type", "outcome")

    def __init__(self, job_type: str, attempt: int) -> None:
        self._job_type = job_type
        self._began = 0.0
        self.outcome = "done"
        """a word; `error` when an exception leaves the block"""
        job_attempts.at(job_type, str(min(attempt, _LAST_ATTEMPT))).inc()

    def __enter__(self) -> Work:
        self._began = perf_counter()
        processes.at("idle").set(0)
        processes.at("busy").set(1)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        seconds = perf_counter() - self._began
        if error is not None:
            self.outcome = "error"
        jobs.at(self._job_type, self.outcome).observe(seconds)
        busy_seconds.at(self._job_type).inc(seconds)
        offer_process()


def work(job_type: str, attempt: int) -> Work:
    """A context manager around one attempt (from 1) of a job in a worker process."""
    return Work(job_type, attempt)
