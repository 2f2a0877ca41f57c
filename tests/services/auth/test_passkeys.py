"""Passkeys: entering without a password, as a browser and an authenticator do it."""

from __future__ import annotations

import asyncio
import base64
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from .accounts import SENHA, Gente, new_address, new_owner
from .authenticator import Autenticador, encode
from .portal import Portal
from .signing_in import Sessao, enter, entries, session_of


def register(
    sessao: Sessao, autenticador: Autenticador, nome: str = "Celular", **changed: Any
) -> httpx2.Response:
    """Make a passkey in this authenticator."""
    told = sessao.asks("POST", "/v1/fatores/passkeys/opcoes")
    assert told.status_code == 200, told.text
    credencial = autenticador.create(told.json()["opcoes"])
    body = {"desafio": told.json()["desafio"], "credencial": credencial, "nome": nome, **changed}
    return sessao.asks("POST", "/v1/fatores/passkeys", json=body)


def options(portal: Portal) -> dict[str, Any]:
    """What a page asks the browser with."""
    answer = portal.request("POST", "/v1/sessoes/passkey/opcoes")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def proof(portal: Portal, autenticador: Autenticador) -> dict[str, Any]:
    """The body of who answers."""
    told = options(portal)
    return {"desafio": told["desafio"], "credencial": autenticador.get(told["opcoes"])}


def enter_by(portal: Portal, body: dict[str, Any], de: str = "") -> httpx2.Response:
    """Ask to sign in."""
    return portal.request("POST", "/v1/sessoes/passkey", json=body, de=de or new_address())


@pytest.fixture
def ana(portal: Portal) -> Gente:
    return new_owner(portal)


@pytest.fixture
def sessao(ana: Gente) -> Sessao:
    return session_of(ana)


@pytest.fixture
def autenticador(sessao: Sessao) -> Autenticador:
    """It holds her passkey."""
    autenticador = Autenticador()
    answer = register(sessao, autenticador)
    assert answer.status_code == 201, answer.text
    return autenticador


def test_who_has_a_passkey_enters_without_password_or_e_mail(
    portal: Portal, ana: Gente, sessao: Sessao, autenticador: Autenticador
) -> None:
    told = options(portal)["opcoes"]
    assert told["rpId"] == "contas.exemplo.com.br"
    assert told["userVerification"] == "required"
    assert not told.get("allowCredentials")
    answer = enter_by(portal, proof(portal, autenticador))
    assert answer.status_code == 201
    claims = Sessao(portal, answer.json()).claims()
    assert (claims.sub, claims.amr) == (f"pessoa:{ana.pessoa}", ("passkey",))
    (passkey,) = sessao.asks("GET", "/v1/fatores").json()["passkeys"]
    assert passkey["usado_em"] is not None


def test_a_browser_is_asked_for_one_that_stays_in_it_and_verifies(ana: Gente) -> None:
    told = session_of(ana).asks("POST", "/v1/fatores/passkeys/opcoes").json()["opcoes"]
    assert told["rp"]["id"] == "contas.exemplo.com.br"
    assert told["user"]["id"] == encode(ana.pessoa.bytes)
    assert told["authenticatorSelection"]["residentKey"] == "required"
    assert told["authenticatorSelection"]["userVerification"] == "required"
    assert told["attestation"] == "none"


def test_the_first_one_comes_with_recovery_codes(ana: Gente, sessao: Sessao) -> None:
    first = register(sessao, Autenticador()).json()
    second = register(sessao, Autenticador(), "Chave").json()
    assert (len(first["codigos"]), second["codigos"]) == (10, [])
    told = sessao.asks("GET", "/v1/fatores").json()
    assert [each["nome"] for each in told["passkeys"]] == ["Celular", "Chave"]
    assert ana.portal.letters(ana.email)[-1].assunto == "Uma passkey foi criada"
    passkey = first["passkey"]["id"]
    assert entries(ana.portal, f"passkey:{passkey}") == ["passkey.criada"]


@pytest.mark.usefixtures("autenticador")
def test_the_password_alone_is_not_enough_any_more(
    portal: Portal, ana: Gente, sessao: Sessao
) -> None:
    answer = enter(portal, ana.email)
    assert answer.status_code == 200
    assert answer.json()["fatores"] == ["passkey", "recuperacao"]
    assert sessao.renew().status_code == 200


def test_an_answer_is_good_once(portal: Portal, autenticador: Autenticador) -> None:
    body = proof(portal, autenticador)
    assert enter_by(portal, body).status_code == 201
    assert enter_by(portal, body).json()["codigo"] == "desafio_invalido"


def test_of_one_answer_that_is_brought_many_times_at_once_one_enters(
    portal: Portal, autenticador: Autenticador
) -> None:
    body = proof(portal, autenticador)

    async def race() -> list[int]:
        answers = await asyncio.gather(
            *(portal.asking("POST", "/v1/sessoes/passkey", json=body) for _ in range(4))
        )
        return sorted(each.status_code for each in answers)

    assert portal.run(race()) == [201, 422, 422, 422]


def test_a_count_that_goes_back_is_a_copy(
    portal: Portal, ana: Gente, autenticador: Autenticador
) -> None:
    for _ in range(3):
        assert enter_by(portal, proof(portal, autenticador)).status_code == 201
    autenticador.contador = 1
    assert enter_by(portal, proof(portal, autenticador)).status_code == 422
    assert entries(portal, f"pessoa:{ana.pessoa}")[-1] == "passkey.recusada"
    autenticador.contador = 10
    assert enter_by(portal, proof(portal, autenticador)).status_code == 201


def test_an_authenticator_that_does_not_count_enters_again_and_again(
    portal: Portal, ana: Gente
) -> None:
    autenticador = Autenticador(conta=False)
    register(session_of(ana), autenticador)
    for _ in range(2):
        assert enter_by(portal, proof(portal, autenticador)).status_code == 201


def test_who_was_not_verified_does_not_enter_nor_register(
    portal: Portal, sessao: Sessao, autenticador: Autenticador
) -> None:
    assert register(sessao, Autenticador(verifica=False)).status_code == 422
    autenticador.verifica = False
    assert enter_by(portal, proof(portal, autenticador)).status_code == 422


def test_what_was_signed_for_another_page_is_refused(
    portal: Portal, sessao: Sessao, autenticador: Autenticador
) -> None:
    phish = "https://contas.exemplo.com.br.golpe.example"
    assert register(sessao, Autenticador(origem=phish)).status_code == 422
    autenticador.origem = phish
    assert enter_by(portal, proof(portal, autenticador)).status_code == 422
    autenticador.origem = "http://contas.exemplo.com.br"
    assert enter_by(portal, proof(portal, autenticador)).status_code == 422


def test_another_key_or_another_person_s_does_not_enter(
    portal: Portal, autenticador: Autenticador
) -> None:
    rui = new_owner(portal)
    dele = Autenticador()
    register(session_of(rui), dele)
    forged = Autenticador(credencial=autenticador.credencial, dono=autenticador.dono)
    assert enter_by(portal, proof(portal, forged)).status_code == 422
    dele.dono = autenticador.dono  # his credential, her name
    assert enter_by(portal, proof(portal, dele)).status_code == 422
    dele.dono = encode(uuid4().bytes)
    assert enter_by(portal, proof(portal, dele)).status_code == 422
    unknown = Autenticador(dono=autenticador.dono)
    assert enter_by(portal, proof(portal, unknown)).status_code == 422


def test_a_challenge_of_one_step_or_person_is_none_of_another(
    portal: Portal, sessao: Sessao, autenticador: Autenticador
) -> None:
    rui = session_of(new_owner(portal))
    told = sessao.asks("POST", "/v1/fatores/passkeys/opcoes").json()
    answer = Autenticador().create(told["opcoes"])
    body = {"desafio": told["desafio"], "credencial": answer, "nome": "Celular"}
    assert (
        rui.asks("POST", "/v1/fatores/passkeys", json=body).json()["codigo"] == "desafio_invalido"
    )
    assert sessao.asks("POST", "/v1/fatores/passkeys", json=body).status_code == 201
    assert sessao.asks("POST", "/v1/fatores/passkeys", json=body).status_code == 422  # again
    signed = proof(portal, autenticador)
    signed["desafio"] = told["desafio"]
    assert enter_by(portal, signed).json()["codigo"] == "desafio_invalido"
    other = proof(portal, autenticador) | {"desafio": options(portal)["desafio"]}
    assert enter_by(portal, other).json()["codigo"] == "passkey_recusada"


def test_a_credential_is_registered_once(
    portal: Portal, sessao: Sessao, autenticador: Autenticador
) -> None:
    assert register(sessao, autenticador).status_code == 409
    stranger = session_of(new_owner(portal))
    copied = Autenticador(credencial=autenticador.credencial)
    assert register(stranger, copied).status_code == 409
    told = sessao.asks("POST", "/v1/fatores/passkeys/opcoes").json()["opcoes"]
    assert [each["id"] for each in told["excludeCredentials"]] == [encode(autenticador.credencial)]


def test_a_passkey_is_renamed_and_removed_by_its_person_only(
    portal: Portal, ana: Gente, sessao: Sessao, autenticador: Autenticador
) -> None:
    (passkey,) = sessao.asks("GET", "/v1/fatores").json()["passkeys"]
    path = f"/v1/fatores/passkeys/{passkey['id']}"
    stranger = session_of(new_owner(portal))
    for asks, status in ((stranger.asks, 404), (sessao.asks, 204)):
        assert asks("PATCH", path, json={"nome": "Telefone novo"}).status_code == status
    told = sessao.asks("GET", "/v1/fatores").json()["passkeys"]
    assert [each["nome"] for each in told] == ["Telefone novo"]
    for bad in ("", " ", "x" * 200, "a\0b", "\u202eabc"):
        assert sessao.asks("PATCH", path, json={"nome": bad}).status_code == 422, bad
    assert stranger.asks("DELETE", path).status_code == 404
    assert sessao.asks("DELETE", path).status_code == 204
    assert sessao.asks("DELETE", path).status_code == 404
    assert enter_by(portal, proof(portal, autenticador)).status_code == 422
    assert enter(portal, ana.email).status_code == 201
    assert sessao.asks("GET", "/v1/fatores").json()["codigos_de_recuperacao"] == 0


def test_a_passkey_proves_again(portal: Portal, sessao: Sessao, autenticador: Autenticador) -> None:
    by_password = {"senha": SENHA}
    path = "/v1/sessoes/confirmacao"
    assert sessao.asks("POST", path, json=by_password).status_code == 422
    rui = Autenticador()
    register(session_of(new_owner(portal)), rui)
    stolen = {"passkey": proof(portal, rui)}
    assert sessao.asks("POST", path, json=stolen).json()["codigo"] == "confirmacao_recusada"
    answer = sessao.asks("POST", path, json={"passkey": proof(portal, autenticador)})
    assert answer.status_code == 200
    assert Sessao(portal, answer.json()).claims().amr == ("senha", "passkey")


def test_an_address_that_tries_passkeys_is_slowed(portal: Portal) -> None:
    de = new_address()
    told = options(portal)
    body = {"desafio": told["desafio"], "credencial": {}}
    answers = [enter_by(portal, body, de).status_code for _ in range(31)]
    assert answers == [422] * 30 + [429]


def _broken(body: dict[str, Any], part: str, value: object) -> dict[str, Any]:
    response = {**body["credencial"]["response"], part: value}
    return {**body, "credencial": {**body["credencial"], "response": response}}


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature", "userHandle"])
@pytest.mark.parametrize(
    "value",
    [None, 1, "", "x", "\0", "🙂", [], {"a": 1}, "A" * 30_000, base64.b64encode(b"{}").decode()],
)
def test_hostile_answers_are_refused(
    portal: Portal, autenticador: Autenticador, part: str, value: object
) -> None:
    answer = enter_by(portal, _broken(proof(portal, autenticador), part, value))
    assert answer.status_code == 422, (part, value)


@pytest.mark.parametrize("part", ["clientDataJSON", "attestationObject"])
@pytest.mark.parametrize(
    "value",
    [None, 1, "", "x", "🙂", {}, encode(b"\xa3" * 40), encode(b"\x9f" * 5000), "A" * 30_000],
)
def test_hostile_registrations_are_refused(ana: Gente, part: str, value: object) -> None:
    sessao = session_of(ana)
    told = sessao.asks("POST", "/v1/fatores/passkeys/opcoes").json()
    body = {
        "desafio": told["desafio"],
        "credencial": Autenticador().create(told["opcoes"]),
        "nome": "Celular",
    }
    answer = sessao.asks("POST", "/v1/fatores/passkeys", json=_broken(body, part, value))
    assert answer.status_code == 422, (part, value)
    assert sessao.asks("GET", "/v1/fatores").json()["passkeys"] == []
