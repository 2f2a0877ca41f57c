"""A Celery application whose children end after one task. Its broker is a folder."""

from __future__ import annotations

import os

from celery import Celery

from fiscalxml_server.kit.telemetry.prefork import connect_celery

from .job import run

_folder = os.environ["EXAMPLE_QUEUE"]
app = Celery("example", broker="filesystem://")
app.conf.update(
    broker_transport_options={"data_folder_in": _folder, "data_folder_out": _folder},
    worker_max_tasks_per_child=1,
    worker_concurrency=2,
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
)
connect_celery("worker")


@app.task(name="job")  # type: ignore[untyped-decorator]
def job(traceparent: str) -> None:
    run(traceparent)
