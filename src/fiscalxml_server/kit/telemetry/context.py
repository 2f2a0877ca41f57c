"""Where this request or job stands: its trace, its span, and the fields of its log lines.

Made for every request and job, sampled or not: the log lines of the API and of the workers carry
one `trace.id`, and `current_traceparent` takes it (W3C Trace Context) from one to the other.
"""

from __future__ import annotations

import random
import re
from contextvars import ContextVar
from typing import Any

from fiscalxml_server.kit.telemetry.fields import Value, allowed

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?")
_FORBIDDEN_VERSION = "ff"
_VERSION = "00"
_LENGTH = 55
"""of that version; a later one may have more"""
_SAMPLED = 1


class Context:
    """One position in a trace. Spans inside one another share `fields`."""

    __slots__ = ("fields", "sampled", "span_id", "trace_id")

    def __init__(
        self, trace_id: str, span_id: str, sampled: bool, fields: dict[str, Value]
    ) -> None:
        self.trace_id = trace_id
        self.span_id = span_id
        self.sampled = sampled
        self.fields = fields

    def traceparent(self) -> str:
        """What a caller sends so that the other side goes on with this trace."""
        return f"00-{self.trace_id}-{self.span_id}-{'01' if self.sampled else '00'}"


current: ContextVar[Context | None] = ContextVar("fiscalxml_telemetry", default=None)


def new_context(*, sampled: bool) -> Context:
    """The beginning of a trace."""
    bits = random.getrandbits(192)
    digits = f"{bits:048x}"
    return Context(digits[:32], digits[32:], sampled, {})


def read_traceparent(text: str | None) -> Context | None:
    """The caller's position; None when there is none or it is malformed."""
    if text is None:
        return None
    found = _TRACEPARENT.fullmatch(text)
    if found is None or text.startswith(_FORBIDDEN_VERSION):
        return None
    if text.startswith(_VERSION) and len(text) != _LENGTH:
        return None
    trace_id, span_id, flags = found.groups()
    if not trace_id.strip("0") or not span_id.strip("0"):
        return None
    return Context(trace_id, span_id, bool(int(flags, 16) & _SAMPLED), {})


def current_traceparent() -> str | None:
    """Of this request or job, for `span(..., parent=…)` elsewhere; None outside of both."""
    context = current.get()
    return None if context is None else context.traceparent()


def bind(**fields: Any) -> None:
    """Adds fields (see `fields.FIELDS`) to every later log line of this request or job.

    Works from dependencies and threads too: they share the fields, not a copy.
    """
    context = current.get()
    if context is not None:
        context.fields.update(allowed(fields.items()))
