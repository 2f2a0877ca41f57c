"""The whole system on this machine, started for a measurement and ended after it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Final

from benchmarks.load import Target
from fiscalxml_server.stack.ports import free_port
from fiscalxml_server.stack.roles import PORTAS

ROLES: Final = {
    "fiscalxml_server.api.app:create_app": "api",
    "fiscalxml_server.auth.app:create_app": "auth",
    "celery": "worker",
    "fiscalxml_server.worker.relay": "relay",
    "postgres": "postgresql",
    "valkey": "valkey",
}
"""a word in the command line of a process -> its role"""
_COMMAND = Path(sys.executable).with_name("fiscalxml")
_START = 120.0  # seconds until it must be ready
_STOP = 60.0
_POLL = 0.25


class SystemMissing(Exception):
    """The system does not start (yet); the words say why."""


@dataclass(frozen=True)
class System:
    """A running system: its first process, where it answers, and a key to it."""

    pid: int
    target: Target
    key: str

    def ask(self, method: str, path: str, body: Path | None = None) -> tuple[int, Any]:
        """Status and JSON of an answer; `body` is a ZIP, which is sent as it is read."""
        connection = HTTPConnection(self.target.host, self.target.port, timeout=600)
        headers = {"Authorization": f"Bearer {self.key}"}
        try:
            if body is None:
                connection.request(method, path, headers=headers)
            else:
                size = str(body.stat().st_size)
                headers |= {"Content-Type": "application/zip", "Content-Length": size}
                with body.open("rb") as file:
                    connection.request(method, path, file, headers)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        return answer.status, json.loads(text) if text else None


@contextmanager
def running(folder: Path, *options: str) -> Iterator[System]:
    """`fiscalxml up` with its data in `folder`, and these options. Raises `SystemMissing`."""
    data, port = folder / "dados", free_port(PORTAS)
    command = [str(_COMMAND), "up", "--data", str(data), "--port", str(port), "--sem-amostra"]
    command += options
    log = folder / "fiscalxml-up.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)  # noqa: S603
        try:
            yield _when_ready(process, data / "chave-dev.txt", Target("127.0.0.1", port), log)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(_STOP)
            except subprocess.TimeoutExpired:
                process.kill()


def _when_ready(
    process: subprocess.Popen[bytes], key_file: Path, target: Target, log: Path
) -> System:
    deadline = time.monotonic() + _START
    while time.monotonic() < deadline and process.poll() is None:
        if key_file.exists() and (key := key_file.read_text(encoding="utf-8").strip()):
            system = System(process.pid, target, key)
            if _is_ready(system):
                return system
        time.sleep(_POLL)
    said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise SystemMissing("; ".join(said[-3:]) or "`fiscalxml up` is not ready in time")


def _is_ready(system: System) -> bool:
    try:
        return system.ask("GET", "/pronto")[0] == 200
    except (OSError, ValueError, HTTPException):
        return False
