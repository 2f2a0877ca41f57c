"""Servers for the tests of the services: one of each for a whole run (or an xdist worker of it).

Nothing starts unless a test asks for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from .servers.postgres import Servidor, migrate, new_database, start_postgres
from .servers.valkey import start_valkey
from .servico import Servico


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servidor]:
    """A PostgreSQL 18 with the roles of the services."""
    with start_postgres(tmp_path_factory.mktemp("postgres")) as servidor:
        yield servidor


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a Valkey 9; what it holds is shared by the tests of a run."""
    with start_valkey(tmp_path_factory.mktemp("valkey")) as url:
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
