"""Metrics of webhooks: what attempts come to, how soon the first is made, whom nobody calls."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

from fiscalxml_server.kit.telemetry.metrics import REGISTRY, Family

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


def count_attempt(outcome: int | str) -> None:
    """One attempt that ended."""
    attempts.at(str(outcome)).inc()


def observe_delay(seconds: float, *, ordered: bool) -> None:
    """Of one delivery, at its first attempt."""
    delays.at("yes" if ordered else "no").observe(max(0.0, seconds))


def set_lanes(count: int, opened: int) -> None:
    """How many there are, and of how many the breaker is open."""
    lanes.at("all").set(count)
    lanes.at("open").set(opened)
