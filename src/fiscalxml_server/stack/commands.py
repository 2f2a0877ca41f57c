"""What each role is started by: `fiscalxml up` and `fiscalxml role` give the same commands."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

LOOPBACK: Final = "127.0.0.1"

# -P: a file of the folder where the command was given is never taken for a module.
_MODULE: Final = (sys.executable, "-P", "-m")

APPLICATIONS: Final[Mapping[str, str]] = {
    "api": "fiscalxml_server.api.app:create_app",
    "auth": "fiscalxml_server.auth.app:create_app",
    "webhooks": "fiscalxml_server.webhooks.app:create_app",
}
"""role -> what answers requests"""


def web(
    papel: str,
    porta: int,
    processes: int,
    *,
    host: str = LOOPBACK,
    certificate: Path | None = None,
    key: Path | None = None,
) -> list[str]:
    """An ASGI server of so many processes; it speaks TLS where it is given a certificate."""
    tls: list[str] = []
    if certificate is not None and key is not None:
        tls = ["--ssl-certificate", str(certificate), "--ssl-keyfile", str(key)]
        tls += ["--ssl-protocol-min", "tls1.2"]
    return [
        *(*_MODULE, "fiscalxml_server.stack.serving", APPLICATIONS[papel], "--factory"),
        *("--interface", "asgi", "--host", host, "--port", str(porta)),
        # What is before it speaks HTTP/1.1 alone (decision 36), and a connection is smaller so.
        *("--http", "1", "--no-ws"),
        *("--workers", str(processes)),
        # Room for 10,000 connections; by default each process has its share of 1024.
        *("--backlog", "16384", "--backpressure", "16384"),
        # A worker process that dies is granian's to replace.
        *("--respawn-failed-workers", "--respawn-interval", "0.5"),
        *("--workers-kill-timeout", "5"),
        *tls,
    ]


def entregador() -> list[str]:
    """Delivers webhooks."""
    return [*_MODULE, "fiscalxml_server.webhooks.entregador"]


def worker(processes: int) -> list[str]:
    """Does jobs, in so many processes."""
    return [
        *(*_MODULE, "celery", "-A", "fiscalxml_server.worker.app", "worker"),
        *("--concurrency", str(processes), "--without-gossip", "--without-mingle"),
    ]


def relay() -> list[str]:
    """Hands jobs to the broker."""
    return [*_MODULE, "fiscalxml_server.worker.relay"]


def migrate() -> list[str]:
    """Brings the tables to this version, and ends."""
    return [*_MODULE, "fiscalxml_server.kit.migrate"]
