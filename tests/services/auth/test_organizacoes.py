"""Organisations and companies: each sees its own alone, and one that is closed is closed."""

from __future__ import annotations

import time
from uuid import uuid4

import pytest
from sqlalchemy import text

from fiscalxml.identifiers.cnpj import cnpj_check_digits
from fiscalxml.identifiers.cpf import cpf_check_digits
from fiscalxml_server.kit.rbac import Papel

from .accounts import Gente, accept, new_owner
from .portal import Portal

CNPJ = "11222333" + "0001" + cnpj_check_digits("112223330001")
ALFA = "12ABC34501DE" + cnpj_check_digits("12ABC34501DE")
CPF = "111444777" + cpf_check_digits("111444777")


@pytest.fixture(scope="module")
def dono(portal: Portal) -> Gente:
    return new_owner(portal)


def test_an_organisation_has_a_name_that_changes(dono: Gente) -> None:
    assert dono.asks("GET", "/v1/organizacao").json()["nome"] == "Padaria da Ana"
    answer = dono.asks("PATCH", "/v1/organizacao", json={"nome": "Padaria & Filhas"})
    assert answer.json() == dono.asks("GET", "/v1/organizacao").json()
    assert answer.json()["id"] == str(dono.organizacao)
    assert answer.json()["nome"] == "Padaria & Filhas"
    assert dono.asks("PATCH", "/v1/organizacao", json={"nome": "\0"}).status_code == 422
    assert dono.asks("PATCH", "/v1/organizacao", json={"situacao": "ativa"}).status_code == 422


def test_a_person_makes_another_organisation(dono: Gente) -> None:
    answer = dono.asks("POST", "/v1/organizacoes", json={"nome": "Açougue"})
    assert answer.status_code == 201
    conta = dono.asks("GET", "/v1/conta").json()
    assert {each["id"]: each["papel"] for each in conta["organizacoes"]} == {
        str(dono.organizacao): "dono",
        answer.json()["id"]: "dono",
    }


def test_a_person_does_not_make_them_without_end(portal: Portal) -> None:
    somebody = new_owner(portal)
    statuses = [
        somebody.asks("POST", "/v1/organizacoes", json={"nome": "Mais uma"}).status_code
        for _ in range(50)
    ]
    assert statuses == [201] * 49 + [409]


def test_a_company_is_put_read_and_removed(dono: Gente) -> None:
    for inscricao in (CNPJ, ALFA, CPF):
        path = f"/v1/empresas/{inscricao}"
        assert dono.asks("GET", path).status_code == 404
        assert dono.asks("PUT", path, json={"nome": "Matriz"}).status_code == 201
        again = dono.asks("PUT", path, json={"nome": "Filial"})
        assert (again.status_code, again.json()["nome"]) == (200, "Filial")
        assert dono.asks("GET", path).json() == again.json()
        assert again.json()["inscricao"] == inscricao
    listed = dono.asks("GET", "/v1/empresas").json()
    assert [each["inscricao"] for each in listed["itens"]] == sorted([CNPJ, ALFA, CPF])
    for inscricao in (CNPJ, ALFA, CPF):
        assert dono.asks("DELETE", f"/v1/empresas/{inscricao}").status_code == 204
        assert dono.asks("DELETE", f"/v1/empresas/{inscricao}").status_code == 404
    assert dono.asks("GET", "/v1/empresas").json() == {"itens": [], "proximo": None}


def test_companies_are_listed_page_by_page(portal: Portal) -> None:
    dono = new_owner(portal)
    known = [cnpj for n in range(7) for cnpj in [f"1122233300{n:02}" + _digits(n)]]
    for each in known:
        dono.asks("PUT", f"/v1/empresas/{each}", json={"nome": "Loja"})
    seen, cursor = [], ""
    while True:
        page = dono.asks("GET", f"/v1/empresas?limite=3{cursor}").json()
        seen += [each["inscricao"] for each in page["itens"]]
        if page["proximo"] is None:
            break
        cursor = f"&cursor={page['proximo']}"
    assert seen == known
    assert dono.asks("GET", "/v1/empresas?cursor=nada").status_code == 422
    assert dono.asks("GET", "/v1/empresas?limite=0").status_code == 422


def _digits(number: int) -> str:
    return cnpj_check_digits(f"1122233300{number:02}")


@pytest.mark.parametrize("given", ["11.222.333%2F0001-81", "12abc34501de35", "111.444.777-35"])
def test_a_company_is_known_however_it_is_written(dono: Gente, given: str) -> None:
    answer = dono.asks("PUT", f"/v1/empresas/{given}", json={"nome": "Loja"})
    if "%2F" in given:  # a slash is a part of the path
        assert answer.status_code == 404
        return
    assert answer.status_code == 201
    assert answer.json()["inscricao"] in (ALFA, CPF)
    assert dono.asks("DELETE", f"/v1/empresas/{given}").status_code == 204


@pytest.mark.parametrize(
    "given",
    [
        *("1", "11222333000100", "11111111111", "00000000000000", "12ABC34501DE34", "a" * 5000),
        *("%00", "11222333000181%00", "%F0%9F%98%80", "%D9%A1" * 14, "..", "' OR 1=1"),
    ],
)
def test_what_is_no_cnpj_and_no_cpf_is_refused(dono: Gente, given: str) -> None:
    for method in ("GET", "PUT", "DELETE"):
        body = {"json": {"nome": "Loja"}} if method == "PUT" else {}
        answer = dono.asks(method, f"/v1/empresas/{given}", **body)
        assert answer.status_code in (404, 405, 422), (method, answer.text)


def test_a_company_is_not_seen_from_another_organisation(portal: Portal, dono: Gente) -> None:
    other = new_owner(portal)
    dono.asks("PUT", f"/v1/empresas/{CNPJ}", json={"nome": "Segredo"})
    assert other.asks("GET", f"/v1/empresas/{CNPJ}").status_code == 404
    assert other.asks("DELETE", f"/v1/empresas/{CNPJ}").status_code == 404
    assert other.asks("GET", "/v1/empresas").json()["itens"] == []
    assert other.asks("PUT", f"/v1/empresas/{CNPJ}", json={"nome": "Minha"}).status_code == 201
    assert dono.asks("GET", f"/v1/empresas/{CNPJ}").json()["nome"] == "Segredo"
    dono.asks("DELETE", f"/v1/empresas/{CNPJ}")


def test_who_is_limited_sees_its_companies_alone_and_changes_none(portal: Portal) -> None:
    dono = new_owner(portal)
    for each in (CNPJ, CPF):
        dono.asks("PUT", f"/v1/empresas/{each}", json={"nome": "Loja"})
    admin = dono.bring(Papel.ADMIN, [CNPJ])
    (own,) = admin.asks("GET", "/v1/empresas").json()["itens"]
    assert own["inscricao"] == CNPJ
    assert admin.asks("GET", f"/v1/empresas/{CPF}").status_code == 404
    for each in (CNPJ, CPF, ALFA):
        assert admin.asks("DELETE", f"/v1/empresas/{each}").status_code == 403
        assert admin.asks("PUT", f"/v1/empresas/{each}", json={"nome": "x"}).status_code == 403


def test_a_company_that_somebody_is_limited_to_stays(portal: Portal) -> None:
    """Else its number would stay in the limit, and come back with whoever adds it again."""
    dono = new_owner(portal)
    for each in (CNPJ, CPF):
        dono.asks("PUT", f"/v1/empresas/{each}", json={"nome": "Loja"})
    member = dono.bring(Papel.LEITOR, [CNPJ])
    dono.invite(Papel.LEITOR, empresas=[CPF])
    for each in (CNPJ, CPF):
        answer = dono.asks("DELETE", f"/v1/empresas/{each}")
        assert (answer.status_code, answer.json()["codigo"]) == (409, "empresa_em_uso")
    dono.asks("PATCH", f"/v1/membros/{member.pessoa}", json={"empresas": None})
    assert dono.asks("DELETE", f"/v1/empresas/{CNPJ}").status_code == 204


@pytest.mark.parametrize(
    ("papel", "reads", "writes"),
    [
        (Papel.ADMIN, 200, 200),
        (Papel.OPERADOR, 200, 403),
        (Papel.LEITOR, 200, 403),
        (Papel.AUDITOR, 200, 403),
    ],
)
def test_the_role_says_who_changes_an_organisation(
    dono: Gente, papel: Papel, reads: int, writes: int
) -> None:
    member = dono.bring(papel)
    assert member.asks("GET", "/v1/organizacao").status_code == reads
    answer = member.asks("PATCH", "/v1/organizacao", json={"nome": "Padaria"})
    assert answer.status_code == writes
    closing = member.asks("POST", "/v1/organizacao/encerramento", json={"nome": "Padaria"})
    assert closing.status_code == 403


def test_a_closed_organisation_is_closed_to_all(portal: Portal) -> None:
    dono = new_owner(portal)
    member = dono.bring(Papel.ADMIN)
    code = dono.invite(Papel.LEITOR)
    epoca, token = dono.epoca(), member.token
    wrong = dono.asks("POST", "/v1/organizacao/encerramento", json={"nome": "padaria da ana"})
    assert (wrong.status_code, wrong.json()["codigo"]) == (409, "nome_nao_confere")
    right = dono.asks("POST", "/v1/organizacao/encerramento", json={"nome": "Padaria da Ana"})
    assert right.status_code == 204
    assert dono.epoca() == epoca + 1  # no token of it is good any more, anywhere
    assert portal.request("GET", "/v1/conta", token=token).status_code == 401
    for each in (dono, member):
        assert each.asks("GET", "/v1/organizacao").status_code == 401
        assert each.asks("PUT", f"/v1/empresas/{CNPJ}", json={"nome": "x"}).status_code == 401
        assert each.asks("GET", "/v1/conta").json()["organizacoes"] == []
    assert accept(portal, code, nome="Bia", senha="uma senha bem boa").status_code == 422


def test_an_open_window_is_not_enough_to_close_an_organisation(portal: Portal) -> None:
    dono = new_owner(portal)
    path, body = "/v1/organizacao/encerramento", {"nome": "Padaria da Ana"}
    old = portal.token(dono.pessoa, dono.organizacao, auth_time=int(time.time()) - 700)
    answer = portal.request("POST", path, token=old, json=body)
    assert (answer.status_code, answer.json()["codigo"]) == (403, "confirmacao_necessaria")
    assert dono.asks("POST", path, json=body).status_code == 204


def test_an_unknown_organisation_is_nobody_s(portal: Portal) -> None:
    stranger = Gente(portal, "", uuid4(), uuid4())
    for path in ("/v1/organizacao", "/v1/conta"):
        assert stranger.asks("GET", path).status_code == 401
    assert stranger.asks("GET", "/v1/empresas").json()["itens"] == []
    assert stranger.asks("PUT", f"/v1/empresas/{CNPJ}", json={"nome": "x"}).status_code == 401


def test_each_change_is_in_the_organisation_s_log(portal: Portal) -> None:
    dono = new_owner(portal)
    dono.asks("PATCH", "/v1/organizacao", json={"nome": "Padaria"})
    dono.asks("PUT", f"/v1/empresas/{CPF}", json={"nome": "Ana"})
    dono.asks("PUT", f"/v1/empresas/{CPF}", json={"nome": "Bia"})
    dono.asks("DELETE", f"/v1/empresas/{CPF}")
    dono.asks("POST", "/v1/organizacao/encerramento", json={"nome": "Padaria"})
    rows = portal.run(_log(portal, dono))
    assert [acao for acao, _ in rows] == [
        "organizacao.criada",
        "organizacao.alterada",
        "empresa.incluida",
        "empresa.alterada",
        "empresa.removida",
        "organizacao.encerrada",
    ]
    assert all(CPF not in alvo for _, alvo in rows)


async def _log(portal: Portal, dono: Gente) -> list[tuple[str, str]]:
    async with portal.recursos.banco.transacao(dono.organizacao) as conn:
        query = text("SELECT acao, alvo FROM auditoria.registros ORDER BY numero")
        return [(row.acao, row.alvo) for row in await conn.execute(query)]
