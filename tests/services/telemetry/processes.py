"""Real processes for the tests: a server with its workers, and what they write."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx2
from prometheus_client.parser import text_string_to_metric_families

from ports import free_port

T = TypeVar("T")
TESTS = Path(__file__).parents[2]
PACKAGE = __package__ or ""
PATIENCE_SECONDS = 60
_START_SECONDS = 180


def eventually(look: Callable[[], T | None], seconds: float = PATIENCE_SECONDS) -> T:
    """What `look` finds, once it finds something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def environment(folder: Path, **settings: object) -> dict[str, str]:
    """Of a process with these settings, whose metrics live in the folder."""
    search = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    given = {f"FISCALXML_{name.upper()}": str(value) for name, value in settings.items()}
    inherited = {key: text for key, text in os.environ.items() if "FISCALXML" not in key}
    metrics = {"FISCALXML_METRICS_DIR": str(folder / "metrics")}
    return {**inherited, "PYTHONPATH": search, **metrics, **given}


def json_lines(file: Path) -> list[dict[str, Any]]:
    """The lines of a log that are JSON: a server's own first words are not."""
    return [json.loads(line) for line in file.read_text().splitlines() if line.startswith("{")]


def samples(port: int) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """What /metrics says, parsed: (name, labels) → value."""
    text = httpx2.get(f"http://127.0.0.1:{port}/metrics").text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def total(port: int, name: str, **labels: str) -> float:
    """The sum of a metric's samples with at least these labels."""
    wanted = labels.items()
    found = samples(port).items()
    return sum(value for (key, given), value in found if key == name and wanted <= set(given))


@dataclass
class Server:
    """An application under granian."""

    port: int
    metrics_port: int
    output: Path
    process: subprocess.Popen[bytes]

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def lines(self, **fields: object) -> list[dict[str, Any]]:
        """The log's lines with these fields; a dot is written `__`."""
        wanted = {name.replace("__", "."): value for name, value in fields.items()}
        return [line for line in json_lines(self.output) if wanted.items() <= line.items()]

    def access(self, request_id: str) -> dict[str, Any]:
        """The one access line of a request."""
        wanted = {"event__dataset": "fiscalxml.access", "http__request__id": request_id}
        eventually(lambda: self.lines(**wanted))
        (line,) = self.lines(**wanted)
        return line

    def shared_files(self, kind: str) -> list[Path]:
        """What its processes share of one kind of metric."""
        return list((self.output.parent / "metrics" / "api").glob(f"{kind}_*.db"))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE_SECONDS)


@contextmanager
def serving(folder: Path, workers: int = 2, **settings: object) -> Iterator[Server]:
    """The example application, answering, with its output in a file."""
    with application(f"{PACKAGE}.example:create_app", folder, settings, workers) as server:
        yield server


@contextmanager
def application(
    target: str, folder: Path, settings: Mapping[str, object], workers: int = 1
) -> Iterator[Server]:
    """Any application, in the same way."""
    port, metrics_port = free_port(), free_port()
    output = folder / "output.log"
    command = [
        *(sys.executable, "-m", "fiscalxml_server.stack.serving", target),
        *("--factory", "--interface", "asgi"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)),
        *("--respawn-failed-workers", "--workers-kill-timeout", "5"),
    ]
    with output.open("wb") as log:
        process = subprocess.Popen(
            command,
            env=environment(folder, metrics_port=metrics_port, **settings),
            stdout=log,
            stderr=log,
        )
    server = Server(port, metrics_port, output, process)
    try:
        with httpx2.Client() as client:
            eventually(lambda: _answers(client, server.url("/docs")), _START_SECONDS)
        yield server
    finally:
        server.stop()


def _answers(client: httpx2.Client, url: str) -> bool:
    try:
        return client.get(url).is_success
    except httpx2.TransportError:
        return False
