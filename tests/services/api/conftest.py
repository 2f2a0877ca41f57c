"""One running service for all tests of the API (or for an xdist worker of them)."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from factory import build, write_authorities
from services.servico import Servico

from .running import CHAVE, running_service

MAX_DOCUMENT = 2 * 1024 * 1024
"""the cap of the service under test: small, so that tests over it are quick"""


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service that knows the test authority."""
    folder = tmp_path_factory.mktemp("servico")
    authorities = folder / "ac"
    authorities.mkdir()
    write_authorities(authorities)
    with running_service(
        folder, max_document_bytes=str(MAX_DOCUMENT), ac_dir=str(authorities)
    ) as address:
        yield address


@pytest.fixture(scope="module")
def storing(servico: Servico, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a process that serves what `servico` does: its keys, database and objects."""
    settings = {name: str(value) for name, value in servico.values.items()}
    folder = tmp_path_factory.mktemp("processo")
    with running_service(folder, **settings, database_role="fiscalxml_api") as address:
        yield address


@pytest.fixture(scope="session")
def anonymous(service: str) -> Iterator[httpx2.Client]:
    """A caller without a credential."""
    with httpx2.Client(base_url=service, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def caller(service: str) -> Iterator[httpx2.Client]:
    """A caller who may do everything."""
    headers = {"Authorization": f"Bearer {CHAVE}"}
    with httpx2.Client(base_url=service, headers=headers, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def nota() -> bytes:
    """A valid, authorised note of the test authority."""
    return build("nfe", protocol=True)
