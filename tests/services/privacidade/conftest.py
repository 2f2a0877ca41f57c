"""A service, and its archive."""

from __future__ import annotations

import pytest

from services.servers.postgres import Servidor
from services.servico import Servico

from .archive import Arquivo


@pytest.fixture(scope="module")
def arquivo(servico: Servico, postgres: Servidor, banco: str) -> Arquivo:
    return Arquivo(servico, postgres, banco)
