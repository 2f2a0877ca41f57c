"""A real OTLP/HTTP receiver (oteltap), running beside a test."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from opentelemetry.proto.trace.v1.trace_pb2 import Span
from oteltap import OtelTapHttpProtobufReceiver, OtelTapHttpProtobufReceiverSettings

import leaks
from ports import free_port

from .processes import eventually


class Receiver:
    """The spans that arrived."""

    def __init__(self, port: int) -> None:
        self.endpoint = f"http://127.0.0.1:{port}"
        self.spans: list[Span] = []
        self._port = port
        self._ready = Event()
        self._loop = asyncio.new_event_loop()

    def named(self, name: str, count: int = 1) -> list[Span]:
        """The spans of a name, once as many have arrived."""

        def look() -> list[Span] | None:
            found = [span for span in self.spans if span.name == name]
            return found if len(found) >= count else None

        return eventually(look)

    def in_trace(self, name: str, traceparent: str) -> Span:
        """The span of a name in a trace, once it has arrived."""
        trace_id = bytes.fromhex(traceparent.split("-")[1])

        def look() -> list[Span]:
            return [span for span in self.spans if (span.name, span.trace_id) == (name, trace_id)]

        return eventually(look)[0]

    def run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._task = self._loop.create_task(self._receive())
        try:
            self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            return

    async def _receive(self) -> None:
        async with OtelTapHttpProtobufReceiver(
            OtelTapHttpProtobufReceiverSettings(http_port=self._port)
        ) as receiver:
            self._ready.set()
            async for span in receiver.stream_traces():
                self.spans.append(span)
                leaks.write("spans", str(span))

    def wait_ready(self) -> None:
        assert self._ready.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._task.cancel)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a free port."""
    receiver = Receiver(free_port())
    thread = Thread(target=receiver.run, daemon=True)
    thread.start()
    receiver.wait_ready()
    try:
        yield receiver
    finally:
        receiver.stop()
        thread.join(10)
