"""Valkey for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fiscalxml_server.stack.valkey import Valkey

from .running import running


@contextmanager
def start_valkey(folder: Path) -> Iterator[str]:
    """The URL of a new, empty server."""
    valkey = Valkey(folder)
    valkey.install()
    with running(valkey.papel(), folder / "valkey.log", valkey.accepts):
        yield valkey.url()
