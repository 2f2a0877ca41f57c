"""One trace from a request to the job it caused, whatever process does it and how that ends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from ports import free_port

from .celery_app import make_app
from .processes import (
    PACKAGE,
    PATIENCE_SECONDS,
    Server,
    environment,
    eventually,
    json_lines,
    serving,
    total,
)
from .receiver import Receiver, receiving
from .seeds import CHAVE, NAME, leaked

ROUTE = "/v1/documentos/{chave}"
JOBS = 4


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


def ask(server: Server) -> str:
    """The traceparent of a request, as it would be kept beside a job."""
    answer: str = httpx2.get(server.url(f"/v1/documentos/{CHAVE}")).json()["traceparent"]
    return answer


def run_job(folder: Path, traceparent: str, **settings: object) -> list[dict[str, object]]:
    """In a process of its own; what it logged."""
    command = [sys.executable, "-m", f"{PACKAGE}.job", traceparent]
    output = folder / "job.log"
    with output.open("wb") as log:
        subprocess.run(command, env=environment(folder, **settings), stdout=log, check=True)
    return json_lines(output)


def test_a_job_goes_on_in_the_trace_of_its_request(tmp_path: Path, receiver: Receiver) -> None:
    settings: dict[str, Any] = {"otlp_endpoint": receiver.endpoint, "trace_ratio": 1}
    with serving(tmp_path, workers=1, **settings) as server:
        traceparent = ask(server)
    run_job(tmp_path, traceparent, otlp_endpoint=receiver.endpoint, trace_ratio=0)
    _, _, span_id, sampled = traceparent.split("-")
    job = receiver.in_trace("job", traceparent)
    step = receiver.in_trace("step", traceparent)
    request = receiver.in_trace(f"GET {ROUTE}", traceparent)
    document = receiver.in_trace("read document", traceparent)
    assert sampled == "01"
    assert document.span_id == bytes.fromhex(span_id)
    assert document.parent_span_id == request.span_id
    assert job.parent_span_id == document.span_id
    assert step.parent_span_id == job.span_id
    assert (request.kind, job.kind) == (Span.SPAN_KIND_SERVER, Span.SPAN_KIND_CONSUMER)


def test_what_is_not_sampled_records_nothing_and_still_shares_its_trace_in_the_logs(
    tmp_path: Path, receiver: Receiver
) -> None:
    settings: dict[str, Any] = {"otlp_endpoint": receiver.endpoint, "trace_ratio": 0}
    with serving(tmp_path, workers=1, **settings) as server:
        traceparent = ask(server)
        _, trace_id, _, sampled = traceparent.split("-")
        eventually(lambda: server.lines(trace__id=trace_id))
    (line,) = run_job(tmp_path, traceparent, otlp_endpoint=receiver.endpoint, trace_ratio=1)
    assert sampled == "00"
    assert line["trace.id"] == trace_id
    assert line["fiscalxml.job.type"] == "x"
    assert receiver.spans == []


def test_no_receiver_needs_to_be_configured(tmp_path: Path) -> None:
    with serving(tmp_path, workers=1) as server:
        traceparent = ask(server)
    (line,) = run_job(tmp_path, traceparent)
    assert line["trace.id"] == traceparent.split("-")[1]


def test_a_receiver_that_is_down_holds_nobody_back(tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    with serving(tmp_path, workers=1, otlp_endpoint=nowhere, trace_ratio=1) as server:
        traceparent = ask(server)
    assert server.process.returncode == 0
    assert run_job(tmp_path, traceparent, otlp_endpoint=nowhere)


def test_spans_and_counts_survive_children_that_end_right_after_their_work(
    tmp_path: Path, receiver: Receiver
) -> None:
    queue = tmp_path / "queue"
    queue.mkdir()
    metrics_port = free_port()
    env = environment(
        tmp_path, otlp_endpoint=receiver.endpoint, trace_ratio=0, metrics_port=metrics_port
    )
    env["EXAMPLE_QUEUE"] = str(queue)
    celery = [sys.executable, "-m", "celery", "-A", f"{PACKAGE}.celery_app"]
    parents = [f"00-{number:032x}-{number:016x}-01" for number in range(1, JOBS + 1)]
    sender = make_app(str(queue))
    for parent in parents:
        sender.send_task("broken", [parent, NAME])
    output = tmp_path / "worker.log"
    with output.open("wb") as log:
        worker = subprocess.Popen(
            [*celery, "worker", "--pool", "prefork"], env=env, stdout=log, stderr=log
        )
    try:
        jobs = receiver.named("job", JOBS)
        steps = receiver.named("step", JOBS)
        labels = {"job_type": "x"}
        assert {job.trace_id for job in jobs} == {bytes.fromhex(p.split("-")[1]) for p in parents}
        assert {step.parent_span_id for step in steps} == {job.span_id for job in jobs}
        assert total(metrics_port, "job_attempts_total", **labels) == JOBS
        assert total(metrics_port, "job_duration_seconds_count", outcome="done", **labels) == JOBS
        assert total(metrics_port, "worker_busy_seconds_total", **labels) > 0
        eventually(lambda: total(metrics_port, "worker_processes", state="idle") == 2)
        eventually(lambda: len(list((tmp_path / "metrics" / "worker").glob("counter_*.db"))) <= 3)
    finally:
        worker.terminate()
        worker.wait(PATIENCE_SECONDS)
    assert leaked(output.read_text()) == []
    done = [line for line in json_lines(output) if line["message"] == "job done"]
    assert {line["trace.id"] for line in done} == {p.split("-")[1] for p in parents}
    assert {line["service.name"] for line in done} == {"fiscalxml-worker"}
