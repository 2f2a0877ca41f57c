"""Machines: made within what their maker may do, listed, removed with their tokens."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from fiscalxml_server.auth.maquinas import service
from fiscalxml_server.kit.rbac import Papel
from services.auth.chaves.casa import CNPJ, CPF, OUTRO_CNPJ, Casa

from .clientes import by_secret, new


def _ask(casa: Casa, method: str, path: str = "", *, token: str = "", **options: Any) -> Any:
    return casa.portal.request(
        method, f"/v1/maquinas{path}", token=token or casa.token(), **options
    )


def test_a_machine_is_made_with_a_secret_that_is_told_once(casa: Casa) -> None:
    made = new(casa, nome="ERP da filial", empresas=[CNPJ], teste=True)
    secret = made.pop("client_secret")
    assert secret.startswith("fx_maq_")
    assert made["autenticacao"] == "segredo"
    assert made["criada_por"] == f"pessoa:{casa.dono}"
    read = _ask(casa, "GET", f"/{made['id']}")
    assert read.json() == made
    assert secret not in read.text
    (row,) = casa.sql("SELECT segredo, nome FROM auth.maquinas")
    assert secret.encode() not in row.segredo
    assert secret not in str(casa.audit())


def test_an_open_window_is_not_enough_to_make_one(casa: Casa) -> None:
    old = casa.token(auth_time=int(time.time()) - 700)
    body = {"nome": "ERP", "escopos": ["documentos:ler"]}
    answer = _ask(casa, "POST", token=old, json=body)
    assert (answer.status_code, answer.json()["codigo"]) == (403, "confirmacao_necessaria")
    assert _ask(casa, "GET", token=old).json()["itens"] == []


def test_with_a_public_key_there_is_no_secret(casa: Casa) -> None:
    for key in (ECKey.generate_key("P-256"), RSAKey.generate_key(3072)):
        made = new(
            casa, chave_publica={**key.as_dict(private=False), "use": "sig", "x5u": "http://x"}
        )
        assert made["client_secret"] is None
        assert made["autenticacao"] == "chave"


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "EC"},
        {"kty": ["EC"]},
        {"kty": "EC", "crv": "P-256", "x": 1, "y": {}},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "EC", "crv": "x\x00", "x": "é", "y": "AA"},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {"kty": "RSA", "n": "_" * 20_000, "e": "AQAB"},
        {"kty": "RSA", "n": "_" * 342, "e": "AQ"},
        ECKey.generate_key("P-384").as_dict(private=False),
        ECKey.generate_key("P-256").as_dict(private=True),
        RSAKey.generate_key(2048).as_dict(private=False),
        OctKey.generate_key(256).as_dict(private=True),
        OKPKey.generate_key("Ed25519").as_dict(private=False),
    ],
    ids=range(14),
)
def test_what_is_no_public_key_for_signatures_is_refused(casa: Casa, jwk: dict[str, Any]) -> None:
    body = {"nome": "ERP", "escopos": ["documentos:ler"], "chave_publica": jwk}
    answer = _ask(casa, "POST", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["campos"][0]["campo"] == "chave_publica"


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"nome": "", "escopos": ["documentos:ler"]},
        {"nome": "a\x00b", "escopos": ["documentos:ler"]},
        {"nome": "x" * 101, "escopos": ["documentos:ler"]},
        {"nome": "ERP", "escopos": []},
        {"nome": "ERP", "escopos": ["membros:escrever"]},
        {"nome": "ERP", "escopos": ["documentos:ler"] * 21},
        {"nome": "ERP", "escopos": "documentos:ler"},
        {"nome": "ERP", "escopos": ["documentos:ler"], "empresas": []},
        {"nome": "ERP", "escopos": ["documentos:ler"], "empresas": ["1"]},
        {"nome": "ERP", "escopos": ["documentos:ler"], "empresas": [CNPJ] * 1001},
        {"nome": "ERP", "escopos": ["documentos:ler"], "chave_publica": "x"},
        {"nome": "ERP", "escopos": ["documentos:ler"], "organizacao": str(uuid4())},
    ],
    ids=range(14),
)
def test_a_wrong_request_is_refused_with_the_reason(casa: Casa, body: Any) -> None:
    answer = _ask(casa, "POST", json=body)
    assert answer.status_code == 422, answer.text


def test_nobody_gives_a_machine_more_than_he_has(casa: Casa) -> None:
    limited = casa.token(Papel.ADMIN, empresas=(CNPJ, CPF))
    assert new(casa, token=limited)["empresas"] == sorted([CNPJ, CPF])
    body = {"nome": "ERP", "escopos": ["documentos:ler"], "empresas": [OUTRO_CNPJ]}
    assert _ask(casa, "POST", token=limited, json=body).status_code == 422


@pytest.mark.parametrize("papel", [Papel.OPERADOR, Papel.LEITOR, Papel.AUDITOR])
def test_only_owners_and_admins_make_machines(casa: Casa, papel: Papel) -> None:
    body = {"nome": "ERP", "escopos": ["documentos:ler"]}
    made = new(casa)
    token = casa.token(papel)
    assert _ask(casa, "POST", token=token, json=body).status_code == 403
    assert _ask(casa, "DELETE", f"/{made['id']}", token=token).status_code == 403


def test_who_is_limited_sees_the_machines_within(casa: Casa) -> None:
    within, beyond = new(casa, empresas=[CNPJ]), new(casa)
    limited = casa.token(Papel.ADMIN, empresas=(CNPJ,))
    listed = _ask(casa, "GET", token=limited).json()["itens"]
    assert [each["id"] for each in listed] == [within["id"]]
    for method in ("GET", "DELETE"):
        assert _ask(casa, method, f"/{beyond['id']}", token=limited).status_code == 404


def test_another_organisation_is_told_nothing(casa: Casa) -> None:
    made = new(casa)
    other = Casa(casa.portal)
    assert _ask(other, "GET").json() == {"itens": [], "proximo": None}
    for method in ("GET", "DELETE"):
        answer = _ask(other, method, f"/{made['id']}")
        assert answer.status_code == 404
        assert "ERP" not in answer.text
    assert _ask(casa, "GET", f"/{made['id']}").status_code == 200


def test_they_are_listed_page_by_page(casa: Casa) -> None:
    made = [new(casa)["id"] for _ in range(3)]
    first = _ask(casa, "GET", "?limite=2").json()
    second = _ask(casa, "GET", f"?limite=2&cursor={first['proximo']}").json()
    assert [each["id"] for each in first["itens"] + second["itens"]] == made[::-1]
    assert second["proximo"] is None
    assert _ask(casa, "GET", "?cursor=xyz").status_code == 422


def test_there_is_a_most(casa: Casa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST", 2)
    new(casa)
    new(casa)
    body = {"nome": "ERP", "escopos": ["documentos:ler"]}
    answer = _ask(casa, "POST", json=body)
    assert answer.status_code == 409
    assert answer.json()["codigo"] == "maquinas_demais"


def test_a_machine_that_is_removed_gets_no_token_and_its_tokens_are_refused(casa: Casa) -> None:
    made = new(casa)
    token = by_secret(casa, made).json()["access_token"]
    verificador = casa.portal.recursos.verificador
    assert casa.portal.run(verificador.verify(token))
    assert _ask(casa, "DELETE", f"/{made['id']}").status_code == 204
    assert casa.portal.run(verificador.verify(token)) is None
    assert by_secret(casa, made).status_code == 401
    assert _ask(casa, "DELETE", f"/{made['id']}").status_code == 404
    assert [acao for acao, _, _ in casa.audit()] == [
        "maquina.criada",
        "maquina.autenticada",
        "maquina.removida",
    ]


def test_a_machine_s_own_token_makes_no_machines(casa: Casa) -> None:
    token = by_secret(casa, new(casa)).json()["access_token"]
    body = {"nome": "ERP", "escopos": ["documentos:ler"]}
    assert _ask(casa, "POST", token=token, json=body).status_code == 403
    assert _ask(casa, "GET", token=token).status_code == 403
