"""What is revoked is refused by every process in less than five seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.servers.running import server_folder

from .everywhere import Sistema, everywhere


@pytest.fixture(scope="module")
def sistema(banco: str, valkey: str) -> Iterator[Sistema]:
    with server_folder() as folder, everywhere(banco, valkey, Path(folder)) as sistema:
        yield sistema


def test_what_is_revoked_is_refused_everywhere_in_five_seconds(sistema: Sistema) -> None:
    for credencial in sistema.credentials():
        assert sistema.survives(credencial) < 5, credencial.nome


def test_nobody_comes_in_without_a_credential(sistema: Sistema) -> None:
    assert sistema.status("fx_dev_x") == 401
    assert sistema.status("a.b.c") == 401
