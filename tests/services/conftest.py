"""Servers for the tests of the services: one of each for a whole run (or an xdist worker of it).

Nothing starts unless a test asks for it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider

import leaks
from fiscalxml_server.kit.telemetry.logs import OUR_LOGGERS, EcsFormatter
from fiscalxml_server.kit.telemetry.traces import record_with

from .servers.postgres import Servidor, migrate, new_database, start_postgres
from .servers.running import server_folder
from .servers.valkey import start_valkey
from .servico import Servico


class _Lines(logging.Handler):
    """What the applications in this process log, as they would write it."""

    def emit(self, record: logging.LogRecord) -> None:
        leaks.write("lines", self.format(record))


class _Spans(SpanProcessor):
    """What they record."""

    def on_end(self, span: ReadableSpan) -> None:
        leaks.write("spans", f"{span.name} {span.attributes} {span.status.description}")


@pytest.fixture(scope="session", autouse=True)
def _told() -> Iterator[None]:
    """All that is told in this process is looked into at the end of the run."""
    lines = _Lines()
    lines.setFormatter(EcsFormatter("testes"))
    logging.getLogger().addHandler(lines)
    for name in OUR_LOGGERS:
        logging.getLogger(name).setLevel(logging.INFO)
    provider = TracerProvider()
    provider.add_span_processor(_Spans())
    record_with(provider, ratio=1)
    yield
    logging.getLogger().removeHandler(lines)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Servidor]:
    """A PostgreSQL 18 with the roles of the services."""
    with server_folder() as folder, start_postgres(folder) as servidor:
        yield servidor


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    """URL of a Valkey 9; what it holds is shared by the tests of a run."""
    with server_folder() as folder, start_valkey(folder) as url:
        yield url


@pytest.fixture(scope="session")
def modelo(postgres: Servidor) -> str:
    """Name of a database with the newest schema and no rows."""
    return migrate(postgres, dict(os.environ))


@pytest.fixture(scope="module")
def banco(postgres: Servidor, modelo: str) -> Iterator[str]:
    """The owner's URL of a fresh database with the schema, for one test module."""
    with new_database(postgres, modelo) as url:
        yield url


@pytest.fixture(scope="module")
def banco_vazio(postgres: Servidor) -> Iterator[str]:
    """The owner's URL of a fresh database without any table, for one test module."""
    with new_database(postgres, "vazio") as url:
        yield url


@pytest.fixture(scope="module")
def servico(banco: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servico]:
    """The service on a database and a folder of this module's own."""
    servico = Servico(banco, tmp_path_factory.mktemp("servico"))
    yield servico
    servico.close()
