"""The Webhook Service on a database of this module's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.servico import Servico

from .portal import Casa, Portal
from .subscribed import Escuta


@pytest.fixture(scope="module")
def portal(banco: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The service as it is by default."""
    portal = Portal(banco, tmp_path_factory.mktemp("webhooks"))
    yield portal
    portal.close()


@pytest.fixture
def casa(portal: Portal) -> Casa:
    """An organisation of the test's own."""
    return portal.casa()


@pytest.fixture(scope="module")
def escuta(servico: Servico, banco: str) -> Iterator[Escuta]:
    """Who hears what the API and its workers tell."""
    escuta = Escuta(banco)
    yield escuta
    servico.run(escuta.close())
