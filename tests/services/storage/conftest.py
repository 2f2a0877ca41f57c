"""The same tests over a folder and over a real S3 server."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest
from obstore.store import LocalStore, S3Store

from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.storage import Objetos
from services.servers.seaweed import ACCESS_KEY, SECRET_KEY, Seaweed, start_seaweed

T = TypeVar("T")
DOCUMENTS, KEYS = "documentos", "chaves"


@dataclass
class Deposito:
    """A place to store in, and what it looks like from below."""

    given: dict[str, str]
    """its settings, as text"""
    store: LocalStore | S3Store
    """the documents' place, for tests that damage it"""
    seaweed: Seaweed | None = None

    @property
    def settings(self) -> Settings:
        return Settings.model_validate(self.given)

    @property
    def environment(self) -> dict[str, str]:
        """For another process."""
        return {f"FISCALXML_{name.upper()}": value for name, value in self.given.items()}

    def open(self) -> Objetos:
        """As another process would see it: nothing is cached."""
        return Objetos.open(self.settings)

    def names(self) -> list[str]:
        return sorted(meta["path"] for meta in self.store.list().collect())

    def content(self, objeto: str) -> bytes:
        return bytes(self.store.get(objeto).bytes())

    def unfinished(self) -> list[str]:
        """Uploads of which something lies about, neither whole nor gone."""
        if isinstance(self.store, S3Store):
            assert self.seaweed
            return self.seaweed.unfinished(DOCUMENTS)
        assert self.store.prefix
        return [str(path) for path in self.store.prefix.rglob("*#*")]


@pytest.fixture(scope="session")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    with start_seaweed(tmp_path_factory.mktemp("seaweed")) as server:
        server.make_bucket(DOCUMENTS)
        server.make_bucket(KEYS)
        yield server


@pytest.fixture(params=["pasta", "s3"])
def deposito(request: pytest.FixtureRequest, tmp_path: Path) -> Deposito:
    master = tmp_path / "chave-mestra"
    master.write_text(secrets.token_hex(32))
    if request.param == "pasta":
        settings = {
            "objects_url": (tmp_path / "objetos").as_uri(),
            "keys_url": (tmp_path / "chaves").as_uri(),
            "master_key_file": str(master),
        }
        return Deposito(settings, LocalStore(tmp_path / "objetos", mkdir=True))
    server: Seaweed = request.getfixturevalue("seaweed")
    prefix = uuid4().hex
    settings = {
        "objects_url": f"s3://{DOCUMENTS}/{prefix}",
        "keys_url": f"s3://{KEYS}/{prefix}",
        "master_key_file": str(master),
        "objects_endpoint": server.endpoint,
        "objects_access_key": ACCESS_KEY,
        "objects_secret_key": SECRET_KEY,
    }
    return Deposito(settings, server.store(DOCUMENTS, prefix), server)


@pytest.fixture
def objetos(deposito: Deposito) -> Objetos:
    return deposito.open()


@pytest.fixture
def organizacao() -> UUID:
    return uuid4()


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(coroutine)
