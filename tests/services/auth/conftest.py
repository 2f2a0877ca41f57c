"""The Auth Service on a database of this module's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .portal import Portal


@pytest.fixture(scope="module")
def portal(banco: str, valkey: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The service as it is by default."""
    portal = Portal(banco, valkey, tmp_path_factory.mktemp("auth"))
    yield portal
    portal.close()
