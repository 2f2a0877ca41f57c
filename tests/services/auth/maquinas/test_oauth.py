"""POST /oauth/token: what a machine gets, how it proves who it is, and what it is told if not."""

from __future__ import annotations

import base64
import time
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from sqlalchemy import text

from fiscalxml_server.auth.maquinas import granting, repository
from fiscalxml_server.auth.throttle import Limites
from fiscalxml_server.kit.rbac import Escopo
from services.auth.chaves.casa import CNPJ, Casa
from services.auth.portal import Portal

from .clientes import ASSERTION, GRANT, TOKENS, ask, assertion, by_assertion, by_secret, new


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    """All tests come from one address."""
    monkeypatch.setattr(granting, "MAQUINA", Limites(uuid4().hex, "100/minute", "1000/minute"))


def _refused(answer: httpx2.Response, error: str) -> None:
    assert answer.json()["error"] == error, answer.text
    assert answer.status_code == (401 if error == "invalid_client" else 400)
    assert answer.json().keys() == {"error", "error_description"}
    assert answer.headers["cache-control"] == "no-store"


def _key() -> ECKey:
    return ECKey.generate_key("P-256")


def _with_key(casa: Casa, key: ECKey | RSAKey) -> str:
    client: str = new(casa, chave_publica=key.as_dict(private=False))["client_id"]
    return client


def test_a_secret_gets_a_token_that_may_what_the_machine_may(casa: Casa) -> None:
    made = new(casa, escopos=["documentos:ler", "documentos:escrever"], empresas=[CNPJ])
    answer = by_secret(casa, made)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 300)
    assert told["scope"] == "documentos:escrever documentos:ler"
    sujeito = casa.portal.run(casa.portal.recursos.verificador.verify(told["access_token"]))
    assert sujeito is not None
    assert sujeito.organizacao == casa.id
    assert sujeito.ator == f"maquina:{made['id']}"
    assert sujeito.escopos == frozenset({Escopo.LER, Escopo.ESCREVER})
    assert sujeito.empresas == frozenset({CNPJ})
    assert not sujeito.teste


def test_a_machine_of_tests_is_in_the_sandbox(casa: Casa) -> None:
    token = by_secret(casa, new(casa, teste=True)).json()["access_token"]
    sujeito = casa.portal.run(casa.portal.recursos.verificador.verify(token))
    assert sujeito is not None
    assert (sujeito.organizacao, sujeito.teste) == (casa.teste, True)


def test_the_secret_may_come_in_the_body(casa: Casa) -> None:
    made = new(casa)
    form = {name: made[name] for name in ("client_id", "client_secret")}
    assert ask(casa, form).status_code == 200
    _refused(ask(casa, {**form, "client_secret": form["client_secret"][:-1]}), "invalid_client")


def test_fewer_scopes_may_be_asked_for_and_no_more(casa: Casa) -> None:
    made = new(casa, escopos=["documentos:ler", "validar"])
    assert by_secret(casa, made, scope="validar").json()["scope"] == "validar"
    for scope in ("documentos:escrever", "validar membros:ler", "x", " ", "é", "validar\x00"):
        _refused(by_secret(casa, made, scope=scope), "invalid_scope")


def test_a_key_signs_for_a_token(casa: Casa) -> None:
    key = _key()
    client = _with_key(casa, key)
    assert by_assertion(casa, assertion(casa, client, key)).status_code == 200
    endpoint = "https://contas.exemplo.com.br/oauth/token"
    for aud in (endpoint, [endpoint]):
        signed = assertion(casa, client, key, aud=aud)
        assert by_assertion(casa, signed, client_id=client).status_code == 200
    rsa = RSAKey.generate_key(3072)
    of_rsa = _with_key(casa, rsa)
    for alg in ("PS256", "RS256"):
        assert by_assertion(casa, assertion(casa, of_rsa, rsa, alg)).status_code == 200


def test_an_assertion_is_good_once_at_every_process(casa: Casa) -> None:
    key = _key()
    signed = assertion(casa, _with_key(casa, key), key)
    assert by_assertion(casa, signed).status_code == 200
    _refused(by_assertion(casa, signed), "invalid_client")


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "https://outro.exemplo.com.br"},
        {"aud": ["https://auth.fiscalxml.local", "https://outro.exemplo.com.br"]},
        {"aud": []},
        {"aud": None},
        {"iss": "outro"},
        {"exp": 1},
        {"exp": None},
        {"exp": int(time.time()) + 3600},
        {"exp": float("inf")},
        {"exp": float("nan")},
        {"exp": "logo"},
        {"iat": int(time.time()) + 3600},
        {"nbf": int(time.time()) + 3600},
        {"jti": None},
        {"jti": ""},
        {"jti": "x" * 256},
        {"jti": 7},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_an_assertion_that_is_not_for_us_now_is_refused(casa: Casa, wrong: dict[str, Any]) -> None:
    key = _key()
    client = _with_key(casa, key)
    _refused(by_assertion(casa, assertion(casa, client, key, **wrong)), "invalid_client")


def test_another_key_another_algorithm_or_none_proves_nothing(casa: Casa) -> None:
    key = _key()
    client = _with_key(casa, key)
    good = assertion(casa, client, key)
    head, body, signature = good.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    public = OctKey.import_key(str(key.as_dict(private=False)))
    hs = jwt.encode({"alg": "HS256"}, {"sub": client, "iss": client}, public, ["HS256"])
    for text_ in (
        assertion(casa, client, _key()),
        f"{head}.{body}.",
        f"{none}.{body}.",
        f"{none}.{body}.{signature}",
        hs,
        jwt.encode({"alg": "ES256", "jwk": key.as_dict()}, {"sub": client}, key, ["ES256"]),
    ):
        _refused(by_assertion(casa, text_), "invalid_client")
    secret = new(casa)
    _refused(by_assertion(casa, assertion(casa, secret["client_id"], key)), "invalid_client")
    _refused(ask(casa, {"client_id": client, "client_secret": "x"}), "invalid_client")


@pytest.mark.parametrize("text_", ["x", "a.b.c", "..", "é", "\x00", "[" * 4000, "e30.e30.e30"])
def test_what_is_no_assertion_is_refused(casa: Casa, text_: str) -> None:
    _refused(by_assertion(casa, text_), "invalid_client")


def test_another_machine_s_secret_proves_nothing(casa: Casa) -> None:
    mine, other = new(casa), new(Casa(casa.portal))
    for client, secret in (
        (mine["client_id"], other["client_secret"]),
        (f"{casa.id.hex}.{UUID(other['id']).hex}", other["client_secret"]),
        (f"{UUID(int=0).hex}.{UUID(mine['id']).hex}", mine["client_secret"]),
        (mine["id"], mine["client_secret"]),
        ("", mine["client_secret"]),
        ("'; --", "\x00"),
        ("x" * 5000, "é" * 100),
    ):
        _refused(ask(casa, auth=httpx2.BasicAuth(client, secret)), "invalid_client")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_client"),
        ({"client_id": "x"}, "invalid_client"),
        ({"client_secret": "x"}, "invalid_client"),
        ({"client_id": "x", "client_secret": "x", "client_assertion": "x"}, "invalid_request"),
        ({"client_assertion": "a.b.c"}, "invalid_request"),
        ({"client_id": "x", "client_secret": "y", "grant_type": "password"}, None),
        ({"client_id": "x", "client_secret": "y", "grant_type": ""}, "invalid_request"),
    ],
    ids=range(7),
)
def test_what_cannot_be_asked_so_is_told_in_the_words_of_oauth(
    casa: Casa, form: dict[str, str], error: str | None
) -> None:
    _refused(ask(casa, form), error or "unsupported_grant_type")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"grant_type",
        b"grant_type=client_credentials&grant_type=client_credentials",
        b"grant_type=%ff",
        b"\xff\xfe",
        b"\x00",
        b"&".join(b"a%d=1" % number for number in range(50)),
    ],
    ids=range(7),
)
def test_a_body_that_is_no_form_is_refused(casa: Casa, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = casa.portal.request("POST", TOKENS, content=body, headers=headers)
    assert answer.status_code in (400, 401)
    assert answer.json()["error"] in ("invalid_request", "invalid_client")


def test_other_bodies_and_queries_are_refused(casa: Casa) -> None:
    request = casa.portal.request
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert request("POST", TOKENS, json=GRANT).status_code == 415
    assert request("POST", TOKENS, content=b"a" * 20_000, headers=form).status_code == 413
    assert request("POST", f"{TOKENS}?client_id=x", data=GRANT).status_code == 422
    assert request("GET", TOKENS).status_code == 405


@pytest.mark.parametrize("header", ["Basic", "Basic x", "Basic ====", "Bearer x", "x" * 9000])
def test_an_authorization_that_cannot_be_read_is_refused(casa: Casa, header: str) -> None:
    answer = ask(casa, headers={"Authorization": header})
    _refused(answer, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic")


def test_two_ways_at_once_are_one_too_many(casa: Casa) -> None:
    made = new(casa)
    basic = httpx2.BasicAuth(made["client_id"], made["client_secret"])
    _refused(ask(casa, {"client_secret": made["client_secret"]}, auth=basic), "invalid_request")
    _refused(ask(casa, {**ASSERTION, "client_assertion": "a.b.c"}, auth=basic), "invalid_request")
    _refused(ask(casa, {"client_id": "outro"}, auth=basic), "invalid_request")


def test_an_organisation_that_was_closed_gets_no_tokens(casa: Casa) -> None:
    made = new(casa)
    casa.sql("UPDATE auth.organizacoes SET situacao = 'encerrada' WHERE id = :id", id=casa.id)
    _refused(by_secret(casa, made), "invalid_client")


def test_a_token_is_of_the_organisation_s_epoch(casa: Casa) -> None:
    made = new(casa)
    old = by_secret(casa, made).json()["access_token"]
    casa.sql("UPDATE auth.organizacoes SET epoca = 7 WHERE id = :id", id=casa.id)
    verificador = casa.portal.recursos.verificador
    assert casa.portal.run(verificador.verify(old)) is None
    new_one = by_secret(casa, made).json()["access_token"]
    claims = casa.portal.run(verificador.claims(new_one))
    assert claims is not None
    assert claims.epoca == 7


def test_who_fails_too_often_waits_and_keeps_nobody_else_out(
    casa: Casa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(granting, "MAQUINA", Limites(uuid4().hex, "3/minute", "100/minute"))
    made, other = new(casa), new(casa)
    for _ in range(5):  # successes are not counted
        assert by_secret(casa, made).status_code == 200
    wrong = {**made, "client_secret": "fx_maq_errado"}
    for _ in range(3):
        _refused(by_secret(casa, wrong), "invalid_client")
    answer = by_secret(casa, made)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert by_secret(casa, other).status_code == 200


def test_each_use_and_each_refusal_is_in_the_log_without_the_secret(casa: Casa) -> None:
    made = new(casa)
    by_secret(casa, made)
    by_secret(casa, {**made, "client_secret": "fx_maq_errado"})
    log = casa.audit()
    assert [(acao, alvo) for acao, alvo, _ in log[-2:]] == [
        ("maquina.autenticada", f"maquina:{made['id']}"),
        ("maquina.recusada", f"maquina:{made['id']}"),
    ]
    assert "fx_maq_" not in str(log)


def test_assertions_are_forgotten_when_they_could_not_be_used_anyway(
    casa: Casa, portal: Portal
) -> None:
    key = _key()
    by_assertion(casa, assertion(casa, _with_key(casa, key), key))

    async def later() -> tuple[int, int]:
        async with portal.recursos.banco.transacao() as conn:
            count = text("SELECT count(*) FROM auth.assercoes")
            await repository.forget_assertions(conn)
            before = (await conn.execute(count)).scalar_one()
            await conn.execute(text("UPDATE auth.assercoes SET expira_em = now() - interval '1s'"))
            await repository.forget_assertions(conn)
            return before, (await conn.execute(count)).scalar_one()

    before, after = portal.run(later())
    assert before > 0
    assert after == 0
