"""What the tests of a package share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .borda import program
from .frente import Frente, standing


@pytest.fixture(scope="package")
def frente(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Frente]:
    """One of a run: it takes some seconds to stand."""
    program()
    with standing(tmp_path_factory.mktemp("frente")) as frente:
        yield frente
