"""Traces: OpenTelemetry spans, made by hand where a request or a job begins and at its steps.

The decision to sample is taken here, before the SDK (a parent's decision, else the ratio), since
the SDK spends tens of microseconds on a span that it then drops. So its own sampler keeps all.

`configure_traces` starts a thread, so it is called in the process that does the work, never
before a fork; `flush_traces` before that process ends.
"""

from __future__ import annotations

import random
from contextvars import Token
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from opentelemetry import trace as otel

from fiscalxml_server.kit.settings import settings
from fiscalxml_server.kit.telemetry.context import (
    Context,
    current,
    new_context,
    read_traceparent,
)
from fiscalxml_server.kit.telemetry.errors import type_name
from fiscalxml_server.kit.telemetry.fields import Value, allowed

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider as SdkProvider

SpanKind = otel.SpanKind


class _Inherit:
    """Marks that the parent is the span around this one."""


INHERIT: Final = _Inherit()


class _Tracing:
    """What this process records with; nothing until configured."""

    provider: SdkProvider | None = None
    tracer: otel.Tracer | None = None
    ratio: float = 0.0


def load_exporter() -> None:
    """Imports what `configure_traces` needs, for a process that forks many that record."""
    if settings().otlp_endpoint is not None:
        from fiscalxml_server.kit.telemetry import exporting  # noqa: F401


def configure_traces(papel: str) -> None:
    """Starts recording in this process, where `otlp_endpoint` is set."""
    endpoint, _Tracing.ratio = settings().otlp_endpoint, settings().trace_ratio
    if endpoint is not None:
        from fiscalxml_server.kit.telemetry.exporting import make_provider

        record_with(make_provider(papel, endpoint), _Tracing.ratio)


def record_with(provider: SdkProvider, ratio: float) -> None:
    """Starts recording in this process, with this provider."""
    _Tracing.provider, _Tracing.ratio = provider, ratio
    _Tracing.tracer = provider.get_tracer("fiscalxml_server")


def flush_traces() -> None:
    """Delivers what was recorded and stops; bounded by `exporting.EXPORT_SECONDS` a batch."""
    if _Tracing.provider is not None:
        _Tracing.provider.shutdown()
    _Tracing.provider = _Tracing.tracer = None


class Span:
    """A span that is not recorded: all that is done with it costs nothing."""

    __slots__ = ()

    def __enter__(self) -> Span:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def rename(self, name: str) -> None:
        """For a name that is known late, as a route is."""

    def set(self, **fields: Any) -> None:
        """Attributes, by the keywords of `fields.FIELDS`; others are dropped."""

    def set_standard(self, attributes: dict[str, Value]) -> None:
        """Attributes of the semantic conventions, whose values the caller vouches for."""

    def fail(self, error_type: str) -> None:
        """Marks the span as failed; only the type of the error is told."""


class _Entered(Span):
    """A request or job, or a recorded step of one."""

    __slots__ = ("_context", "_recorded", "_token")

    def __init__(self, context: Context, recorded: otel.Span | None) -> None:
        self._context = context
        self._recorded = recorded
        self._token: Token[Context | None] | None = None

    def __enter__(self) -> Span:
        self._token = current.set(self._context)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._token is not None:
            current.reset(self._token)
        if self._recorded is not None:
            if isinstance(error, Exception):
                self.fail(type_name(error))
            self._recorded.set_attributes(self._context.fields)
            self._recorded.end()

    def rename(self, name: str) -> None:
        if self._recorded is not None:
            self._recorded.update_name(name)

    def set(self, **fields: Any) -> None:
        if self._recorded is not None:
            self._recorded.set_attributes(allowed(fields.items()))

    def set_standard(self, attributes: dict[str, Value]) -> None:
        if self._recorded is not None:
            self._recorded.set_attributes(attributes)

    def fail(self, error_type: str) -> None:
        if self._recorded is not None:
            self._recorded.set_attribute("error.type", error_type)
            self._recorded.set_status(otel.StatusCode.ERROR)


NOTHING: Final = Span()


def span(
    name: str,
    /,
    *,
    parent: str | _Inherit | None = INHERIT,
    kind: SpanKind = SpanKind.INTERNAL,
    **attributes: Any,
) -> Span:
    """A context manager around a step; `attributes` by the keywords of `fields.FIELDS`.

    Without `parent`, a step of the request or job around it. With a traceparent, or None where the
    one who caused it had none, the beginning of a request or job.
    """
    if isinstance(parent, _Inherit):
        around = current.get()
        if around is None or not around.sampled or _Tracing.tracer is None:
            return NOTHING
        return _recorded(_Tracing.tracer, name, around, kind, attributes)
    return _begun(name, read_traceparent(parent), kind, attributes)


def _begun(name: str, caller: Context | None, kind: SpanKind, attributes: dict[str, Any]) -> Span:
    tracer = _Tracing.tracer
    if caller is None:
        sampled = tracer is not None and random.random() < _Tracing.ratio  # noqa: S311
        if not sampled or tracer is None:
            return _Entered(new_context(sampled=False), None)
        return _recorded(tracer, name, None, kind, attributes)
    if caller.sampled and tracer is not None:
        return _recorded(tracer, name, caller, kind, attributes)
    return _Entered(caller, None)


def _recorded(
    tracer: otel.Tracer,
    name: str,
    around: Context | None,
    kind: SpanKind,
    attributes: dict[str, Any],
) -> Span:
    parent = otel.set_span_in_context(otel.INVALID_SPAN if around is None else _remote(around))
    made = tracer.start_span(name, parent, kind, allowed(attributes.items()))
    at = made.get_span_context()
    fields = {} if around is None else around.fields
    here = Context(otel.format_trace_id(at.trace_id), otel.format_span_id(at.span_id), True, fields)
    return _Entered(here, made)


def _remote(context: Context) -> otel.Span:
    return otel.NonRecordingSpan(
        otel.SpanContext(
            int(context.trace_id, 16),
            int(context.span_id, 16),
            is_remote=True,
            trace_flags=otel.TraceFlags(otel.TraceFlags.SAMPLED),
        )
    )
