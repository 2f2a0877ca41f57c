"""The second factor that is a code: from a program, or from paper."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx2
import pyotp
import pytest
from sqlalchemy import text

from services.locks import wait_for_me

from .accounts import SENHA, Gente, new_owner
from .portal import Portal
from .signing_in import Sessao, enter, entries, session_of


class Relogio:
    """The time by which codes are made and read."""

    def __init__(self) -> None:
        self.agora = float(int(time.time()) // 30 * 30 + 10)

    def __call__(self) -> float:
        return self.agora

    def pass_steps(self, steps: int) -> None:
        self.agora += 30 * steps


@pytest.fixture
def relogio(monkeypatch: pytest.MonkeyPatch) -> Relogio:
    relogio = Relogio()
    monkeypatch.setattr("fiscalxml_server.auth.fatores.totp.time", relogio)
    return relogio


class Protegida:
    """Somebody whose password is not enough."""

    def __init__(self, portal: Portal, relogio: Relogio) -> None:
        self.portal, self.relogio = portal, relogio
        self.gente: Gente = new_owner(portal)
        self.sessao = session_of(self.gente)
        proposed = self.sessao.asks("POST", "/v1/fatores/totp")
        assert proposed.status_code == 200, proposed.text
        self.programa = pyotp.TOTP(proposed.json()["segredo"])
        self.endereco: str = proposed.json()["endereco"]
        confirmed = self.sessao.asks(
            "POST", "/v1/fatores/totp/confirmacao", json={"codigo": self.codigo()}
        )
        assert confirmed.status_code == 200, confirmed.text
        self.codigos: list[str] = confirmed.json()["codigos"]
        relogio.pass_steps(1)

    def codigo(self, steps: int = 0) -> str:
        return self.programa.at(self.relogio.agora + 30 * steps)

    def challenge(self) -> dict[str, Any]:
        answer = enter(self.portal, self.gente.email)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def answer(self, codigo: str, fator: str = "totp", desafio: str = "") -> httpx2.Response:
        return self.portal.request(
            "POST", "/v1/sessoes/segundo-fator", json=self.body(codigo, fator, desafio)
        )

    def body(self, codigo: str, fator: str = "totp", desafio: str = "") -> dict[str, str]:
        desafio = desafio or self.challenge()["desafio"]
        return {"desafio": desafio, "fator": fator, "codigo": codigo}


@pytest.fixture
def ana(portal: Portal, relogio: Relogio) -> Protegida:
    return Protegida(portal, relogio)


def test_the_code_is_asked_for_after_the_password(ana: Protegida) -> None:
    told = ana.challenge()
    assert set(told) == {"desafio", "expira_em", "fatores"}
    assert told["fatores"] == ["totp", "recuperacao"]
    answer = ana.answer(ana.codigo(), desafio=told["desafio"])
    assert answer.status_code == 201
    assert Sessao(ana.portal, answer.json()).claims().amr == ("senha", "totp")
    assert ana.endereco.startswith("otpauth://totp/API%20Fiscal%20XML:")
    assert ana.portal.letters(ana.gente.email)[-1].assunto == "Um segundo fator foi ligado"


def test_nothing_changes_before_the_first_code(portal: Portal, relogio: Relogio) -> None:
    rui = new_owner(portal)
    sessao = session_of(rui)
    segredo = sessao.asks("POST", "/v1/fatores/totp").json()["segredo"]
    wrong = sessao.asks("POST", "/v1/fatores/totp/confirmacao", json={"codigo": "000000"})
    assert wrong.status_code == 422
    assert enter(portal, rui.email).status_code == 201
    other = sessao.asks("POST", "/v1/fatores/totp").json()["segredo"]
    assert other != segredo
    old = {"codigo": pyotp.TOTP(segredo).at(relogio.agora)}
    assert sessao.asks("POST", "/v1/fatores/totp/confirmacao", json=old).status_code == 422


def test_a_code_is_good_once(ana: Protegida) -> None:
    code = ana.codigo()
    assert ana.answer(code).status_code == 201
    assert ana.answer(code).status_code == 422
    assert ana.answer(ana.codigo(-1)).status_code == 422  # of a step that is over
    assert ana.answer(ana.codigo(+1)).status_code == 201


def test_the_code_that_confirmed_it_was_used_by_that(portal: Portal, relogio: Relogio) -> None:
    ana = Protegida(portal, relogio)
    relogio.pass_steps(-1)
    assert ana.answer(ana.codigo()).status_code == 422


def test_a_clock_may_be_one_step_off(ana: Protegida) -> None:
    for steps, status in ((-2, 422), (2, 422), (-1, 422), (1, 201)):
        assert ana.answer(ana.codigo(steps)).status_code == status, steps


def test_of_many_who_bring_one_code_at_once_one_enters(ana: Protegida) -> None:
    bodies = [ana.body(ana.codigo()) for _ in range(5)]

    async def race() -> list[int]:
        answers = await asyncio.gather(
            *(ana.portal.asking("POST", "/v1/sessoes/segundo-fator", json=body) for body in bodies)
        )
        return sorted(each.status_code for each in answers)

    assert ana.portal.run(race()) == [201, 422, 422, 422, 422]


def test_a_challenge_is_good_once(ana: Protegida) -> None:
    desafio = ana.challenge()["desafio"]
    assert ana.answer(ana.codigo(), desafio=desafio).status_code == 201
    again = ana.answer(ana.codigo(1), desafio=desafio)
    assert again.json()["codigo"] == "desafio_invalido"
    assert ana.answer(ana.codigo(1)).status_code == 201  # what it brought was not used up


def test_a_challenge_is_good_for_minutes(ana: Protegida, monkeypatch: pytest.MonkeyPatch) -> None:
    desafio = ana.challenge()["desafio"]
    late = time.time() + 301
    monkeypatch.setattr("fiscalxml_server.auth.desafios.service.time", lambda: late)
    assert ana.answer(ana.codigo(), desafio=desafio).json()["codigo"] == "desafio_invalido"


@pytest.mark.parametrize("desafio", ["", "x", "\0", "🙂", "A" * 200, "A" * 3000])
def test_what_is_no_challenge_is_refused(portal: Portal, desafio: str) -> None:
    body = {"desafio": desafio, "fator": "totp", "codigo": "123456"}
    answer = portal.request("POST", "/v1/sessoes/segundo-fator", json=body)
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("codigo", ["", "12345", "1234567", "١٢٣٤٥٦", "\0" * 6, "1e5", "-12345"])
def test_what_is_no_code_is_wrong(ana: Protegida, codigo: str) -> None:
    assert ana.answer(codigo).status_code == 422


def test_who_guesses_codes_waits(ana: Protegida) -> None:
    answers = [ana.answer("000000").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    assert ana.answer(ana.codigo()).status_code == 429
    assert entries(ana.portal, f"pessoa:{ana.gente.pessoa}").count("entrada.recusada") == 5


def test_guesses_at_once_are_as_many(ana: Protegida) -> None:
    bodies = [ana.body("000000") for _ in range(9)]

    async def race() -> list[int]:
        answers = await asyncio.gather(
            *(ana.portal.asking("POST", "/v1/sessoes/segundo-fator", json=body) for body in bodies)
        )
        return sorted(each.status_code for each in answers)

    assert ana.portal.run(race()) == [422] * 5 + [429] * 4


def test_a_recovery_code_is_good_once_in_place_of_it(ana: Protegida) -> None:
    assert len(set(ana.codigos)) == 10
    first, second, *_ = ana.codigos
    typed = first.lower().replace("-", " ")
    answer = ana.answer(typed, "recuperacao")
    assert answer.status_code == 201
    sessao = Sessao(ana.portal, answer.json())
    assert sessao.claims().amr == ("senha", "recuperacao")
    assert "codigo_de_recuperacao.usado" in entries(ana.portal, f"sessao:{sessao.id}")
    assert ana.answer(first, "recuperacao").status_code == 422
    assert ana.answer(second, "recuperacao").status_code == 201
    letter = ana.portal.letters(ana.gente.email)[-1]
    assert "Restam 8" in letter.texto
    assert ana.sessao.asks("GET", "/v1/fatores").json()["codigos_de_recuperacao"] == 8


def test_of_many_who_bring_one_recovery_code_at_once_one_enters(ana: Protegida) -> None:
    bodies = [ana.body(ana.codigos[0], "recuperacao") for _ in range(4)]

    async def race() -> list[int]:
        answers = await asyncio.gather(
            *(ana.portal.asking("POST", "/v1/sessoes/segundo-fator", json=body) for body in bodies)
        )
        return sorted(each.status_code for each in answers)

    assert ana.portal.run(race()) == [201, 422, 422, 422]


def test_new_recovery_codes_take_the_place_of_the_old(ana: Protegida) -> None:
    made = ana.sessao.asks("POST", "/v1/fatores/recuperacao").json()["codigos"]
    assert not set(made) & set(ana.codigos)
    assert ana.answer(ana.codigos[0], "recuperacao").status_code == 422
    assert ana.answer(made[0], "recuperacao").status_code == 201


def test_of_new_codes_that_are_made_at_once_one_list_is_good(ana: Protegida) -> None:
    recursos, path = ana.portal.recursos, "/v1/fatores/recuperacao"
    token = ana.sessao.dados["acesso"]

    async def both() -> list[list[str]]:
        async with recursos.banco.transacao(pessoa=ana.gente.pessoa) as conn:
            await conn.execute(text("SELECT FROM auth.codigos_de_recuperacao FOR UPDATE"))
            asking = (ana.portal.asking("POST", path, token=token) for _ in range(2))
            asked = [asyncio.create_task(each) for each in asking]
            await wait_for_me(conn)
        return [(await each).json()["codigos"] for each in asked]

    lists = ana.portal.run(both())
    good = [ana.answer(codes[0], "recuperacao").status_code for codes in lists]
    assert sorted(good) == [201, 422]
    assert ana.sessao.asks("GET", "/v1/fatores").json()["codigos_de_recuperacao"] == 9


def test_removed_it_is_asked_for_no_more_and_its_codes_are_for_nothing(ana: Protegida) -> None:
    assert ana.sessao.asks("DELETE", "/v1/fatores/totp").status_code == 204
    assert enter(ana.portal, ana.gente.email).status_code == 201
    fatores = ana.sessao.asks("GET", "/v1/fatores").json()
    assert fatores == {"totp": False, "passkeys": [], "codigos_de_recuperacao": 0}
    assert ana.sessao.asks("DELETE", "/v1/fatores/totp").status_code == 404
    assert ana.sessao.asks("POST", "/v1/fatores/recuperacao").status_code == 404
    assert ana.portal.letters(ana.gente.email)[-1].assunto == "Um segundo fator foi removido"


def test_one_that_is_there_is_not_replaced(ana: Protegida) -> None:
    assert ana.sessao.asks("POST", "/v1/fatores/totp").status_code == 409
    again = {"codigo": ana.codigo()}
    assert ana.sessao.asks("POST", "/v1/fatores/totp/confirmacao", json=again).status_code == 409


def test_an_open_window_is_not_enough_to_change_it(portal: Portal, relogio: Relogio) -> None:
    ana = Protegida(portal, relogio)
    old = portal.token(ana.gente.pessoa, auth_time=int(time.time()) - 601)
    for method, path in (
        ("POST", "/v1/fatores/totp"),
        ("POST", "/v1/fatores/totp/confirmacao"),
        ("DELETE", "/v1/fatores/totp"),
        ("POST", "/v1/fatores/recuperacao"),
        ("POST", "/v1/fatores/passkeys/opcoes"),
        ("POST", "/v1/fatores/passkeys"),
    ):
        answer = portal.request(method, path, token=old)
        assert answer.status_code == 403, path
        assert answer.json()["codigo"] == "confirmacao_necessaria"
        assert "insufficient_user_authentication" in answer.headers["WWW-Authenticate"]


def test_proving_again_by_half_is_not_enough(portal: Portal, relogio: Relogio) -> None:
    ana = Protegida(portal, relogio)
    _long_ago(portal, ana)
    ana.sessao.renew()
    assert ana.sessao.asks("DELETE", "/v1/fatores/totp").status_code == 403
    for wrong in (
        {},
        {"senha": SENHA},
        {"codigo": ana.codigo()},
        {"senha": "outra senha qualquer", "codigo": ana.codigo()},
        {"senha": SENHA, "codigo": "000000"},
    ):
        refused = ana.sessao.asks("POST", "/v1/sessoes/confirmacao", json=wrong)
        assert refused.json()["codigo"] == "confirmacao_recusada", wrong


def test_proving_again_asks_for_both(ana: Protegida) -> None:
    _long_ago(ana.portal, ana)
    ana.sessao.renew()
    right = {"senha": SENHA, "codigo": ana.codigo()}
    answer = ana.sessao.asks("POST", "/v1/sessoes/confirmacao", json=right)
    assert answer.status_code == 200
    ana.sessao.dados = answer.json()
    assert ana.sessao.claims().amr == ("senha", "totp")
    assert ana.sessao.asks("DELETE", "/v1/fatores/totp").status_code == 204
    assert "sessao.confirmada" in entries(ana.portal, f"sessao:{ana.sessao.id}")


def test_the_secret_is_kept_sealed_and_the_codes_hashed(ana: Protegida) -> None:
    async def read() -> bytes:
        async with ana.portal.recursos.banco.transacao(pessoa=ana.gente.pessoa) as conn:
            secrets = (await conn.execute(text("SELECT segredo FROM auth.totps"))).scalars().all()
            query = text("SELECT codigo FROM auth.codigos_de_recuperacao")
            return b"".join([*secrets, *(await conn.execute(query)).scalars()])

    kept = ana.portal.run(read())
    assert ana.programa.secret.encode() not in kept
    assert ana.codigos[0].replace("-", "").encode() not in kept


def _long_ago(portal: Portal, ana: Protegida) -> None:
    """Let the person have proved to be there hours ago."""

    async def update() -> None:
        query = text("UPDATE auth.sessoes SET autenticado_em = now() - interval '3 hours'")
        async with portal.recursos.banco.transacao(pessoa=ana.gente.pessoa) as conn:
            await conn.execute(query)

    portal.run(update())
