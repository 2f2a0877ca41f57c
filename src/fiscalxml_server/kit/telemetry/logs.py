"""Logs: one JSON object a line on the standard output, in the Elastic Common Schema.

A message is a constant: `logger.info("lote aberto", extra={"batch_id": lote, "count": n})`; data
goes in the fields of `fields.FIELDS`. The arguments of `%s` are never written, ours or a
library's, nor a library's message without arguments, which may be formatted already: both may hold
what the caller sent. The logger, file and line say where. Of exceptions, see `errors.describe`.

Written with msgspec: `ecs_logging.StdlibFormatter` takes three times as long per line.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import warnings
from datetime import UTC, datetime
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

import msgspec

from fiscalxml_server.kit.settings import settings
from fiscalxml_server.kit.telemetry.context import current
from fiscalxml_server.kit.telemetry.errors import describe, short_path
from fiscalxml_server.kit.telemetry.fields import OMITTED, Value, allowed, mask

if TYPE_CHECKING:
    UnraisableHookArgs = sys.UnraisableHookArgs

ECS_VERSION = "8.17.0"
OUR_LOGGERS = ("fiscalxml", "fiscalxml_server", "fiscalxml_ops")
_PLAIN_SPOKEN = (*OUR_LOGGERS, "_granian")
"""loggers whose messages without arguments are known to be constants (of granian, line one)"""
_MAX_MESSAGE = 200

logger = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode


class EcsFormatter(logging.Formatter):
    """Formats a record of the process's role (`api`, `worker`, `relay`)."""

    def __init__(self, papel: str) -> None:
        super().__init__()
        self._constant: dict[str, Value] = {
            "ecs.version": ECS_VERSION,
            "service.name": f"fiscalxml-{papel}",
            "event.dataset": f"fiscalxml.{papel}",
        }

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "@timestamp": _timestamp(record.created),
            "log.level": record.levelname.lower(),
            "message": _message(record),
            "log.logger": record.name,
            "process.pid": os.getpid(),
            **self._constant,
        }
        context = current.get()
        if context is not None:
            line["trace.id"] = context.trace_id
            line["span.id"] = context.span_id
            line.update(context.fields)
        given = record.__dict__
        line.update(allowed(given.items()))
        if record.levelno >= logging.WARNING:
            line["log.origin.file.name"] = record.filename
            line["log.origin.file.line"] = record.lineno
        if record.exc_info and record.exc_info[1] is not None:
            line.update(describe(record.exc_info[1]))
        return _encode(line).decode()


def configure_logging(papel: str) -> None:
    """Every logger of the process writes through one formatter. Libraries from WARNING on."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(EcsFormatter(papel))
    _silence_other_handlers()
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OUR_LOGGERS:
        logging.getLogger(name).setLevel(settings().log_level.upper())
    warnings.showwarning = _warned
    # What no line tells is not looked up for each.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.raiseExceptions = False  # logging itself prints the arguments of a line that fails
    sys.excepthook = _uncaught
    sys.unraisablehook = _unraisable
    threading.excepthook = _uncaught_in_thread


def _silence_other_handlers() -> None:
    """Servers install theirs before the application loads; they would write messages as given."""
    for known in list(logging.root.manager.loggerDict.values()):
        if isinstance(known, logging.Logger):
            known.handlers.clear()
            known.propagate = True
            known.setLevel(logging.NOTSET)


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _message(record: logging.LogRecord) -> str:
    """The template, of one line; a message is not always a text."""
    if not isinstance(record.msg, str):
        return OMITTED
    if not record.args and record.name.partition(".")[0] not in _PLAIN_SPOKEN:
        return OMITTED
    return _told(record.msg)


@lru_cache(maxsize=256)
def _told(template: str) -> str:
    return mask(template.partition("\n")[0][:_MAX_MESSAGE])


def _warned(
    message: Warning | str,  # noqa: ARG001  the library's signature; may quote data
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> None:
    where = {"error_type": category.__name__, "part": f"{short_path(filename)}:{lineno}"}
    logger.warning("warning", extra=where)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logger.critical("uncaught exception", exc_info=(kind, error, trace))


def _uncaught_in_thread(found: threading.ExceptHookArgs) -> None:
    if found.exc_value is not None and found.exc_type is not SystemExit:
        logger.critical("uncaught exception in a thread", exc_info=found.exc_value)


def _unraisable(found: UnraisableHookArgs) -> None:
    logger.error("exception where none can be raised", exc_info=found.exc_value)
