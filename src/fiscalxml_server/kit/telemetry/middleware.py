"""One pure ASGI middleware: request id, span, metrics, access line, security headers.

Probes and polls that succeed are counted, and are no lines.

The outermost layer, around the framework (`TelemetryMiddleware(app)`): so the answer to an
unforeseen error has the headers too. WebSockets and the lifespan pass through.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping
from time import perf_counter_ns
from typing import Any

from fiscalxml_server.kit.telemetry import metrics
from fiscalxml_server.kit.telemetry.context import current
from fiscalxml_server.kit.telemetry.errors import type_name
from fiscalxml_server.kit.telemetry.fields import is_word
from fiscalxml_server.kit.telemetry.headers import add_security
from fiscalxml_server.kit.telemetry.traces import Span, SpanKind, span

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

UNMATCHED = "unmatched"
"""route of a request that no route took; its path is the caller's text and is told nowhere"""
CLIENT_GONE = 499
"""status told, never sent, when the client left before an answer began"""
_FAILED = 500
_REFUSED = 400
_POLLS = frozenset({"/saude", "/pronto", "/interno/revogacoes"})
"""routes that machines ask every few seconds: an answer that is as always is no line"""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OTHER_METHOD = "_OTHER"
_RANDOM_ID = re.compile(r"(?=.*[a-f])[0-9a-f-]{32,36}", re.IGNORECASE)
"""a UUID or its like, in which many digits may meet by chance"""
_REQUEST_ID_LENGTHS = range(8, 65)

access = logging.getLogger("fiscalxml_server.access")


class TelemetryMiddleware:
    """Wraps an ASGI application."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = _Exchange(scope, send)
        in_flight = metrics.requests_in_flight.at(exchange.method)
        in_flight.inc()
        error: BaseException | None = None
        with span(exchange.method, parent=exchange.traceparent, kind=SpanKind.SERVER) as recorded:
            exchange.begin()
            try:
                await self.app(scope, receive, exchange.send)
            except BaseException as raised:
                error = raised
                raise
            finally:
                in_flight.dec()
                exchange.end(recorded, error)


class _Exchange:
    """One request and its answer."""

    __slots__ = (
        "_began",
        "_complete",
        "_request_bytes",
        "_request_id",
        "_response_bytes",
        "_scope",
        "_send",
        "_status",
        "method",
        "traceparent",
    )

    def __init__(self, scope: Scope, send: Send) -> None:
        self._began = perf_counter_ns()
        self._scope = scope
        self._send = send
        self._status = 0
        self._complete = False
        self._response_bytes = 0
        self._request_bytes: int | None = None
        self._request_id = ""
        self.traceparent: str | None = None
        method = scope["method"]
        self.method: str = method if method in _METHODS else _OTHER_METHOD
        self._read_headers()

    def _read_headers(self) -> None:
        for name, value in self._scope["headers"]:
            if name == b"x-request-id":
                self._request_id = _sane_request_id(value.decode("latin-1"))
            elif name == b"traceparent":
                # Of several, none is to be believed (W3C Trace Context).
                self.traceparent = value.decode("latin-1") if self.traceparent is None else ""
            elif name == b"content-length" and value.isdigit():
                self._request_bytes = int(value)

    def begin(self) -> None:
        """Inside the span: without a request id of the caller, the trace's is used."""
        context = current.get()
        if context is not None:
            self._request_id = self._request_id or context.trace_id
            context.fields["http.request.id"] = self._request_id

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if kind == "http.response.start":
            self._status = message["status"]
            headers = list(message.get("headers", ()))
            headers.append((b"x-request-id", self._request_id.encode()))
            add_security(headers)
            message["headers"] = headers
        elif kind == "http.response.body":
            self._response_bytes += len(message.get("body", b""))
            await self._send(message)
            self._complete = not message.get("more_body", False)
            return
        await self._send(message)

    def end(self, recorded: Span, error: BaseException | None) -> None:
        """Counts, records and logs, once, whatever way the exchange ended."""
        nanoseconds = perf_counter_ns() - self._began
        route = route_template(self._scope)
        failed = isinstance(error, Exception)
        status = self._status or (_FAILED if failed else CLIENT_GONE)
        metrics.requests.at(self.method, route, str(status)).observe(nanoseconds / 1e9)
        recorded.rename(f"{self.method} {route}")
        recorded.set_standard(
            {
                "http.request.method": self.method,
                "http.route": route,
                "http.response.status_code": status,
                "url.scheme": self._scope.get("scheme", "http"),
                "network.protocol.version": self._scope.get("http_version", "1.1"),
            }
        )
        if status >= _FAILED:
            recorded.fail(type_name(error) if error is not None else str(status))
        if route in _POLLS and status < _REFUSED:
            return
        access.log(
            logging.ERROR if failed else logging.INFO,
            "request",
            exc_info=error if failed else None,
            extra={
                "event_dataset": "fiscalxml.access",
                "event_outcome": self._outcome(status),
                "event_duration": nanoseconds,
                "method": self.method,
                "route": route,
                "status": status,
                "request_bytes": self._request_bytes,
                "response_bytes": self._response_bytes,
            },
        )

    def _outcome(self, status: int) -> str:
        """`unknown` when the client left before the answer's end."""
        if status >= _FAILED:
            return "failure"
        return "success" if self._complete else "unknown"


def _sane_request_id(text: str) -> str:
    """The caller's id, where it is short, plain and no personal number; otherwise empty."""
    if len(text) not in _REQUEST_ID_LENGTHS:
        return ""
    return text if _RANDOM_ID.fullmatch(text) or is_word(text) else ""


def route_template(scope: Scope) -> str:
    """The route's path with its parameters' names, never their values.

    FastAPI keeps the path with the prefixes of included routers apart from the route.
    """
    included = scope.get("fastapi", {}).get("effective_route_context")
    for known in (included, scope.get("route")):
        for name in ("path_format", "path"):
            if path := getattr(known, name, None):
                return str(path)
    return UNMATCHED
