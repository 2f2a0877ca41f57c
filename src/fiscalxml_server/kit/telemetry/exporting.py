"""The OpenTelemetry SDK and its exporter: imported only where spans are recorded.

They bring protobuf and requests, several tenths of a second and megabytes in every process.
"""

from __future__ import annotations

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_ON

EXPORT_SECONDS = 3
"""for one delivery with its retries: a receiver that is down must not hold back a process's end"""


def make_provider(papel: str, endpoint: str) -> TracerProvider:
    """Keeps every span and delivers in batches, from a thread that starts here."""
    provider = TracerProvider(
        sampler=ALWAYS_ON, resource=Resource.create({"service.name": f"fiscalxml-{papel}"})
    )
    exporter = OTLPSpanExporter(
        endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=EXPORT_SECONDS
    )
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider
