"""What the canary measures."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from fiscalxml_server.kit.telemetry.metrics import REGISTRY, Family

ROUND_SECONDS: Final = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60)

rounds = Family(
    Counter(
        "canary_rounds_total",
        "Rounds of the canary, by their outcome: `ok`, or the step that failed.",
        ["outcome"],
        registry=REGISTRY,
    ),
    limit=16,
)
steps = Family(
    Histogram(
        "canary_step_duration_seconds",
        "Duration of each step of a round that did not fail before its end; `all` is the round.",
        ["step"],
        buckets=ROUND_SECONDS,
        registry=REGISTRY,
    ),
    limit=16,
)
last_success = Gauge(
    "canary_last_success_timestamp_seconds",
    "When the last round ended that went well; 0 before the first.",
    registry=REGISTRY,
)
certificates = Family(
    Gauge(
        "canary_certificate_expiry_timestamp_seconds",
        "When the certificate ends that an address of the service shows.",
        ["service"],
        registry=REGISTRY,
    ),
    limit=4,
)
