"""Signatures of webhooks: against the specification's vectors and its reference library."""

from __future__ import annotations

import base64
import json
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import standardwebhooks
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from fiscalxml.webhooks import (
    NotificacaoRecusada,
    Signer,
    new_key,
    new_secret,
    public_key,
    verify,
)

ID = "0192a1b2-0000-7000-8000-000000000001"
NOW = 1_764_374_400
BODY = json.dumps(
    {
        "id": ID,
        "tipo": "documento.processado",
        "versao": 1,
        "em": "2026-11-29T00:00:00Z",
        "organizacao": "0192a1b2-0000-7000-8000-00000000000f",
        "dados": {"documento": "0192a1b2-0000-7000-8000-000000000002", "nome": "São João"},
    },
    ensure_ascii=False,
).encode()
SECRET, OLD, KEY = new_secret(), new_secret(), new_key()


def signed(*keys: str, at: int = NOW, body: bytes = BODY) -> dict[str, str]:
    return Signer(keys).headers(ID, at, body)


def refusal(headers: dict[str, str], *keys: str, body: bytes = BODY, now: float = NOW) -> str:
    with pytest.raises(NotificacaoRecusada) as refused:
        verify(body, headers, *keys, now=now)
    return refused.value.motivo


# What the specification's own libraries test with.
VECTOR = ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')


def test_the_vector_of_v1() -> None:
    signer = Signer(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])

    assert signer.sign(*VECTOR) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_vector_of_v1a() -> None:
    signer = Signer(["whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk="])

    assert signer.sign(*VECTOR) == (
        "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag=="
    )


@given(st.binary(min_size=24, max_size=64), st.text(max_size=200))
def test_the_reference_verifies_ours(raw: bytes, text: str) -> None:
    secret = "whsec_" + base64.b64encode(raw).decode()
    body = json.dumps({"texto": text}, ensure_ascii=True).encode()
    headers = Signer([secret, KEY]).headers(ID, int(time.time()), body)

    assert standardwebhooks.Webhook(secret).verify(body, headers) == {"texto": text}


@given(st.binary(min_size=24, max_size=64))
def test_ours_verifies_the_reference(raw: bytes) -> None:
    secret = "whsec_" + base64.b64encode(raw).decode()
    at = datetime.fromtimestamp(NOW, UTC)
    signature = standardwebhooks.Webhook(secret).sign(ID, at, BODY.decode())
    headers = {"webhook-id": ID, "webhook-timestamp": str(NOW), "webhook-signature": signature}

    assert verify(BODY, headers, secret, now=NOW).id == UUID(ID)


def test_any_ed25519_verifies_v1a() -> None:
    _, signature = Signer([KEY]).sign(ID, NOW, BODY).split(",")
    public = base64.b64decode(public_key(KEY).removeprefix("whpk_"))

    Ed25519PublicKey.from_public_bytes(public).verify(
        base64.b64decode(signature), f"{ID}.{NOW}.".encode() + BODY
    )


def test_ours_verifies_any_ed25519() -> None:
    private = Ed25519PrivateKey.generate()
    public = "whpk_" + base64.b64encode(private.public_key().public_bytes_raw()).decode()
    signature = base64.b64encode(private.sign(f"{ID}.{NOW}.".encode() + BODY)).decode()
    headers = {"webhook-id": ID, "webhook-timestamp": str(NOW)}

    verify(BODY, headers | {"webhook-signature": f"v1a,{signature}"}, public, now=NOW)


def test_what_is_verified_is_read() -> None:
    notificacao = verify(BODY, signed(SECRET), SECRET, now=NOW)

    assert notificacao.tipo == "documento.processado"
    assert notificacao.em == datetime(2026, 11, 29, tzinfo=UTC)
    assert notificacao.dados["nome"] == "São João"


def test_fields_that_a_later_version_adds_are_passed_over() -> None:
    body = BODY[:-1] + b', "novo": [1]}'

    assert verify(body, signed(SECRET, body=body), SECRET, now=NOW).versao == 1


def test_headers_have_any_case() -> None:
    headers = {name.title(): value for name, value in signed(SECRET).items()}

    verify(BODY, headers, SECRET, now=NOW)


def test_both_kinds_are_sent_and_either_is_enough() -> None:
    headers = signed(SECRET, KEY)

    verify(BODY, headers, SECRET, now=NOW)
    verify(BODY, headers, public_key(KEY), now=NOW)
    verify(BODY, headers, new_secret(), public_key(KEY), now=NOW)


def test_during_a_rotation_either_secret_is_enough() -> None:
    headers = signed(SECRET, OLD)

    assert headers["webhook-signature"].count("v1,") == 2
    for keys in ([SECRET], [OLD], [OLD, SECRET], [new_secret(), OLD]):
        verify(BODY, headers, *keys, now=NOW)


def test_another_key_is_not_enough() -> None:
    assert refusal(signed(SECRET, KEY), new_secret()) == "assinatura"
    assert refusal(signed(SECRET, KEY), public_key(new_key())) == "assinatura"
    assert refusal(signed(SECRET), public_key(KEY)) == "assinatura"
    assert refusal(signed(KEY), SECRET) == "assinatura"


def test_one_version_is_not_taken_for_another() -> None:
    headers = signed(SECRET)
    disguised = headers["webhook-signature"].replace("v1,", "v1a,")

    for name in (disguised, headers["webhook-signature"].replace("v1,", "v2,")):
        assert refusal(headers | {"webhook-signature": name}, SECRET, public_key(KEY)) == (
            "assinatura"
        )


def test_a_public_key_signs_nothing() -> None:
    """Its text is no secret: nobody makes a v1 of it."""
    with pytest.raises(ValueError, match="whsec_"):
        Signer([public_key(KEY)])


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_a_body_that_was_changed_is_refused(place: int, change: int) -> None:
    body = bytearray(BODY)
    body[place] ^= change

    for keys in (SECRET, public_key(KEY)):
        assert refusal(signed(SECRET, KEY), keys, body=bytes(body)) == "assinatura"


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp"])
def test_what_is_said_beside_the_body_is_signed_too(name: str) -> None:
    headers = signed(SECRET)
    headers[name] = headers[name][:-1] + ("1" if headers[name][-1] != "1" else "2")

    assert refusal(headers, SECRET) == "assinatura"


def test_a_full_stop_moves_nothing_from_one_part_to_another() -> None:
    body = f"{NOW}.".encode() + BODY
    headers = Signer([SECRET]).headers("a", NOW, body)

    assert refusal(headers | {"webhook-id": f"a.{NOW}"}, SECRET) == "cabecalhos"
    with pytest.raises(ValueError, match="full stop"):
        Signer([SECRET]).sign("a.b", NOW, BODY)


@pytest.mark.parametrize("seconds", [-300, -1, 0, 1, 300])
def test_five_minutes_either_way_are_fresh(seconds: int) -> None:
    verify(BODY, signed(SECRET), SECRET, now=NOW + seconds)


@pytest.mark.parametrize("seconds", [-86_400, -301, 301, 86_400])
def test_beyond_them_it_may_be_a_repetition(seconds: int) -> None:
    assert refusal(signed(SECRET), SECRET, now=NOW + seconds) == "relogio"


def test_the_clock_is_this_computers() -> None:
    verify(BODY, signed(SECRET, at=int(time.time())), SECRET)
    assert refusal(signed(SECRET, at=int(time.time()) - 301), SECRET, now=time.time()) == "relogio"


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_no_header_may_be_missing(missing: str) -> None:
    headers = signed(SECRET)
    del headers[missing]

    assert refusal(headers, SECRET) == "cabecalhos"
    assert refusal(headers | {missing: ""}, SECRET) == "cabecalhos"


@pytest.mark.parametrize(
    "stamp", ["agora", "-1", "1e9", "1.5", " 1", "1 ", "１７", "9" * 13, "inf"]
)
def test_a_time_that_is_none(stamp: str) -> None:
    assert refusal(signed(SECRET) | {"webhook-timestamp": stamp}, SECRET) == "cabecalhos"


@pytest.mark.parametrize(
    "signature",
    ["v1", "v1,", "v1,====", "v1,ç", ",", " ", "v1,YQ==", "v1a,YQ==", "v1,YQ", "x" * 100_000],
)
def test_signatures_that_are_none(signature: str) -> None:
    headers = signed(SECRET) | {"webhook-signature": signature}

    assert refusal(headers, SECRET, public_key(KEY)) == "assinatura"


def test_a_good_one_among_others_is_found_but_not_among_hundreds() -> None:
    good = signed(SECRET)["webhook-signature"]
    other = signed(OLD)["webhook-signature"]

    verify(
        BODY,
        signed(SECRET) | {"webhook-signature": f"v1 v9,!! {other} {good} {other}"},
        SECRET,
        now=NOW,
    )
    many = " ".join([*([other] * 500), good])
    assert refusal(signed(SECRET) | {"webhook-signature": many}, SECRET) == "assinatura"


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"nada", b"\xff", BODY.replace(b"em", b"eM")])
def test_a_body_that_is_no_notificacao(body: bytes) -> None:
    assert refusal(signed(SECRET, body=body), SECRET, body=body) == "corpo"


@pytest.mark.parametrize(
    "key",
    [
        "",
        "whsec_",
        "whsec_YQ==",
        "whsec_!!!",
        "whsec_" + base64.b64encode(bytes(65)).decode(),
        SECRET.removeprefix("whsec_"),
        "whpk_YQ==",
        "whpk_" + base64.b64encode(bytes(64)).decode(),
        KEY,
    ],
    ids=[
        "nothing",
        "prefix",
        "short",
        "no-base64",
        "long",
        "bare",
        "public",
        "public-64",
        "private",
    ],
)
def test_a_key_that_is_none_is_the_callers_fault(key: str) -> None:
    with pytest.raises(ValueError, match=r"wh|base64|bytes|key"):
        verify(BODY, signed(SECRET), key, now=NOW)


def test_without_keys_nothing_is_believed_or_signed() -> None:
    assert refusal(signed(SECRET)) == "assinatura"
    with pytest.raises(ValueError, match="nothing"):
        Signer([])


def test_padding_may_be_missing_from_a_key() -> None:
    assert Signer([SECRET.rstrip("=")]).sign(*VECTOR) == Signer([SECRET]).sign(*VECTOR)


def test_each_key_is_new() -> None:
    made: list[Any] = [new_secret() for _ in range(8)] + [new_key() for _ in range(8)]

    assert len(set(made)) == 16
