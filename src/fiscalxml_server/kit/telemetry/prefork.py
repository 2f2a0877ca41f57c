"""Telemetry of a Celery worker: its parent serves metrics, its children do and record the work.

A child begins to trace after its fork and delivers its spans before it ends: the contributed
instrumentation loses them when a child is recycled.
"""

from __future__ import annotations

from typing import Any

from celery import signals

from fiscalxml_server.kit.telemetry.logs import configure_logging
from fiscalxml_server.kit.telemetry.process import close, configure_child, configure_parent


def connect_celery(papel: str) -> None:
    """Called where the Celery application is made; does nothing until a worker starts."""

    def logging_is_ours(**_: Any) -> None:
        configure_logging(papel)

    def parent_starts(**_: Any) -> None:
        configure_parent(papel)

    def child_starts(**_: Any) -> None:
        configure_child(papel)

    def child_ends(**_: Any) -> None:
        close()

    signals.setup_logging.connect(logging_is_ours, weak=False)
    signals.worker_init.connect(parent_starts, weak=False)
    signals.worker_process_init.connect(child_starts, weak=False)
    signals.worker_process_shutdown.connect(child_ends, weak=False)
