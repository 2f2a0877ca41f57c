"""The service as a process of its own, and both clients of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fiscalxml.client import Cliente, Politica
from services.api.running import running_service
from services.servico import Servico

from .command import Comando
from .passage import Passagem, passage


@pytest.fixture(scope="module")
def endereco(servico: Servico, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a process that serves what `servico` does: its keys, database and objects."""
    settings = {name: str(value) for name, value in servico.values.items()}
    folder = tmp_path_factory.mktemp("processo")
    with running_service(folder, **settings, database_role="fiscalxml_api") as address:
        yield address


@pytest.fixture(scope="module")
def cliente(servico: Servico, endereco: str) -> Iterator[Cliente]:
    """A client of `servico.organizacao` that gives up soon."""
    with Cliente(endereco, servico.chave, politica=Politica(tentativas=2, pausa=0.01)) as cliente:
        yield cliente


@pytest.fixture
def passagem(endereco: str) -> Iterator[Passagem]:
    """A way to the service that can be closed and cut."""
    with passage(endereco) as opened:
        yield opened


@pytest.fixture
def comando(servico: Servico, tmp_path: Path) -> Comando:
    """Commands of a user whose state is empty."""
    folder = tmp_path / "usuario"
    folder.mkdir()
    return Comando(servico, folder)
