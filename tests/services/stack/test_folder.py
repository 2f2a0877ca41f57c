"""The folder of `up`: what one of before a service gains, what it keeps."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from fiscalxml_server.stack.folder import Pasta


def open_and_close(path: Path) -> Pasta:
    pasta = Pasta(path)
    os.close(pasta.open())
    return pasta


def services(pasta: Pasta) -> dict[str, object]:
    keys = msgspec.json.decode(pasta.servicos.read_bytes())["keys"]
    return {each["kid"]: each["x"] for each in keys}


def test_a_folder_of_before_the_webhook_service_gains_its_keys_and_the_api_keeps_its_own(
    tmp_path: Path,
) -> None:
    pasta = open_and_close(tmp_path / "dados")
    api, known = pasta.chave_api.read_text(), services(pasta)
    pasta.chave_webhooks.unlink()
    pasta.segredo_webhooks.unlink()
    keys = msgspec.json.decode(pasta.servicos.read_bytes())["keys"]
    old = [each for each in keys if each["kid"] == "api"]
    pasta.servicos.write_bytes(msgspec.json.encode({"keys": old}))
    (tmp_path / "dados" / "processo").unlink()
    pasta = open_and_close(tmp_path / "dados")
    assert pasta.chave_api.read_text() == api
    assert services(pasta)["api"] == known["api"]
    private = msgspec.json.decode(pasta.chave_webhooks.read_bytes())
    assert services(pasta)["webhooks"] == private["x"]
    assert len(bytes.fromhex(pasta.segredo_webhooks.read_text())) == 32


def test_a_service_whose_public_key_was_lost_gets_another_pair(tmp_path: Path) -> None:
    pasta = open_and_close(tmp_path / "dados")
    pasta.servicos.unlink()
    (tmp_path / "dados" / "processo").unlink()
    pasta = open_and_close(tmp_path / "dados")
    for nome, path in (("api", pasta.chave_api), ("webhooks", pasta.chave_webhooks)):
        assert services(pasta)[nome] == msgspec.json.decode(path.read_bytes())["x"]
