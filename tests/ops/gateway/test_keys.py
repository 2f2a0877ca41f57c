"""The keys of tokens, from a JWKS to credentials of Kong's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc.jwk import ECKey, KeySet, RSAKey

from fiscalxml_ops.cli import main
from fiscalxml_ops.gateway.keys import ChavesInvalidas, parse


def jwks(*keys: ECKey | RSAKey) -> bytes:
    return json.dumps(KeySet(list(keys)).as_dict(private=False)).encode()


def new(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"})


def test_each_key_becomes_a_credential_by_its_kid(tmp_path: Path) -> None:
    old, later = new("b-velha"), new("a-nova")
    (tmp_path / "jwks.json").write_bytes(jwks(old, later))
    (tmp_path / "casa.toml").write_text(
        '[api]\nhost = "api.casa.com.br"\nalvos = ["10.0.0.4:8000", "10.0.0.5:8000"]\n'
    )
    given = ("--chaves", tmp_path / "jwks.json", "--instalacao", tmp_path / "casa.toml")
    done = CliRunner().invoke(main, ["gateway", *map(str, given), "--destino", str(tmp_path)])
    assert done.exit_code == 0, done.output
    document = yaml.safe_load((tmp_path / "kong.yml").read_text())
    (tokens,) = [each for each in document["consumers"] if each["username"] == "token"]
    assert [each["key"] for each in tokens["jwt_secrets"]] == ["a-nova", "b-velha"]
    for credential, key in zip(tokens["jwt_secrets"], (later, old), strict=True):
        read = load_pem_public_key(credential["rsa_public_key"].encode())
        assert read.public_numbers() == key.public_key.public_numbers()  # type: ignore[union-attr]
        assert credential["algorithm"] == "ES256"
        assert "PRIVATE" not in json.dumps(credential)
    by_name = {each["name"]: each["config"] for each in document["plugins"]}
    assert by_name["jwt"]["key_claim_name"] == "kid"
    assert "credencial_desconhecida" in by_name["post-function"]["access"][0]
    (api,) = [each for each in document["upstreams"] if each["name"] == "fiscalxml-api"]
    assert [each["target"] for each in api["targets"]] == ["10.0.0.4:8000", "10.0.0.5:8000"]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        b"[1]",
        b'{"keys": 1}',
        b'{"keys": [{"kty": "EC"}]}',
        jwks(RSAKey.generate_key(2048, {"kid": "x"})),
        jwks(ECKey.generate_key("P-384", {"kid": "x"})),
    ],
)
def test_what_is_no_jwks_of_ours_is_refused(text: bytes) -> None:
    with pytest.raises(ChavesInvalidas):
        parse(text)


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "nada.json").write_bytes(b"{}")
    for chaves in (str(tmp_path / "nada.json"), str(tmp_path / "x"), "http://contas.exemplo/jwks"):
        done = CliRunner().invoke(main, ["gateway", "--chaves", chaves])
        assert done.exit_code == 1, done.output
        assert "chaves" in done.output
