"""An organisation of each test's own."""

from __future__ import annotations

import pytest

from services.auth.chaves.casa import Casa
from services.auth.portal import Portal


@pytest.fixture
def casa(portal: Portal) -> Casa:
    return Casa(portal)
