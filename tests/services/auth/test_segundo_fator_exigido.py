"""An organisation that demands a second factor opens nothing to a session that has shown none."""

from __future__ import annotations

import time
from typing import Any

import httpx2
import pyotp
import pytest

from fiscalxml_server.kit.rbac import Escopo, Papel

from .accounts import SENHA, accept, new_owner
from .authenticator import Autenticador
from .maquinas.clientes import GRANT, TOKENS
from .portal import Portal
from .signing_in import Sessao, entries, session_of
from .test_passkeys import register
from .test_totp import Protegida, Relogio, relogio

__all__ = ["relogio"]


@pytest.fixture
def dono(portal: Portal, relogio: Relogio) -> Protegida:
    """Of an organisation that demands it from now on."""
    dono = Protegida(portal, relogio)
    assert _demand(dono.sessao).status_code == 200
    assert dono.sessao.renew().status_code == 200
    return dono


def test_it_is_asked_of_nobody_unless_it_is_demanded(portal: Portal) -> None:
    ana = new_owner(portal)
    sessao = session_of(ana)
    assert sessao.asks("GET", "/v1/organizacao").json()["exige_segundo_fator"] is False
    assert sessao.dados["falta_segundo_fator"] is False


def test_open_sessions_without_one_open_nothing_at_once(portal: Portal, relogio: Relogio) -> None:
    dono = Protegida(portal, relogio)
    leitor = dono.gente.bring(Papel.LEITOR)
    sessao = session_of(leitor)
    assert sessao.asks("GET", "/v1/organizacao").status_code == 200
    answer = _demand(dono.sessao)
    assert answer.json()["exige_segundo_fator"] is True
    assert sessao.asks("GET", "/v1/organizacao").status_code == 401  # it renews by itself
    assert sessao.renew().status_code == 200
    _closed(sessao)
    assert dono.sessao.renew().status_code == 200
    assert dono.sessao.asks("GET", "/v1/organizacao").json() == answer.json()
    alvo = f"organizacao:{dono.gente.organizacao}"
    assert entries(portal, alvo, dono.gente.organizacao)[-1] == "organizacao.alterada"


def test_who_lacks_one_sees_the_own_account_and_turns_one_on(dono: Protegida) -> None:
    sessao = session_of(dono.gente.bring(Papel.OPERADOR))
    _closed(sessao)
    for path in ("/v1/conta", "/v1/fatores", "/v1/sessoes"):
        assert sessao.asks("GET", path).status_code == 200, path
    register(sessao, Autenticador())
    _closed(sessao)  # until the next token
    assert sessao.renew().json()["falta_segundo_fator"] is False
    assert sessao.claims().amr == ("senha", "passkey")
    assert sessao.asks("GET", "/v1/organizacao").status_code == 200


def test_the_code_that_turns_it_on_is_shown_in_that_session_alone(
    portal: Portal, dono: Protegida, relogio: Relogio
) -> None:
    """Another session, which may be a thief's of the password, has shown nothing."""
    member = dono.gente.bring(Papel.LEITOR)
    mine, other = session_of(member), session_of(member)
    programa = _turn_on(mine, relogio)
    mine.renew()
    other.renew()
    assert mine.asks("GET", "/v1/organizacao").status_code == 200
    _closed(other)
    proof = {"senha": SENHA, "codigo": programa.at(relogio.agora)}
    proven = other.asks("POST", "/v1/sessoes/confirmacao", json=proof)
    assert proven.json()["falta_segundo_fator"] is False
    assert Sessao(portal, proven.json()).asks("GET", "/v1/organizacao").status_code == 200


def test_who_removes_the_last_one_is_outside_again(dono: Protegida) -> None:
    assert dono.sessao.asks("DELETE", "/v1/fatores/totp").status_code == 204
    assert dono.sessao.renew().json()["falta_segundo_fator"] is True
    _closed(dono.sessao)


def test_a_recovery_code_stands_for_the_one_that_was_lost(dono: Protegida) -> None:
    entered = dono.answer(dono.codigos[0], "recuperacao")
    sessao = Sessao(dono.portal, entered.json())
    assert sessao.dados["falta_segundo_fator"] is False
    assert sessao.asks("GET", "/v1/organizacao").status_code == 200


def test_it_is_no_business_of_another_organisation(portal: Portal, dono: Protegida) -> None:
    ana = new_owner(portal)
    assert accept(portal, dono.gente.invite(Papel.ADMIN, ana.email), ana.token).status_code == 201
    sessao = session_of(ana)
    for organizacao, falta in ((dono.gente.organizacao, True), (ana.organizacao, False)):
        chosen = sessao.asks(
            "POST", "/v1/sessoes/organizacao", json={"organizacao": str(organizacao)}
        )
        sessao.dados = chosen.json()
        assert sessao.dados["falta_segundo_fator"] is falta
        status = sessao.asks("GET", "/v1/organizacao").status_code
        assert status == (403 if falta else 200)


def test_keys_and_machines_go_on(portal: Portal, dono: Protegida) -> None:
    asked = {"nome": "ERP", "escopos": ["documentos:ler"]}
    chave = dono.sessao.asks("POST", "/v1/chaves-api", json=asked).json()["chave"]
    told = portal.calling("POST", "/interno/introspeccao", json={"chave": chave}).json()
    assert told["sujeito"]["escopos"] == ["documentos:ler"]
    maquina = dono.sessao.asks("POST", "/v1/maquinas", json=asked).json()
    proof = httpx2.BasicAuth(maquina["client_id"], maquina["client_secret"])
    token = portal.request("POST", TOKENS, data=GRANT, auth=proof).json()["access_token"]
    sujeito = portal.run(portal.recursos.verificador.verify(token))
    assert sujeito is not None
    assert sujeito.has(Escopo.LER)
    assert not sujeito.sem_segundo_fator


def test_who_demands_it_has_one(portal: Portal) -> None:
    ana = new_owner(portal)
    answer = _demand(session_of(ana))
    assert (answer.status_code, answer.json()["codigo"]) == (409, "segundo_fator_ausente")
    assert ana.asks("GET", "/v1/organizacao").json()["exige_segundo_fator"] is False
    assert ana.epoca() == 0


@pytest.mark.parametrize("demanded", [True, False])
def test_an_open_window_is_not_enough_to_demand_it_or_to_stop(
    portal: Portal, demanded: bool
) -> None:
    ana = new_owner(portal)
    old = portal.token(ana.pessoa, ana.organizacao, auth_time=int(time.time()) - 700)
    body = {"exige_segundo_fator": demanded}
    answer = portal.request("PATCH", "/v1/organizacao", token=old, json=body)
    assert (answer.status_code, answer.json()["codigo"]) == (403, "confirmacao_necessaria")
    named = portal.request("PATCH", "/v1/organizacao", token=old, json={"nome": "Padaria"})
    assert named.status_code == 200


def test_what_is_not_demanded_any_more_opens_at_the_next_token(dono: Protegida) -> None:
    sessao = session_of(dono.gente.bring(Papel.LEITOR))
    epoca = dono.gente.epoca()
    assert _demand(dono.sessao, demanded=False).status_code == 200
    assert dono.gente.epoca() == epoca  # nobody loses anything
    sessao.renew()
    assert sessao.asks("GET", "/v1/organizacao").status_code == 200


def test_to_demand_it_again_changes_nothing(dono: Protegida) -> None:
    epoca = dono.gente.epoca()
    assert _demand(dono.sessao).status_code == 200
    assert dono.sessao.asks("PATCH", "/v1/organizacao", json={}).status_code == 200
    assert dono.gente.epoca() == epoca


@pytest.mark.parametrize("papel", [Papel.OPERADOR, Papel.LEITOR, Papel.AUDITOR])
def test_other_roles_demand_nothing(portal: Portal, papel: Papel) -> None:
    member = new_owner(portal).bring(papel)
    answer = member.asks("PATCH", "/v1/organizacao", json={"exige_segundo_fator": False})
    assert (answer.status_code, answer.json()["codigo"]) == (403, "sem_permissao")


@pytest.mark.parametrize("wrong", ["sim", 1, None, [], {"a": 1}])
def test_what_is_no_yes_or_no_is_refused(portal: Portal, wrong: Any) -> None:
    answer = _demand(session_of(new_owner(portal)), demanded=wrong)
    assert answer.status_code == 422


def _demand(sessao: Sessao, *, demanded: Any = True) -> httpx2.Response:
    return sessao.asks("PATCH", "/v1/organizacao", json={"exige_segundo_fator": demanded})


def _closed(sessao: Sessao) -> None:
    for method, path in (
        ("GET", "/v1/organizacao"),
        ("GET", "/v1/membros"),
        ("POST", "/v1/chaves-api"),
        ("PATCH", "/v1/organizacao"),
    ):
        answer = sessao.asks(method, path)
        assert answer.status_code == 403, (path, answer.text)
        assert answer.json()["codigo"] == "segundo_fator_exigido"
        assert "/v1/fatores/totp" in answer.json()["detail"]


def _turn_on(sessao: Sessao, relogio: Relogio) -> Any:
    programa = pyotp.TOTP(sessao.asks("POST", "/v1/fatores/totp").json()["segredo"])
    body = {"codigo": programa.at(relogio.agora)}
    assert sessao.asks("POST", "/v1/fatores/totp/confirmacao", json=body).status_code == 200
    relogio.pass_steps(1)
    return programa
