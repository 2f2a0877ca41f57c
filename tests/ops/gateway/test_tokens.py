"""Tokens at the gateway: the key of their kid lets them pass, and nothing else does."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from fiscalxml_ops.gateway import keys
from fiscalxml_server.kit.api_keys import new_key

from .entrance import HOSTS, Entrada, entrance, installation
from .recorder import Gravador, recorder


def made(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid})


OLD, NEW, STRANGE = made("velha"), made("nova"), made("velha")


@pytest.fixture(scope="module")
def gravador() -> Iterator[Gravador]:
    with recorder() as server:
        yield server


@pytest.fixture(scope="module")
def entrada(gravador: Gravador, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Entrada]:
    known = keys.parse(json.dumps(KeySet([OLD, NEW]).as_dict(private=False)).encode())
    rules = installation(dict.fromkeys(HOSTS, gravador.porta))
    with entrance(tmp_path_factory.mktemp("nginx"), rules, known) as found:
        yield found


def token(key: ECKey, seconds: int = 300, **header: Any) -> str:
    claims = {"sub": "pessoa:x", "exp": int(time.time()) + seconds}
    return jwt.encode({"alg": "ES256", "kid": key.kid, "typ": "at+jwt", **header}, claims, key)


def test_each_known_key_lets_its_tokens_pass(entrada: Entrada, gravador: Gravador) -> None:
    for key in (OLD, NEW):
        for _ in range(20):  # numbers of a signature are shorter now and then
            given = token(key)
            assert entrada.ask("GET", "/v1/lotes", authorization=f"Bearer {given}").status == 200
            assert gravador.ultimo.cabecalhos["authorization"] == f"Bearer {given}"


def test_another_tokens_reach_no_service(entrada: Entrada, gravador: Gravador) -> None:
    good = token(OLD)
    head, body, signature = good.split(".")
    other = token(NEW).split(".")
    before = len(gravador.pedidos)
    for given in (
        token(STRANGE),
        token(made("outra")),
        token(OLD, seconds=-1),
        f"{head}.{other[1]}x.{signature}",
        f"{other[0]}.{body}.{signature}",
        f"{head}.{body}.{other[2]}",
        f"{head}.{body}.{signature[:-4]}",
        f"{head}.{body}.AAAA",
        "a.b.c",
    ):
        answer = entrada.ask("GET", "/v1/lotes", authorization=f"Bearer {given}")
        assert (answer.status, answer.json["codigo"]) == (401, "nao_autenticado"), given
    assert entrada.ask("GET", "/v1/lotes", x_api_key=good).status == 401
    assert len(gravador.pedidos) == before


def test_keys_and_open_operations_are_not_held_to_tokens(entrada: Entrada) -> None:
    chave = new_key(teste=True)
    assert entrada.ask("GET", "/v1/lotes", x_api_key=chave).status == 200
    assert entrada.ask("GET", "/v1/lotes", authorization=f"Bearer {chave}").status == 200
    open_one = entrada.ask("GET", "/problemas", authorization="Bearer a.b.c")
    assert open_one.status == 200
