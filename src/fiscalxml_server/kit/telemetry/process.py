"""Begin and end of a process's telemetry."""

from __future__ import annotations

from fiscalxml_server.kit.settings import settings
from fiscalxml_server.kit.telemetry.logs import configure_logging
from fiscalxml_server.kit.telemetry.metrics import configure_metrics, leave_metrics
from fiscalxml_server.kit.telemetry.serving import ReadQueues, serve_metrics
from fiscalxml_server.kit.telemetry.traces import configure_traces, flush_traces


def configure(papel: str, *, read_queues: ReadQueues | None = None) -> None:
    """Logs, metrics and traces of a process that does its role's work itself.

    In the process itself, after any fork. Raises OSError where the folder of the metrics or
    their port cannot be used.
    """
    configure_parent(papel, read_queues=read_queues)
    configure_traces(papel)


def configure_parent(papel: str, *, read_queues: ReadQueues | None = None) -> None:
    """Logs and metrics only, for a process that forks those that do the work."""
    configure_logging(papel)
    folder = configure_metrics(papel)
    port = settings().metrics_port
    if port is not None:
        serve_metrics(port, folder, read_queues)


def close() -> None:
    """Before the process ends: spans are delivered, gauges go."""
    flush_traces()
    leave_metrics()
