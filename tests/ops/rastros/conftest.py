"""One journey for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .journey import Percurso, journey


@pytest.fixture(scope="package")
def percurso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Percurso]:
    with journey(tmp_path_factory.mktemp("percurso")) as percurso:
        yield percurso
