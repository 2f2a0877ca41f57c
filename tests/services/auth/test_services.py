"""Services say who they are by a short assertion for one operation, and no other way."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from fiscalxml_server.kit.service_identity import Identidade, Servicos, new_service_key

from .portal import Portal

FEED = "/interno/revogacoes"
ACCESS = "fiscalxml_server.access"


def _key(portal: Portal) -> ECKey:
    path = portal.values["services_file"].parent / "api.jwk"
    return ECKey.import_key(msgspec.json.decode(path.read_bytes()))


def _assertion(portal: Portal, header: dict[str, Any] | None = None, **claims: Any) -> str:
    now = int(time.time())
    told = {
        "iss": "api",
        "sub": "api",
        "aud": portal.recursos.settings.auth_issuer + FEED,
        "iat": now,
        "exp": now + 30,
        **claims,
    }
    head = {"alg": "ES256", "kid": "api", "typ": "service+jwt", **(header or {})}
    return jwt.encode(head, told, _key(portal), algorithms=["ES256"])


def test_a_known_service_is_answered(portal: Portal) -> None:
    told = portal.calling("GET", FEED)
    assert told.status_code == 200
    assert set(told.json()) == {"revogacoes", "epocas", "chaves"}
    assert portal.request("GET", FEED, token=_assertion(portal)).status_code == 200


def test_a_poll_that_is_answered_is_no_line_and_one_that_is_refused_is(
    portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "fiscalxml_server.access")
    for _ in range(3):
        assert portal.calling("GET", FEED).status_code == 200
    assert not caplog.records
    assert portal.calling("GET", FEED, servico="outro").status_code == 403
    assert portal.request("GET", FEED).status_code == 401
    told = [record.__dict__["status"] for record in caplog.records if record.name == ACCESS]
    assert told == [403, 401]


def test_a_service_is_not_answered_what_is_another_s(portal: Portal) -> None:
    answer = portal.calling("GET", FEED, servico="outro")
    assert answer.status_code == 403
    assert answer.json()["codigo"] == "sem_permissao"


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "https://auth.fiscalxml.local/interno/introspeccao"},
        {"aud": "fiscalxml"},
        {"iss": "outro"},
        {"sub": "outro"},
        {"exp": 1},
        {"exp": int(time.time()) + 3600},
        {"iat": int(time.time()) + 3600, "exp": int(time.time()) + 3630},
        {"iat": "agora"},
        {"header": {"kid": "outro"}},
        {"header": {"kid": "ninguem"}},
        {"header": {"typ": "at+jwt"}},
        {"header": {"jku": "https://mau.exemplo.com.br"}},
    ],
)
def test_another_audience_name_time_or_key_is_nobody(portal: Portal, wrong: dict[str, Any]) -> None:
    answer = portal.request("GET", FEED, token=_assertion(portal, **wrong))
    assert answer.status_code == 401


def test_neither_people_nor_texts_are_services(portal: Portal) -> None:
    assert portal.request("GET", FEED).status_code == 401
    for token in (portal.token(uuid4(), uuid4()), "a.b.c", ".", "x" * 9000, "e.\x7f.c"):
        assert portal.request("GET", FEED, token=token).status_code in (401, 431), token
    assert portal.request("GET", f"{FEED}?x=1", token=_assertion(portal)).status_code == 422


def test_what_is_internal_is_not_in_the_published_document(portal: Portal) -> None:
    document = portal.request("GET", "/openapi.json").json()
    assert not [path for path in document["paths"] if path.startswith("/interno")]


def test_one_key_replaces_another_while_both_are_known(tmp_path: Path) -> None:
    pairs = [new_service_key("api") for _ in range(2)]
    (tmp_path / "servicos.json").write_bytes(msgspec.json.encode({"keys": [p for _, p in pairs]}))
    servicos = Servicos.read(tmp_path / "servicos.json", "https://auth")
    for private, _ in pairs:
        identidade = Identidade(ECKey.import_key(private), "https://auth")
        assert servicos.verify(identidade.assertion("/interno/x"), "/interno/x") == "api"


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b'{"kty": "oct", "k": "YQ", "kid": "api"}', b'{"kty": "EC", "kid": "api"}'],
)
def test_a_file_that_holds_no_key_is_refused_at_the_start(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "api.jwk").write_bytes(content)
    with pytest.raises(ValueError, match=r"."):
        Identidade.read(tmp_path / "api.jwk", "https://auth")


def test_a_private_key_among_the_public_ones_is_refused(tmp_path: Path) -> None:
    private, public = new_service_key("api")
    (tmp_path / "servicos.json").write_bytes(msgspec.json.encode({"keys": [private]}))
    with pytest.raises(ValueError, match="key of a service"):
        Servicos.read(tmp_path / "servicos.json", "https://auth")
    (tmp_path / "api.jwk").write_bytes(msgspec.json.encode(public))
    with pytest.raises(ValueError, match="key of a service"):
        Identidade.read(tmp_path / "api.jwk", "https://auth")
