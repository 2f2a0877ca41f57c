"""The only fields that may leave the process in a log line or a span, each with its type.

A list of what is allowed, since what must not leave (CPF, names, XML, credentials) has no shape
that a list of what is forbidden could hold. A field that is not here is dropped; a value that is
not of its field's type is replaced by `OMITTED`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

Value = str | int | float
OMITTED = "(omitido)"

_WORD = re.compile(r"[A-Za-z0-9_.:/{}-]{1,120}")
_NEVER = re.compile(r"\d[\d./-]{9,}\d|fx_(?:live|test|dev)_\w*")
"""CPF (11 digits), CNPJ, chave, telephone: bare or with their punctuation; an API key"""


def mask(text: str) -> str:
    """The text without what may be the number of a person or a company, or an API key."""
    return _NEVER.sub(OMITTED, text)


def word(value: object) -> str:
    """A code, a type, a route template: one short ASCII word without any of those."""
    return _known(str(value))


def is_word(text: str) -> bool:
    """Whether it is one; for what each caller has its own of."""
    return _WORD.fullmatch(text) is not None and _NEVER.search(text) is None


@lru_cache(maxsize=1024)
def _known(text: str) -> str:
    """Words are of closed sets: each is looked at once."""
    return text if is_word(text) else OMITTED


def identifier(value: object) -> str:
    """A UUID."""
    if isinstance(value, UUID):
        return str(value)
    try:
        return str(UUID(str(value)))
    except ValueError:
        return OMITTED


def number(value: object) -> int | float | str:
    """A count, a size, a duration."""
    return value if isinstance(value, int | float) else OMITTED


# Medida: registros-sem-dados
FIELDS: Mapping[str, tuple[str, Callable[[object], Value]]] = {
    "event_dataset": ("event.dataset", word),
    "event_action": ("event.action", word),
    "event_outcome": ("event.outcome", word),
    "event_duration": ("event.duration", number),  # nanoseconds
    "organization_id": ("organization.id", identifier),
    "request_id": ("http.request.id", word),
    "method": ("http.request.method", word),
    "request_bytes": ("http.request.body.bytes", number),
    "status": ("http.response.status_code", number),
    "response_bytes": ("http.response.body.bytes", number),
    "route": ("url.path", word),  # the template
    "error_type": ("error.type", word),
    "error_code": ("error.code", word),
    "job_id": ("fiscalxml.job.id", identifier),
    "job_type": ("fiscalxml.job.type", word),
    "job_attempt": ("fiscalxml.job.attempt", number),
    "batch_id": ("fiscalxml.batch.id", identifier),
    "document_id": ("fiscalxml.document.id", identifier),
    "document_type": ("fiscalxml.document.type", word),
    "verdict": ("fiscalxml.document.verdict", word),
    "outcome": ("fiscalxml.document.outcome", word),
    "rule": ("fiscalxml.rule", word),
    "rule_set": ("fiscalxml.rule_set", word),
    "webhook_id": ("fiscalxml.webhook.id", identifier),
    "notification_id": ("fiscalxml.notification.id", identifier),
    "delivery_attempt": ("fiscalxml.delivery.attempt", number),
    "part": ("fiscalxml.part", word),  # of the system: a server, a process, a table
    "count": ("fiscalxml.count", number),
    "bytes": ("fiscalxml.bytes", number),
    "seconds": ("fiscalxml.seconds", number),
}
"""keyword in code → name in ECS and OpenTelemetry, type"""


def allowed(fields: Iterable[tuple[str, Any]]) -> dict[str, Value]:
    """The fields that may leave, under their outer names; None means absent."""
    kept: dict[str, Value] = {}
    for key, value in fields:
        if value is not None and (field := FIELDS.get(key)) is not None:
            kept[field[0]] = field[1](value)
    return kept
