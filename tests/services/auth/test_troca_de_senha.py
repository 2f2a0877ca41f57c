"""A new password: by the old one, or by a code that the e-mail carries."""

from __future__ import annotations

import asyncio
import time

import httpx2
import pytest
from sqlalchemy import text

import seeds

from .accounts import SENHA, Gente, code_of, new_address, new_email, new_owner
from .authenticator import Autenticador
from .portal import Portal
from .signing_in import enter, entries, session_of
from .test_passkeys import register

NOVA = seeds.NOVA_SENHA


def forget(portal: Portal, email: str, de: str = "") -> httpx2.Response:
    """Ask for a code."""
    path = "/v1/senha/esquecida"
    return portal.request("POST", path, json={"email": email}, de=de or new_address())


def choose(portal: Portal, codigo: str, senha: str = NOVA) -> httpx2.Response:
    """Use it."""
    return portal.request("POST", "/v1/senha/nova", json={"codigo": codigo, "senha": senha})


@pytest.fixture
def ana(portal: Portal) -> Gente:
    return new_owner(portal)


def test_the_old_password_makes_way_for_the_new(portal: Portal, ana: Gente) -> None:
    mine, other = session_of(ana), session_of(ana)
    answer = mine.asks("PUT", "/v1/senha", json={"atual": SENHA, "nova": NOVA})
    assert answer.status_code == 204, answer.text
    assert enter(portal, ana.email).status_code == 401
    assert enter(portal, ana.email, NOVA).status_code == 201
    assert mine.renew().status_code == 200
    assert other.renew().status_code == 401
    assert other.asks("GET", "/v1/sessoes").status_code == 401
    assert portal.letters(ana.email)[-1].assunto == "A sua senha mudou"
    assert "senha.alterada" in entries(portal, f"pessoa:{ana.pessoa}")


@pytest.mark.parametrize("atual", ["", "outra senha qualquer", None])
def test_without_the_old_password_nothing_changes(
    portal: Portal, ana: Gente, atual: str | None
) -> None:
    answer = session_of(ana).asks("PUT", "/v1/senha", json={"atual": atual, "nova": NOVA})
    assert answer.json()["codigo"] == "confirmacao_recusada"
    assert enter(portal, ana.email).status_code == 201


@pytest.mark.parametrize("nova", ["", "curta", "123456789012", "x" * 300, "Ana Lima 2026!"])
def test_a_new_password_that_anybody_would_guess_is_refused(ana: Gente, nova: str) -> None:
    answer = session_of(ana).asks("PUT", "/v1/senha", json={"atual": SENHA, "nova": nova})
    assert answer.json()["codigo"] == "senha_recusada"
    assert answer.status_code == 422


def test_who_guesses_the_old_password_in_an_open_window_waits(ana: Gente) -> None:
    sessao = session_of(ana)
    asked = {"atual": "outra senha qualquer", "nova": NOVA}
    answers = [sessao.asks("PUT", "/v1/senha", json=asked).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_who_has_no_password_proves_to_be_there_first(portal: Portal, ana: Gente) -> None:
    sessao = session_of(ana)
    register(sessao, Autenticador())

    async def forget_password() -> None:
        query = text("UPDATE auth.pessoas SET senha = NULL WHERE id = :id")
        async with portal.recursos.banco.transacao() as conn:
            await conn.execute(query, {"id": ana.pessoa})

    portal.run(forget_password())
    assert enter(portal, ana.email).status_code == 401
    old = portal.token(ana.pessoa, auth_time=int(time.time()) - 700)
    late = portal.request("PUT", "/v1/senha", token=old, json={"nova": NOVA})
    assert late.json()["codigo"] == "confirmacao_necessaria"
    assert sessao.asks("PUT", "/v1/senha", json={"nova": NOVA}).status_code == 204
    assert enter(portal, ana.email, NOVA).status_code == 200


def test_the_code_of_the_e_mail_gives_a_new_password_and_ends_all_sessions(
    portal: Portal, ana: Gente
) -> None:
    sessao = session_of(ana)
    assert forget(portal, ana.email.upper()).status_code == 202
    letter = portal.letters(ana.email)[-1]
    assert letter.assunto == "Escolha outra senha"
    assert "https://contas.exemplo.com.br/senha/nova#codigo=" in letter.texto
    assert choose(portal, code_of(portal, ana.email)).status_code == 204
    assert sessao.renew().status_code == 401
    assert enter(portal, ana.email).status_code == 401
    assert enter(portal, ana.email, NOVA).status_code == 201
    done = entries(portal, f"pessoa:{ana.pessoa}")
    assert "senha.esquecida" in done
    assert "senha.redefinida" in done


def test_the_second_factor_is_still_asked_for(portal: Portal, ana: Gente) -> None:
    register(session_of(ana), Autenticador())
    forget(portal, ana.email)
    assert choose(portal, code_of(portal, ana.email)).status_code == 204
    assert enter(portal, ana.email, NOVA).status_code == 200


def test_who_is_unknown_gets_the_same_answer_and_no_e_mail(portal: Portal, ana: Gente) -> None:
    unknown = new_email()
    answers = [forget(portal, each) for each in (ana.email, unknown, "isto não é um e-mail", "\0")]
    assert [each.status_code for each in answers] == [202] * 4
    assert {each.content for each in answers} == {b""}
    assert {tuple(sorted(each.headers)) for each in answers} == {tuple(sorted(answers[0].headers))}
    assert portal.letters(unknown) == []


def test_a_code_is_good_once_and_the_others_with_it(portal: Portal, ana: Gente) -> None:
    codes = []
    for _ in range(2):
        forget(portal, ana.email)
        codes.append(code_of(portal, ana.email))
    assert choose(portal, codes[1]).status_code == 204
    for code in codes:
        refused = choose(portal, code, "outra senha muito comprida")
        assert refused.json()["codigo"] == "codigo_invalido"
    assert enter(portal, ana.email, NOVA).status_code == 201


def test_of_many_who_use_one_code_at_once_one_does(portal: Portal, ana: Gente) -> None:
    forget(portal, ana.email)
    code = code_of(portal, ana.email)

    async def race() -> list[int]:
        answers = await asyncio.gather(
            *(
                portal.asking(
                    "POST", "/v1/senha/nova", json={"codigo": code, "senha": f"{NOVA} {n}"}
                )
                for n in range(4)
            )
        )
        return sorted(each.status_code for each in answers)

    assert portal.run(race()) == [204, 422, 422, 422]


def test_a_password_that_is_refused_does_not_use_the_code_up(portal: Portal, ana: Gente) -> None:
    forget(portal, ana.email)
    code = code_of(portal, ana.email)
    assert choose(portal, code, "curta").json()["codigo"] == "senha_recusada"
    assert choose(portal, code).status_code == 204


def test_a_code_is_good_for_an_hour(
    portal: Portal, ana: Gente, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget(portal, ana.email)
    late = time.time() + 3601
    monkeypatch.setattr("fiscalxml_server.auth.desafios.service.time", lambda: late)
    assert choose(portal, code_of(portal, ana.email)).json()["codigo"] == "codigo_invalido"


def test_a_code_is_for_nothing_once_the_password_was_changed(portal: Portal, ana: Gente) -> None:
    forget(portal, ana.email)
    code = code_of(portal, ana.email)
    session_of(ana).asks("PUT", "/v1/senha", json={"atual": SENHA, "nova": NOVA})
    assert choose(portal, code).json()["codigo"] == "codigo_invalido"


@pytest.mark.parametrize("codigo", ["", "x", "\0", "🙂", "A" * 500, "../../x", "=" * 90])
def test_what_is_no_code_is_refused(portal: Portal, codigo: str) -> None:
    assert choose(portal, codigo).json()["codigo"] == "codigo_invalido"


def test_nobody_is_flooded_with_e_mails(portal: Portal, ana: Gente) -> None:
    answers = [forget(portal, ana.email).status_code for _ in range(6)]
    assert answers == [202] * 5 + [429]
    sent = [each for each in portal.letters(ana.email) if each.assunto == "Escolha outra senha"]
    assert len(sent) == 5
    stranger = new_email()
    answers = [forget(portal, stranger).status_code for _ in range(6)]
    assert answers == [202] * 5 + [429]
