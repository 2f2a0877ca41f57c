"""API keys: made within what their maker may do, shown once, renamed, rotated, revoked."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from fiscalxml_server.kit.api_keys import parse, prefix
from fiscalxml_server.kit.rbac import PERMISSOES, Escopo, Papel
from services.auth.portal import Portal

from .casa import CNPJ, CPF, OUTRO_CNPJ, Casa, now


def test_a_new_key_is_told_once_with_what_it_can(casa: Casa) -> None:
    created = casa.new(nome=" Nosso ERP ", escopos=["validar", "documentos:ler", "validar"])
    partes = parse(created.pop("chave"))
    assert partes is not None
    assert not partes.teste
    assert created["nome"] == "Nosso ERP"
    assert created["escopos"] == ["documentos:ler", "validar"]
    assert created["empresas"] is None
    assert created["situacao"] == "ativa"
    assert created["criada_por"] == f"pessoa:{casa.dono}"
    assert created["usada_em"] is None
    (secret,) = created["segredos"]
    assert secret["prefixo"] == prefix(partes.consulta, teste=False)
    assert casa.ask("GET", f"/{created['id']}").json() == created
    assert casa.ask("GET").json() == {"itens": [created], "proximo": None}


def test_an_open_window_is_not_enough_to_make_or_rotate_one(casa: Casa) -> None:
    created = casa.new()
    old = casa.token(auth_time=int(time.time()) - 700)
    body = {"nome": "ERP", "escopos": ["validar"]}
    for path, asked in (("", body), (f"/{created['id']}/rotacao", {})):
        answer = casa.ask("POST", path, token=old, json=asked)
        assert (answer.status_code, answer.json()["codigo"]) == (403, "confirmacao_necessaria")
    (kept,) = casa.ask("GET", token=old).json()["itens"]
    assert kept["segredos"] == created["segredos"]
    assert casa.ask("DELETE", f"/{created['id']}", token=old).status_code == 204  # to stop is easy


def test_the_answer_with_the_text_is_kept_by_nobody(casa: Casa) -> None:
    body = {"nome": "ERP", "escopos": ["validar"]}
    answer = casa.ask("POST", json=body)
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["location"] == f"/v1/chaves-api/{answer.json()['id']}"
    rotated = casa.ask("POST", f"/{answer.json()['id']}/rotacao", json={})
    assert rotated.headers["cache-control"] == "private, no-store"


def test_the_text_is_kept_nowhere(casa: Casa) -> None:
    chave = casa.new()["chave"]
    (row,) = casa.sql(
        "SELECT s::text AS texto, c::text AS chave FROM auth.segredos_de_chaves s"
        " JOIN auth.chaves_api c ON c.id = s.chave"
    )
    secret = chave.rpartition("_")[2]
    assert secret not in row.texto + row.chave
    assert secret not in str(casa.audit())


@pytest.mark.parametrize(("asked", "days"), [({}, 365), ({"validade_dias": 730}, 730)])
def test_a_key_ends_after_a_year_or_as_asked(casa: Casa, asked: dict[str, Any], days: int) -> None:
    until = datetime.fromisoformat(casa.new(**asked)["expira_em"])
    assert abs(until - now() - timedelta(days=days)) < timedelta(minutes=1)


def test_keys_are_listed_from_the_newest_in_pages(casa: Casa) -> None:
    made = [casa.new(nome=f"chave {n}")["id"] for n in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        page = casa.ask("GET", f"?limite=2{cursor and '&cursor='}{cursor}").json()
        seen += [each["id"] for each in page["itens"]]
        cursor = page["proximo"]
    assert seen == made[::-1]


def test_a_key_gets_another_name(casa: Casa) -> None:
    chave = casa.new()
    renamed = casa.ask("PATCH", f"/{chave['id']}", json={"nome": "Loja nº 2 – Açaí"})
    assert renamed.json()["nome"] == "Loja nº 2 – Açaí"
    assert casa.ask("GET", f"/{chave['id']}").json() == renamed.json()


def test_a_revoked_key_stays_in_the_list_and_never_comes_back(casa: Casa) -> None:
    chave = casa.new()["id"]
    assert casa.ask("DELETE", f"/{chave}").status_code == 204
    assert casa.ask("DELETE", f"/{chave}").status_code == 204
    seen = casa.ask("GET", f"/{chave}").json()
    assert (seen["situacao"], seen["segredos"]) == ("revogada", [])
    assert casa.ask("POST", f"/{chave}/rotacao", json={}).json()["codigo"] == "chave_encerrada"
    revoked = casa.sql("SELECT 1 FROM auth.revogacoes WHERE tipo = 'chave' AND id = :id", id=chave)
    assert len(revoked) == 1


def test_an_expired_key_cannot_be_rotated(casa: Casa) -> None:
    chave = casa.new()["id"]
    casa.later(chave, days=366)
    assert casa.ask("GET", f"/{chave}").json()["situacao"] == "expirada"
    assert casa.ask("POST", f"/{chave}/rotacao", json={}).status_code == 409


def test_a_rotation_keeps_all_but_the_text(casa: Casa) -> None:
    before = casa.new(empresas=[CNPJ], teste=True)
    after = casa.ask("POST", f"/{before['id']}/rotacao", json={"horas": 2}).json()
    assert after["chave"] != before["chave"]
    assert after["chave"].startswith("fx_test_")
    changing = ("chave", "segredos")
    assert {name: value for name, value in after.items() if name not in changing} == {
        name: value for name, value in before.items() if name not in changing
    }
    newest, old = after["segredos"]
    assert after["chave"].startswith(newest["prefixo"])
    assert before["chave"].startswith(old["prefixo"])
    left = datetime.fromisoformat(old["expira_em"]) - now()
    assert timedelta(hours=1.9) < left <= timedelta(hours=2)


def test_two_texts_work_at_most(casa: Casa) -> None:
    chave = casa.new()
    first = casa.ask("POST", f"/{chave['id']}/rotacao", json={"horas": 24}).json()
    second = casa.ask("POST", f"/{chave['id']}/rotacao", json={"horas": 24}).json()
    prefixes = [each["prefixo"] for each in second["segredos"]]
    assert prefixes == [each["chave"][:16] for each in (second, first)]


def test_a_rotation_may_make_it_last_longer(casa: Casa) -> None:
    chave = casa.new(validade_dias=10)
    rotated = casa.ask("POST", f"/{chave['id']}/rotacao", json={"validade_dias": 100}).json()
    assert datetime.fromisoformat(rotated["expira_em"]) > now() + timedelta(days=99)
    old = rotated["segredos"][1]
    assert datetime.fromisoformat(old["expira_em"]) < now() + timedelta(days=2)


def test_the_text_before_never_outlives_what_it_had(casa: Casa) -> None:
    chave = casa.new(validade_dias=1)
    casa.later(chave["id"], hours=20)
    asked = {"horas": 168, "validade_dias": 365}
    old = casa.ask("POST", f"/{chave['id']}/rotacao", json=asked).json()["segredos"][1]
    assert datetime.fromisoformat(old["expira_em"]) < now() + timedelta(hours=4)


def test_what_is_done_is_in_the_log_with_who_did_it(casa: Casa) -> None:
    chave = casa.new()["id"]
    casa.ask("PATCH", f"/{chave}", json={"nome": "Outro"})
    casa.ask("POST", f"/{chave}/rotacao", json={"horas": 0})
    casa.ask("DELETE", f"/{chave}")
    casa.portal.request(
        "PUT", "/v1/politica-de-chaves", token=casa.token(), json={"ao_vazar": "avisar"}
    )
    log = casa.audit()
    assert [acao for acao, _, _ in log] == [
        *("chave.criada", "chave.renomeada", "chave.rotacionada", "chave.revogada"),
        "politica_de_chaves.alterada",
    ]
    assert {alvo for _, alvo, _ in log[:4]} == {f"chave:{chave}"}
    assert log[1][2] == {"de": "ERP", "para": "Outro"}
    atores = {row.ator for row in casa.sql("SELECT ator FROM auditoria.registros")}
    assert atores == {f"pessoa:{casa.dono}"}


def test_an_organisation_has_so_many_keys_at_a_time(
    portal: Portal, banco: str, valkey: str, tmp_path: Any
) -> None:
    secret = portal.values["auth_secret_file"]
    small = Portal(banco, valkey, tmp_path, api_keys_per_organization=2, auth_secret_file=secret)
    casa = Casa(small)
    first = casa.new()
    body = {"nome": "ERP", "escopos": ["validar"]}

    async def many() -> list[int]:
        asking = [
            small.asking("POST", "/v1/chaves-api", token=token, json=body) for token in tokens
        ]
        return sorted(each.status_code for each in await asyncio.gather(*asking))

    tokens = [casa.token() for _ in range(4)]
    assert small.run(many()) == [201, 409, 409, 409]
    assert casa.ask("POST", json=body).json()["codigo"] == "chaves_demais"
    casa.ask("DELETE", f"/{first['id']}")
    casa.new()
    small.close()


# Nothing beyond who asks.


@pytest.mark.parametrize("papel", list(Papel))
def test_only_who_may_write_keys_makes_them(casa: Casa, papel: Papel) -> None:
    body = {"nome": "ERP", "escopos": ["validar"]}
    made = casa.ask("POST", token=casa.token(papel), json=body)
    assert made.status_code == (201 if Escopo.CHAVES_ESCREVER in PERMISSOES[papel] else 403)
    listed = casa.ask("GET", token=casa.token(papel))
    assert listed.status_code == (200 if Escopo.CHAVES_LER in PERMISSOES[papel] else 403)


@pytest.mark.parametrize("escopo", sorted(set(Escopo)))
def test_a_key_never_has_what_only_people_may(casa: Casa, escopo: Escopo) -> None:
    answer = casa.ask("POST", json={"nome": "ERP", "escopos": [escopo]})
    documents = {"validar", "resumir", "documentos:ler", "documentos:escrever"}
    delegable = documents | {"webhooks:ler", "webhooks:escrever"}
    assert answer.status_code == (201 if escopo in delegable else 422)


def test_who_sees_some_companies_makes_and_sees_keys_of_those_alone(casa: Casa) -> None:
    mine = casa.token(empresas=(CNPJ, CPF))
    all_of_them = casa.new()
    other = casa.new(empresas=[CNPJ, OUTRO_CNPJ])
    inherited = casa.new(token=mine)
    narrower = casa.new(token=mine, empresas=[CPF])
    assert inherited["empresas"] == [CNPJ, CPF]
    beyond = {"nome": "ERP", "escopos": ["validar"], "empresas": [CNPJ, OUTRO_CNPJ]}
    assert casa.ask("POST", token=mine, json=beyond).status_code == 422
    seen = {each["id"] for each in casa.ask("GET", token=mine).json()["itens"]}
    assert seen == {inherited["id"], narrower["id"]}
    for each in (all_of_them, other):
        path = f"/{each['id']}"
        assert casa.ask("GET", path, token=mine).status_code == 404
        assert casa.ask("DELETE", path, token=mine).status_code == 404
        assert casa.ask("PATCH", path, token=mine, json={"nome": "X"}).status_code == 404
        # It would tell him the text of a key that sees more than he does.
        assert casa.ask("POST", f"{path}/rotacao", token=mine, json={}).status_code == 404


def test_another_organisation_s_key_is_as_one_that_does_not_exist(
    casa: Casa, portal: Portal
) -> None:
    theirs = Casa(portal).new()
    for chave in (theirs["id"], str(uuid4())):
        path = f"/{chave}"
        answers = [
            casa.ask("GET", path),
            casa.ask("DELETE", path),
            casa.ask("PATCH", path, json={"nome": "X"}),
            casa.ask("POST", f"{path}/rotacao", json={}),
        ]
        assert [each.status_code for each in answers] == [404] * 4
        assert {each.json()["detail"] for each in answers} == {"Não há chave com este id."}
    assert casa.ask("GET").json()["itens"] == []


# What comes is hostile.

GOOD = {"nome": "ERP", "escopos": ["validar"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"nome": ""},
        {"nome": " \t "},
        {"nome": "a\0b"},
        {"nome": "a\nBcc: x@y.z"},
        {"nome": "a\u202eb"},
        {"nome": "x" * 101},
        {"nome": 1},
        {"nome": None},
        {"escopos": []},
        {"escopos": "validar"},
        {"escopos": ["*"]},
        {"escopos": ["validar\0"]},
        {"escopos": ["validar"] * 21},
        {"escopos": [None]},
        {"empresas": []},
        {"empresas": ["11222333000182"]},
        {"empresas": ["11.222.333/0001-81"]},
        {"empresas": ["１１２２２３３３０００１８１"]},
        {"empresas": [CNPJ] * 1_001},
        {"empresas": CNPJ},
        {"validade_dias": 0},
        {"validade_dias": 731},
        {"validade_dias": 1.5},
        {"validade_dias": 10**30},
        {"validade_dias": None},
        {"teste": "true"},
        {"organizacao": str(uuid4())},
        {"revogada_em": None},
    ],
)
def test_a_wrong_body_is_refused(casa: Casa, wrong: dict[str, Any]) -> None:
    answer = casa.ask("POST", json={**GOOD, **wrong})
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert casa.ask("GET").json()["itens"] == []


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'"' + b"x" * 70_000 + b'"', b"[" * 9_000]
)
@pytest.mark.parametrize("what", ["POST", "PATCH /{id}", "POST /{id}/rotacao"])
def test_what_is_no_such_json_is_refused(casa: Casa, content: bytes, what: str) -> None:
    method, _, path = what.partition(" ")
    chave = casa.new()["id"]
    answer = casa.ask(method, path.format(id=chave), content=content)
    assert answer.status_code in (400, 413, 422)


@pytest.mark.parametrize(
    "rotacao",
    [{"horas": -1}, {"horas": 169}, {"horas": "1"}, {"validade_dias": 0}, {"teste": True}],
)
def test_a_wrong_rotation_is_refused(casa: Casa, rotacao: dict[str, Any]) -> None:
    chave = casa.new()["id"]
    assert casa.ask("POST", f"/{chave}/rotacao", json=rotacao).status_code in (400, 422)


@pytest.mark.parametrize("path", ["/nada", "/%00", "/..%2f", f"/{'0' * 5000}", "?limite=0", "?x=1"])
def test_a_wrong_address_is_refused(casa: Casa, path: str) -> None:
    assert casa.ask("GET", path).status_code in (404, 422)
    assert casa.ask("GET", "?cursor=%F0%9F").status_code == 422


def test_a_key_opens_nothing_at_the_auth_service(casa: Casa) -> None:
    chave = casa.new()["chave"]
    assert casa.ask("GET", token=chave).status_code == 401


# Two at once.


def test_a_key_that_is_revoked_while_it_is_rotated_is_revoked(casa: Casa, portal: Portal) -> None:
    tokens = [casa.token(), casa.token()]
    for _ in range(8):
        chave = casa.new()["id"]

        async def both(path: str = f"/v1/chaves-api/{chave}") -> set[int]:
            rotating = portal.asking("POST", f"{path}/rotacao", token=tokens[0], json={})
            revoking = portal.asking("DELETE", path, token=tokens[1])
            return {each.status_code for each in await asyncio.gather(rotating, revoking)}

        assert portal.run(both()) in ({200, 204}, {409, 204})
        assert casa.ask("GET", f"/{chave}").json()["situacao"] == "revogada"
        assert casa.ask("GET", f"/{chave}").json()["segredos"] == []


def test_rotations_at_once_leave_two_texts(casa: Casa, portal: Portal) -> None:
    chave, token = casa.new()["id"], casa.token()

    async def all_of_them() -> set[str]:
        path = f"/v1/chaves-api/{chave}/rotacao"
        asking = [portal.asking("POST", path, token=token, json={}) for _ in range(4)]
        return {each.json()["chave"] for each in await asyncio.gather(*asking)}

    assert len(portal.run(all_of_them())) == 4
    assert len(casa.ask("GET", f"/{chave}").json()["segredos"]) == 2
