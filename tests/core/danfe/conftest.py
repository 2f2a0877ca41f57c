from __future__ import annotations

from collections.abc import Iterator

import pytest

from danfe.printed import Printer
from fiscalxml.danfe import Renderizador


@pytest.fixture(scope="session")
def printer() -> Iterator[Printer]:
    """One process that draws for all tests: starting it takes longest."""
    with Renderizador() as renderizador:
        yield Printer(renderizador)
