"""A process of its own that goes on with the trace of a request: `python -m … TRACEPARENT`."""

from __future__ import annotations

import logging
import sys

from fiscalxml_server.kit import telemetry

logger = logging.getLogger("fiscalxml_server.job")


def run(traceparent: str | None) -> None:
    """A job with one step."""
    with telemetry.span("job", parent=traceparent, kind=telemetry.SpanKind.CONSUMER, job_type="x"):
        telemetry.bind(job_type="x")
        with telemetry.work("x", attempt=1), telemetry.span("step"):
            logger.info("job done")


if __name__ == "__main__":
    telemetry.configure("worker")
    run(sys.argv[1])
    telemetry.close()
