"""Celery, which carries ids of jobs to processes that do them.

Nothing depends on what the broker remembers: a message is acknowledged when it is taken, a job
that is lost on the way is published again (`worker.relay`), and one that comes twice is done once.

Whoever only sends (the relay) needs no more than this; what the jobs do is in `worker.app`.
"""

from __future__ import annotations

from typing import Final

from celery import Celery

from fiscalxml_server.kit.settings import settings
from fiscalxml_server.kit.tls import redis_url

FILA: Final = "celery"

app = Celery("fiscalxml", broker=redis_url(settings(), settings().broker_url))
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
