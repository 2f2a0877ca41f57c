"""Documents and folders for the tests of the command line."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from factory import build, write_authorities


@cache
def _nota(ncm: str | None = None) -> bytes:
    return build("nfe", protocol=True, changes={"det[1]/prod/NCM": ncm} if ncm else {})


@pytest.fixture
def valida() -> bytes:
    """A valid, authorised note."""
    return _nota()


@pytest.fixture
def invalida() -> bytes:
    """A note that breaks its schema, with brackets in the value at fault."""
    return _nota("[b]x[/b]")


@pytest.fixture(scope="session")
def autoridades(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for `--ac`, with which the notes have no findings at all."""
    folder = tmp_path_factory.mktemp("autoridades")
    write_authorities(folder)
    return folder
