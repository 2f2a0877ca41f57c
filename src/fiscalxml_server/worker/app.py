"""The worker: what Celery's processes do, and how each begins and ends."""

from __future__ import annotations

import resource
from typing import Any, Final

from celery import signals

from fiscalxml_server.api.warming import warm
from fiscalxml_server.kit.profile import refuse_weak
from fiscalxml_server.kit.settings import settings
from fiscalxml_server.kit.telemetry.prefork import connect_celery
from fiscalxml_server.worker.carrier import app
from fiscalxml_server.worker.process import close_process, do, open_process
from fiscalxml_server.worker.registry import TAREFAS

__all__ = ["app"]

PAPEL: Final = "worker"

refuse_weak(settings(), PAPEL)
connect_celery(PAPEL)


for _tarefa in TAREFAS.values():
    _limit = _tarefa.segundos or settings().job_time_limit_seconds
    app.task(name=_tarefa.tipo, time_limit=_limit)(do)


def _parent_starts(**_: Any) -> None:
    warm()  # before the forks: the children share what was read, and one that is replaced is ready


def _child_starts(**_: Any) -> None:
    limit = settings().worker_memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    open_process(settings())


def _child_ends(**_: Any) -> None:
    close_process()


signals.worker_init.connect(_parent_starts, weak=False)
signals.worker_process_init.connect(_child_starts, weak=False)
signals.worker_process_shutdown.connect(_child_ends, weak=False)
