"""Telemetry of a process: ECS logs, Prometheus metrics, OpenTelemetry traces.

    configure(papel)            logs + metrics + traces; `close()` before the process ends
    connect_celery(papel)       the same for a Celery worker and its children (`prefork`)
    TelemetryMiddleware(app)    request id, span, metrics, access line, security headers
    span(name, **fields)        a step; `parent=traceparent` begins a job of another's request
    current_traceparent()       what to keep beside a job so that its trace goes on
    bind(**fields)              fields for the later log lines of this request or job
    work(job_type, attempt)     one attempt of a job, timed and counted
    count_document, count_finding

No CPF, name, credential or piece of a document leaves through any of them: see `fields` (what may
leave), `logs` (messages are constants) and `errors` (what is told of an exception).
"""

from fiscalxml_server.kit.telemetry.context import bind, current_traceparent
from fiscalxml_server.kit.telemetry.metrics import count_document, count_finding, work
from fiscalxml_server.kit.telemetry.middleware import TelemetryMiddleware
from fiscalxml_server.kit.telemetry.process import close, configure
from fiscalxml_server.kit.telemetry.sampled import QueueState, Reading, queue_readings
from fiscalxml_server.kit.telemetry.seen import Seen
from fiscalxml_server.kit.telemetry.traces import SpanKind, span

__all__ = [
    "QueueState",
    "Reading",
    "Seen",
    "SpanKind",
    "TelemetryMiddleware",
    "bind",
    "close",
    "configure",
    "count_document",
    "count_finding",
    "current_traceparent",
    "queue_readings",
    "span",
    "work",
]
