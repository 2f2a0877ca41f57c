"""Both services on one database: an organisation, its people and its archive."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.auth.chaves.casa import Casa
from services.auth.portal import Portal
from services.servers.postgres import Servidor
from services.servico import Servico

from .archive import Arquivo


@pytest.fixture(scope="module")
def arquivo(servico: Servico, postgres: Servidor, banco: str) -> Arquivo:
    return Arquivo(servico, postgres, banco)


@pytest.fixture(scope="module")
def portal(banco: str, valkey: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    portal = Portal(banco, valkey, tmp_path_factory.mktemp("auth"))
    yield portal
    portal.close()


@pytest.fixture(scope="module")
def casa(portal: Portal, servico: Servico) -> Casa:
    """Whose documents the service has."""
    casa = Casa(portal)
    servico.organizacao, servico.chave = casa.id, servico.new_key(casa.id)
    return casa
