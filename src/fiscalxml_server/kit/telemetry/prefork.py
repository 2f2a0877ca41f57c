"""Telemetry of a Celery worker: its parent serves metrics, its children do and record the work.

A child begins to trace after its fork and delivers its spans before it ends: the contributed
instrumentation loses them when a child is recycled.
"""

from __future__ import annotations

from typing import Any

from celery import signals

from fiscalxml_server.kit.telemetry.logs import configure_logging
from fiscalxml_server.kit.telemetry.metrics import leave_metrics, offer_process
from fiscalxml_server.kit.telemetry.process import configure_parent
from fiscalxml_server.kit.telemetry.traces import configure_traces, flush_traces


def connect_celery(papel: str) -> None:
    """Called where the Celery application is made; does nothing until a worker starts."""

    def logging_is_ours(**_: Any) -> None:
        configure_logging(papel)

    def parent_starts(**_: Any) -> None:
        configure_parent(papel)

    def child_starts(**_: Any) -> None:
        configure_traces(papel)
        offer_process()

    def child_ends(**_: Any) -> None:
        flush_traces()
        leave_metrics()

    signals.setup_logging.connect(logging_is_ours, weak=False)
    signals.worker_init.connect(parent_starts, weak=False)
    signals.worker_process_init.connect(child_starts, weak=False)
    signals.worker_process_shutdown.connect(child_ends, weak=False)
