"""Signing keys: how one follows another, and who is told."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from fiscalxml_server.auth.app import create_app
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.tokens import keyring, keys, rotation
from fiscalxml_server.kit.audit import INSTALACAO
from fiscalxml_server.kit.jose import header_of
from fiscalxml_server.kit.settings import Settings

from .portal import Portal, operate


@pytest.fixture(autouse=True)
def _no_keys_yet(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "_FRESH_SECONDS", 0.0)

    async def forget() -> None:
        async with portal.recursos.banco.transacao() as conn:
            await conn.execute(text("DELETE FROM auth.chaves_de_assinatura"))

    portal.recursos.chaveiro._until = 0.0
    portal.run(forget())


def _kid(token: str) -> str:
    header = header_of(token)
    assert header is not None
    return header.kid


def _published(portal: Portal) -> list[dict[str, Any]]:
    answer = portal.request("GET", "/.well-known/jwks.json")
    assert answer.status_code == 200
    keys: list[dict[str, Any]] = answer.json()["keys"]
    return keys


def _good(portal: Portal, token: str) -> bool:
    return portal.run(portal.recursos.verificador.verify(token)) is not None


def _age(portal: Portal, seconds: float) -> None:
    """Let so much time pass for the keys."""

    async def age() -> None:
        async with portal.recursos.banco.transacao() as conn:
            await conn.execute(
                text(
                    "UPDATE auth.chaves_de_assinatura"
                    " SET assina_de = assina_de - CAST(:past AS interval),"
                    " assina_ate = assina_ate - CAST(:past AS interval)"
                ),
                {"past": timedelta(seconds=seconds)},
            )

    portal.run(age())


def _keep_up(portal: Portal) -> None:
    async def keep_up() -> None:
        async with portal.recursos.banco.transacao() as conn:
            await rotation.keep_up(conn, portal.recursos.segredos)

    portal.run(keep_up())


def _rotate(portal: Portal) -> str:
    async def rotate() -> str:
        async with portal.recursos.banco.transacao() as conn:
            kid, _ = await rotation.rotate(conn, portal.recursos.segredos)
            return kid

    return portal.run(rotate())


def test_what_is_published_is_public_and_may_be_kept_for_minutes(portal: Portal) -> None:
    token = portal.token(uuid4())
    answer = portal.request("GET", "/.well-known/jwks.json")
    assert answer.headers["cache-control"] == "public, max-age=300"
    for key in answer.json()["keys"]:
        assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert _kid(token) in {key["kid"] for key in answer.json()["keys"]}


def test_a_successor_is_published_before_it_signs_and_the_old_one_while_its_tokens_live(
    portal: Portal,
) -> None:
    before = portal.token(uuid4(), uuid4())
    new = _rotate(portal)
    assert {_kid(before), new} <= {key["kid"] for key in _published(portal)}
    assert _kid(portal.token(uuid4())) == _kid(before)
    _age(portal, rotation.AHEAD.total_seconds() + 1)
    after = portal.token(uuid4(), uuid4())
    assert _kid(after) == new
    assert _good(portal, before)
    assert _good(portal, after)
    _age(portal, 320)
    assert [key["kid"] for key in _published(portal)] == [new]
    assert not _good(portal, before)
    assert _good(portal, after)


def test_keys_follow_each_other_by_themselves_without_a_gap(portal: Portal) -> None:
    first = _kid(portal.token(uuid4()))
    _keep_up(portal)
    assert [key["kid"] for key in _published(portal)] == [first]  # not due
    days = timedelta(days=30) - rotation.AHEAD - timedelta(minutes=15)
    _age(portal, days.total_seconds())
    _keep_up(portal)
    _keep_up(portal)
    (second,) = {key["kid"] for key in _published(portal)} - {first}
    for minutes in (0, 30, 29):
        _age(portal, minutes * 60)
        assert _kid(portal.token(uuid4())) == first
    _age(portal, 120)
    assert _kid(portal.token(uuid4())) == second


def test_after_a_long_stop_a_key_signs_at_once(portal: Portal) -> None:
    old = _kid(portal.token(uuid4()))
    _age(portal, timedelta(days=90).total_seconds())
    _keep_up(portal)
    new = portal.token(uuid4(), uuid4())
    assert _kid(new) != old
    assert _good(portal, new)


def test_a_compromised_key_is_gone_at_once_with_its_tokens(portal: Portal) -> None:
    before = portal.token(uuid4(), uuid4())
    said = operate(portal, "rotate-keys", "--comprometida")
    assert _kid(before) in said
    assert _kid(before) not in {key["kid"] for key in _published(portal)}
    assert not _good(portal, before)
    assert _good(portal, portal.token(uuid4(), uuid4()))


def test_the_command_says_when_the_next_key_signs(portal: Portal) -> None:
    said = operate(portal, "rotate-keys")
    hour = datetime.now(UTC) + rotation.AHEAD
    assert f"{hour:%Y-%m-%d}" in said
    assert said.split()[1] in {key["kid"] for key in _published(portal)}


def test_processes_agree_on_one_key_and_a_new_one_knows_it(portal: Portal) -> None:
    _age(portal, timedelta(days=90).total_seconds())
    others = [Recursos.open(Settings(**portal.values)) for _ in range(4)]

    async def at_once() -> set[str]:
        tokens = await asyncio.gather(*(each.emissor.issue("pessoa:x") for each in others))
        for each in others:
            await each.close()
        return {_kid(token) for token in tokens}

    (kid,) = portal.run(at_once())
    assert [key["kid"] for key in _published(portal)] == [kid]
    again = create_app(Settings(**portal.values)).state.recursos
    assert _kid(portal.run(again.emissor.issue("pessoa:x"))) == kid
    portal.run(again.close())


def test_every_key_that_is_made_or_removed_is_in_the_log(portal: Portal) -> None:
    new = _rotate(portal)

    async def actions() -> list[tuple[str, str]]:
        async with portal.recursos.banco.transacao(INSTALACAO) as conn:
            rows = await conn.execute(
                text("SELECT acao, alvo FROM auditoria.registros ORDER BY numero DESC LIMIT 1")
            )
            return [tuple(row) for row in rows]

    assert portal.run(actions()) == [
        ("chave_de_assinatura.criada", f"chave_de_assinatura:{new}"),
    ]


def test_the_metadata_say_where_everything_is(portal: Portal) -> None:
    told = portal.request("GET", "/.well-known/oauth-authorization-server").json()
    expected = {
        "issuer": portal.recursos.settings.auth_issuer,
        "jwks_uri": "https://contas.exemplo.com.br/.well-known/jwks.json",
        "token_endpoint": "https://contas.exemplo.com.br/oauth/token",
        "grant_types_supported": ["client_credentials"],
    }
    assert expected.items() <= told.items()


def test_who_invents_names_of_keys_does_not_have_them_read_each_time(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = portal.token(uuid4(), uuid4())
    reads = []
    read = keys.read

    async def counted(*args: Any) -> Any:
        reads.append(args)
        return await read(*args)

    monkeypatch.setattr(keys, "read", counted)
    chaveiro = portal.recursos.chaveiro

    async def invent() -> None:
        await asyncio.gather(*(chaveiro.load(f"inventada-{n}") for n in range(200)))

    portal.run(invent())
    assert len(reads) <= 2
    assert _good(portal, good)
