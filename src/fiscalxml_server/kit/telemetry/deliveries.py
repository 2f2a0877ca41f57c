"""Metrics of webhooks: what attempts come to, how soon the first is made, whom nobody calls."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

from fiscalxml_server.kit.telemetry.metrics import REGISTRY, Family

ATTEMPT_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30)
DELAY_SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)

attempts = Family(
    Counter(
        "webhook_attempts_total",
        "Attempts to deliver, by the code of the answer, or the word for why there was none.",
        ["outcome"],
        registry=REGISTRY,
    ),
    limit=100,
)
delays = Family(
    Histogram(
        "webhook_delay_seconds",
        "From when a delivery became due for the first time to its first attempt.",
        ["ordered"],
        buckets=DELAY_SECONDS,
        registry=REGISTRY,
    ),
    limit=2,
)
durations = Family(
    Histogram(
        "webhook_attempt_duration_seconds",
        "How long an attempt took, by whether it delivered.",
        ["delivered"],
        buckets=ATTEMPT_SECONDS,
        registry=REGISTRY,
    ),
    limit=2,
)
ended = Family(
    Counter(
        "webhook_deliveries_total",
        "Deliveries that came to an end: delivered (`entregue`) or given up (`falhou`).",
        ["situacao"],
        registry=REGISTRY,
    ),
    limit=2,
)
lanes = Family(
    Gauge(
        "webhook_lanes",
        "Subscriptions that a process has in memory: of which breakers are `open`, and `all`.",
        ["state"],
        multiprocess_mode="livesum",
        registry=REGISTRY,
    ),
    limit=2,
)
slices = Family(
    Gauge(
        "webhook_slices",
        "Slices of the subscriptions that processes hold (`held`); nobody delivers what is in the"
        " others.",
        ["state"],
        multiprocess_mode="livesum",
        registry=REGISTRY,
    ),
    limit=1,
)
FAMILIES = (attempts, delays, durations, ended, lanes, slices)


def count_attempt(outcome: int | str, seconds: float, *, delivered: bool) -> None:
    """One attempt that ended."""
    attempts.at(str(outcome)).inc()
    durations.at("yes" if delivered else "no").observe(seconds)


def count_end(situacao: str) -> None:
    """One delivery of which no attempt is made any more."""
    ended.at(situacao).inc()


def observe_delay(seconds: float, *, ordered: bool) -> None:
    """Of one delivery, at its first attempt."""
    delays.at("yes" if ordered else "no").observe(max(0.0, seconds))


def set_lanes(count: int, opened: int, held: int) -> None:
    """How many there are, and of how many the breaker is open; how many slices are held."""
    lanes.at("all").set(count)
    lanes.at("open").set(opened)
    slices.at("held").set(held)
