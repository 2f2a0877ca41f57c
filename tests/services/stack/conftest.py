"""Runs of the whole stack."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.servers.running import server_folder

from .execution import Execucao


@pytest.fixture
def dados() -> Iterator[Path]:
    """A folder for `--data` that does not exist yet."""
    with server_folder() as folder:
        yield folder / "dados"


@pytest.fixture
def subir(dados: Path) -> Iterator[Callable[..., Execucao]]:
    """Starts the stack on the folder; whatever still runs is ended after the test."""
    started = []

    def start(**options: object) -> Execucao:
        started.append(Execucao(dados, **options))  # type: ignore[arg-type]
        return started[-1]

    yield start
    for execucao in started:
        execucao.send(signal.SIGTERM)
    for execucao in started:
        execucao.wait_for_end()
