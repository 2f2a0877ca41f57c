"""All applications on a database of this module's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .predio import Predio


@pytest.fixture(scope="module")
def predio(banco: str, valkey: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Predio]:
    """The services as they are by default."""
    predio = Predio(banco, valkey, tmp_path_factory.mktemp("predio"))
    yield predio
    predio.close()
