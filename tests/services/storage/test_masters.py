"""The master key: changed for another, kept in a file or in KMS (whose API moto speaks)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.storage import ChaveApagada, Objetos
from fiscalxml_server.kit.storage.kms import KmsMasterKey
from fiscalxml_server.kit.storage.masters import open_master

from .conftest import run


def _settings(folder: Path, **more: Any) -> Settings:
    return Settings(
        objects_url=f"file://{folder / 'objetos'}", keys_url=f"file://{folder / 'chaves'}", **more
    )


def _key(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_text(secrets.token_hex(32))
    return path


def test_a_master_key_is_changed_without_losing_a_copy(tmp_path: Path) -> None:
    org, erased = uuid4(), uuid4()
    old, new = _key(tmp_path, "velha.key"), _key(tmp_path, "nova.key")
    before = Objetos.open(_settings(tmp_path, master_key_file=old))
    local = run(before.put(org, "documentos/1", b"<nota/>"))
    run(before.rotate_key(org))
    pseudonym = run(before.pseudonimos(org)).of("52998224725")
    run(before.put(erased, "documentos/1", b"<nota/>"))
    run(before.erase_keys(erased))

    both = Objetos.open(_settings(tmp_path, master_key_file=new, master_key_previous_file=old))
    assert run(both.read(org, local)) == b"<nota/>", "while it is changed, both open"
    assert run(both.rewrap_keys()) == 3
    assert run(both.rewrap_keys()) == 3, "again is no harm"

    after = Objetos.open(_settings(tmp_path, master_key_file=new))
    assert run(after.read(org, local)) == b"<nota/>"
    assert run(after.pseudonimos(org)).of("52998224725") == pseudonym
    with pytest.raises(ChaveApagada):
        run(after.put(erased, "documentos/2", b"<nota/>"))
    with pytest.raises(ValueError, match="not wrapped"):
        run(Objetos.open(_settings(tmp_path, master_key_file=old)).read(org, local))


def test_a_master_key_is_needed(tmp_path: Path) -> None:
    for more in ({}, {"master_key_kms": "alias/so-uma"}):
        with pytest.raises(ValueError, match="are needed"):
            open_master(_settings(tmp_path, **more))


@pytest.fixture
def kms(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """A key that encrypts and one that makes HMACs, at moto."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "teste")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("kms")
        key = client.create_key()["KeyMetadata"]["KeyId"]
        mac = client.create_key(KeyUsage="GENERATE_VERIFY_MAC", KeySpec="HMAC_256")
        yield key, mac["KeyMetadata"]["KeyId"]


def test_kms_wraps_what_only_it_opens_and_only_in_its_place(kms: tuple[str, str]) -> None:
    master = KmsMasterKey.open(*kms)
    secret = secrets.token_bytes(32)
    wrapped = run(master.wrap(secret, b"um lugar"))
    assert secret not in wrapped
    assert run(master.unwrap(wrapped, b"um lugar")) == secret
    with pytest.raises(ValueError, match="not wrapped"):
        run(master.unwrap(wrapped, b"outro lugar"))
    other = KmsMasterKey.open(kms[0], kms[1])
    assert run(other.sign(b"uso", b"x")) == run(master.sign(b"uso", b"x"))
    assert run(other.sign(b"us", b"ox")) != run(master.sign(b"uso", b"x"))


def test_a_store_moves_from_a_file_to_kms(kms: tuple[str, str], tmp_path: Path) -> None:
    org, old = uuid4(), _key(tmp_path, "velha.key")
    before = Objetos.open(_settings(tmp_path, master_key_file=old))
    local = run(before.put(org, "documentos/1", b"<nota/>"))
    key, mac = kms
    in_kms = {"master_key_kms": key, "master_key_kms_mac": mac}
    both = Objetos.open(_settings(tmp_path, **in_kms, master_key_previous_file=old))
    assert run(both.rewrap_keys()) == 1
    after = Objetos.open(_settings(tmp_path, **in_kms))
    assert run(after.read(org, local)) == b"<nota/>"
    more = run(after.put(uuid4(), "documentos/1", b"<outra/>"))
    assert more.comprimento
