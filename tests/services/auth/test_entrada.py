"""Signing in by e-mail and password."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from fiscalxml_server.kit.rbac import Papel

from .accounts import SENHA, new_address, new_email, new_owner
from .portal import Portal
from .signing_in import Sessao, enter, entries, session_of


def test_who_belongs_to_one_organisation_enters_it(portal: Portal) -> None:
    ana = new_owner(portal)
    answer = enter(portal, ana.email)
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.json()
    assert told["organizacao"]["id"] == str(ana.organizacao)
    assert told["organizacao"]["papel"] == "dono"
    assert [each["id"] for each in told["organizacoes"]] == [str(ana.organizacao)]
    claims = Sessao(portal, told).claims()
    assert (claims.sub, claims.org) == (f"pessoa:{ana.pessoa}", ana.organizacao)
    assert (claims.amr, claims.papel) == (("senha",), Papel.DONO)
    assert claims.sid is not None
    assert claims.auth_time >= claims.iat - 5
    assert entries(portal, f"sessao:{claims.sid}") == ["sessao.aberta"]
    assert entries(portal, f"sessao:{claims.sid}", ana.organizacao) == ["sessao.na_organizacao"]


def test_the_e_mail_is_known_however_it_is_typed(portal: Portal) -> None:
    ana = new_owner(portal)
    assert enter(portal, f"  {ana.email.upper()} ").status_code == 201


def test_a_wrong_password_and_an_unknown_e_mail_get_one_answer(portal: Portal) -> None:
    ana = new_owner(portal)
    wrong = enter(portal, ana.email, "outra senha qualquer")
    unknown = enter(portal, new_email())
    not_one = enter(portal, "isto não é um e-mail")
    assert wrong.status_code == unknown.status_code == not_one.status_code == 401
    assert wrong.json() == unknown.json() == not_one.json()
    assert wrong.headers["WWW-Authenticate"].startswith("Bearer")
    assert wrong.json()["codigo"] == "credenciais_erradas"
    assert entries(portal, f"pessoa:{ana.pessoa}")[-1] == "entrada.recusada"


def test_who_is_unknown_costs_as_many_hashes_and_statements(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = new_owner(portal)
    hashes: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, hash_: str, password: bytes) -> bool:
        hashes.append(hash_)
        return verify(self, hash_, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    work = {}
    for kind, email in (("wrong", ana.email), ("unknown", new_email()), ("none", "x")):
        before = len(hashes), _statements(portal)
        enter(portal, email, "outra senha qualquer")
        work[kind] = len(hashes) - before[0], _statements(portal) - before[1]
    assert work["wrong"] == work["unknown"] == work["none"]
    assert work["wrong"][0] == 1


def _statements(portal: Portal) -> int:
    """Entries of the log so far: each refused attempt writes as many."""

    async def count() -> int:
        async with portal.recursos.banco.transacao() as conn:
            query = text("SELECT numero FROM auditoria.cadeias")
            await conn.execute(text("SELECT set_config('fiscalxml.organizacao', :o, true)"), NOBODY)
            return int((await conn.execute(query)).scalar_one())

    return portal.run(count())


NOBODY = {"o": "00000000-0000-0000-0000-000000000000"}


def test_who_errs_ten_times_waits_and_a_right_password_is_no_attempt(portal: Portal) -> None:
    ana, de = new_owner(portal), new_address()
    for _ in range(12):
        assert enter(portal, ana.email, de=de).status_code == 201
    for _ in range(10):
        assert enter(portal, ana.email, "outra senha qualquer").status_code == 401
    refused = enter(portal, ana.email)
    assert refused.status_code == 429
    assert refused.json()["codigo"] == "muitas_tentativas"
    assert 1 <= int(refused.headers["Retry-After"]) <= 300


def test_an_account_that_nobody_has_is_slowed_alike(portal: Portal) -> None:
    email = new_email()
    answers = [enter(portal, email, "outra senha qualquer").status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]


def test_an_address_that_tries_many_accounts_is_slowed(portal: Portal) -> None:
    de = new_address()
    answers = [enter(portal, new_email(), de=de).status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]


def test_guesses_at_once_are_as_many_as_one_after_the_other(portal: Portal) -> None:
    ana = new_owner(portal)

    async def guess() -> list[int]:
        asked = {"email": ana.email, "senha": "outra senha qualquer"}
        answers = await asyncio.gather(
            *(portal.asking("POST", "/v1/sessoes", json=asked, de=new_address()) for _ in range(20))
        )
        return [each.status_code for each in answers]

    answers = Counter(portal.run(guess()))
    assert 0 < answers[401] <= 10
    assert answers[429] >= 10
    assert set(answers) <= {401, 429, 503}  # the last: where passwords are waited for


def test_a_hash_of_older_parameters_is_made_again(portal: Portal) -> None:
    ana = new_owner(portal)
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(SENHA)
    _set_password(portal, ana.email, old)
    session_of(ana)
    assert _password(portal, ana.email).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    session_of(ana)


def test_an_account_that_is_closed_does_not_enter(portal: Portal) -> None:
    ana = new_owner(portal)
    sessao = session_of(ana)
    _update(portal, ana.email, "situacao", "encerrada")
    assert enter(portal, ana.email).status_code == 401
    assert sessao.renew().status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"email": 1, "senha": "x"}',
        b'{"email": "a@b.c", "senha": null}',
        b'{"email": "a@b.c", "senha": "x", "papel": "dono"}',
        b'{"email": "a@b.c", "senha": "' + b"x" * 2000 + b'"}',
        b'{"email": "' + b"a" * 400 + b'", "senha": "x"}',
        b'{"email": "a@b.c", "senha": "\xff\xfe"}',
        b'{"email": "a@b.c", "senha": "\\ud800"}',
        b"[" * 50_000,
        b'{"email": "' + b"x" * 70_000 + b'"}',
    ],
)
def test_what_is_no_such_body_is_refused(portal: Portal, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = portal.request("POST", "/v1/sessoes", content=body, headers=headers, de=new_address())
    assert 400 <= answer.status_code < 500
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "email", ["\0", "ana\0@exemplo.com.br", "'; DROP TABLE auth.pessoas; --", "漢字@🙂", "a" * 300]
)
def test_hostile_words_are_a_wrong_e_mail(portal: Portal, email: str) -> None:
    answer = enter(portal, email, "\0" * 30)
    assert answer.status_code == 401
    assert email not in answer.text or len(email) < 2


def test_a_hostile_user_agent_is_cut_and_cleaned(portal: Portal) -> None:
    ana = new_owner(portal)
    asked = {"email": ana.email, "senha": SENHA}
    headers = {"User-Agent": "x\x7f\x1b[31m" + "y" * 5000}
    answer = portal.request("POST", "/v1/sessoes", json=asked, headers=headers, de=new_address())
    (mine,) = Sessao(portal, answer.json()).asks("GET", "/v1/sessoes").json()["itens"]
    assert mine["aparelho"].startswith("x[31my")
    assert len(mine["aparelho"]) == 200


def _set_password(portal: Portal, email: str, hash_: str) -> None:
    _update(portal, email, "senha", hash_)


def _update(portal: Portal, email: str, column: str, value: str) -> None:
    async def change() -> None:
        query = text(f"UPDATE auth.pessoas SET {column} = :value WHERE email = :email")  # noqa: S608
        async with portal.recursos.banco.transacao() as conn:
            await conn.execute(query, {"value": value, "email": email})

    portal.run(change())


def _password(portal: Portal, email: str) -> str:
    async def read() -> str:
        query = text("SELECT senha FROM auth.pessoas WHERE email = :email")
        async with portal.recursos.banco.transacao() as conn:
            return str((await conn.execute(query, {"email": email})).scalar_one())

    return portal.run(read())
