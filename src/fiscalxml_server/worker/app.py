"""The Celery application: it carries ids of jobs to processes that do them.

Nothing depends on what the broker remembers: a message is acknowledged when it is taken, a job
that is lost on the way is published again (`worker.relay`), and one that comes twice is done once.
"""

from __future__ import annotations

import resource
from typing import Any

from celery import Celery, signals

from fiscalxml_server.api.lotes.opening import ABRIR, PROCESSAR
from fiscalxml_server.kit.settings import settings
from fiscalxml_server.kit.telemetry.prefork import connect_celery
from fiscalxml_server.worker.process import close_process, do, open_process

PAPEL = "worker"
FILA = "celery"
_OPENING_SECONDS = (
    4 * 3600
)  # a lote of 5 GB; a reading that stands still loses its lease long before

app = Celery("fiscalxml", broker=settings().broker_url.get_secret_value())
app.conf.update(
    task_default_queue=FILA,
    task_ignore_result=True,
    task_acks_late=False,
    worker_prefetch_multiplier=1,
    worker_disable_prefetch=True,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    worker_max_tasks_per_child=500,
    # A child that warms up on a busy machine is not dead; by default it is killed after 4 s.
    worker_proc_alive_timeout=60,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={"socket_timeout": 10, "socket_connect_timeout": 5},
    task_serializer="json",
    accept_content=["json"],
)
connect_celery(PAPEL)


app.task(name=ABRIR, time_limit=_OPENING_SECONDS)(do)
app.task(name=PROCESSAR, time_limit=settings().job_time_limit_seconds)(do)


def _child_starts(**_: Any) -> None:
    limit = settings().worker_memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    open_process(settings())


def _child_ends(**_: Any) -> None:
    close_process()


signals.worker_process_init.connect(_child_starts, weak=False)
signals.worker_process_shutdown.connect(_child_ends, weak=False)
