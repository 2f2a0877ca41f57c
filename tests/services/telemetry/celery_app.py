"""A Celery application whose children end after one task. Its broker is a folder."""

from __future__ import annotations

import os

from celery import Celery

from fiscalxml_server.kit.telemetry.prefork import connect_celery

from .job import run


def make_app(folder: str) -> Celery:
    """An application whose queue is in the folder."""
    made = Celery("example", broker="filesystem://")
    made.conf.update(
        broker_transport_options={
            "data_folder_in": folder,
            "data_folder_out": folder,
            "control_folder": f"{folder}/control",
            "polling_interval": 0.05,
        },
        worker_max_tasks_per_child=1,
        worker_concurrency=2,
        worker_prefetch_multiplier=1,
        task_acks_late=True,
    )
    return made


app = make_app(os.environ.get("EXAMPLE_QUEUE", ""))
connect_celery("worker")


@app.task(name="job")  # type: ignore[untyped-decorator]
def job(traceparent: str) -> None:
    run(traceparent)


@app.task(name="broken")  # type: ignore[untyped-decorator]
def broken(traceparent: str, name: str) -> None:
    run(traceparent)
    raise ValueError(name)
