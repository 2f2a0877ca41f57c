"""A receiver, and the Webhook Service whose receivers may be on this machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.webhooks.portal import Casa, Portal

from .central import LOCAL
from .receptor import Receptor


@pytest.fixture(scope="module")
def portal(banco: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    portal = Portal(banco, tmp_path_factory.mktemp("webhooks"), **LOCAL)
    yield portal
    portal.close()


@pytest.fixture
def casa(portal: Portal) -> Casa:
    """An organisation of the test's own."""
    return portal.casa()


@pytest.fixture
def receptor() -> Iterator[Receptor]:
    receptor = Receptor()
    yield receptor
    receptor.close()
