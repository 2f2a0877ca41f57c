"""Begin and end of a process's telemetry."""

from __future__ import annotations

from http.server import ThreadingHTTPServer

from fiscalxml_server.kit.settings import settings
from fiscalxml_server.kit.telemetry.joining import configure_metrics, leave_metrics
from fiscalxml_server.kit.telemetry.logs import configure_logging
from fiscalxml_server.kit.telemetry.metrics import offer_process
from fiscalxml_server.kit.telemetry.sampled import CERTIFICATE_END, Reading, ReadState
from fiscalxml_server.kit.telemetry.serving import serve_metrics
from fiscalxml_server.kit.telemetry.traces import (
    configure_traces,
    flush_traces,
    load_exporter,
)
from fiscalxml_server.kit.tls import authority_end


class _Serving:
    """The server of this process, or of the one it was forked from."""

    server: ThreadingHTTPServer | None = None


def configure(papel: str, *, read_state: ReadState | None = None) -> None:
    """Logs, metrics and traces of a process that does its role's work itself.

    In the process itself, after any fork. Raises OSError where the folder of the metrics or
    their port cannot be used, or the authority cannot be read.
    """
    configure_parent(papel, read_state=read_state)
    configure_traces(papel)


def configure_parent(papel: str, *, read_state: ReadState | None = None) -> None:
    """Logs and metrics only, for a process that forks those that do the work."""
    configure_logging(papel)
    folder = configure_metrics(papel)
    port = settings().metrics_port
    if port is not None:
        _Serving.server = serve_metrics(
            port, folder, with_authority(read_state), host=settings().metrics_host
        )
    load_exporter()


def with_authority(read_state: ReadState | None) -> ReadState | None:
    """What is told, and until when the authority is good that this process has read: a file that
    was replaced since is not what it believes."""
    end = authority_end(settings())
    if end is None:
        return read_state
    believed = Reading(CERTIFICATE_END, ("autoridade",), end)
    return lambda: [believed, *(read_state() if read_state else ())]


def configure_child(papel: str) -> None:
    """For a process that was forked from a configured parent and does jobs."""
    if _Serving.server is not None:
        # Nobody answers here: a child that outlives its parent must not hold the port.
        _Serving.server.socket.close()
    configure_traces(papel)
    offer_process()


def close() -> None:
    """Before the process ends: spans are delivered, gauges go."""
    flush_traces()
    leave_metrics()
