"""Members: nobody gives or takes more than it has, and there is always a dono."""

from __future__ import annotations

import asyncio
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from fiscalxml.identifiers.cnpj import cnpj_check_digits
from fiscalxml_server.auth.membros.alcance import Alcance
from fiscalxml_server.kit.rbac import PERMISSOES, Papel

from .accounts import SENHA, Gente, accept, new_owner
from .portal import Portal
from .signing_in import Sessao, entries, session_of

ONE, OTHER = (base + cnpj_check_digits(base) for base in ("112223330001", "112223330002"))


@pytest.fixture(scope="module")
def dono(portal: Portal) -> Gente:
    dono = new_owner(portal)
    for each in (ONE, OTHER):
        dono.asks("PUT", f"/v1/empresas/{each}", json={"nome": "Loja"})
    return dono


def test_members_are_listed_page_by_page(portal: Portal) -> None:
    dono = new_owner(portal)
    members = [dono, *(dono.bring(Papel.LEITOR) for _ in range(4))]
    seen, cursor = [], ""
    while True:
        page = dono.asks("GET", f"/v1/membros?limite=2{cursor}").json()
        seen += page["itens"]
        if page["proximo"] is None:
            break
        cursor = f"&cursor={page['proximo']}"
    assert [each["pessoa"] for each in seen] == [str(each.pessoa) for each in members]
    assert [each["email"] for each in seen] == [each.email for each in members]
    assert dono.asks("GET", f"/v1/membros/{dono.pessoa}").json() == seen[0]
    assert dono.asks("GET", "/v1/membros?cursor=nada").status_code == 422


def test_a_role_and_its_companies_change(dono: Gente) -> None:
    member = dono.bring(Papel.LEITOR)
    changed = _patch(dono, member, papel="operador", empresas=[OTHER, ONE]).json()
    assert (changed["papel"], changed["empresas"]) == ("operador", [ONE, OTHER])
    changed = _patch(dono, member, papel="auditor").json()
    assert (changed["papel"], changed["empresas"]) == ("auditor", [ONE, OTHER])
    changed = _patch(dono, member, empresas=None).json()
    assert (changed["papel"], changed["empresas"]) == ("auditor", None)
    letter = dono.portal.letters(member.email)[-1]
    assert "auditor" in letter.texto


def test_no_companies_is_not_all_companies(dono: Gente) -> None:
    member = dono.bring(Papel.LEITOR, [])
    assert dono.asks("GET", f"/v1/membros/{member.pessoa}").json()["empresas"] == []


def test_who_becomes_dono_sees_all_companies(dono: Gente) -> None:
    member = dono.bring(Papel.LEITOR, [ONE])
    assert _patch(dono, member, papel="dono", empresas=[ONE]).status_code == 422
    assert _patch(dono, member, papel="dono").json()["empresas"] is None


@pytest.mark.parametrize("changed", [{"papel": "leitor"}, {"empresas": [ONE]}, None])
def test_tokens_of_before_are_not_good_any_more(
    dono: Gente, changed: dict[str, Any] | None
) -> None:
    member = dono.bring(Papel.ADMIN)
    before, token = dono.epoca(), member.token
    if changed is None:
        dono.asks("DELETE", f"/v1/membros/{member.pessoa}")
    else:
        _patch(dono, member, **changed)
    assert dono.epoca() == before + 1
    assert dono.portal.request("GET", "/v1/membros", token=token).status_code == 401


def test_a_change_that_changes_nothing_ends_nothing(dono: Gente) -> None:
    member = dono.bring(Papel.LEITOR, [ONE])
    before = dono.epoca()
    assert _patch(dono, member).status_code == 200
    assert _patch(dono, member, papel="leitor", empresas=[ONE]).status_code == 200
    assert dono.epoca() == before


def test_who_was_removed_is_no_member_and_keeps_the_account(dono: Gente) -> None:
    member = dono.bring(Papel.ADMIN)
    assert dono.asks("DELETE", f"/v1/membros/{member.pessoa}").status_code == 204
    assert dono.asks("DELETE", f"/v1/membros/{member.pessoa}").status_code == 404
    assert dono.asks("GET", f"/v1/membros/{member.pessoa}").status_code == 404
    assert member.asks("GET", "/v1/conta").json()["organizacoes"] == []
    assert "não participa mais" in dono.portal.letters(member.email)[-1].texto


def test_a_token_that_says_what_no_longer_holds_manages_nobody(dono: Gente) -> None:
    """The role is read again in the transaction in which it matters."""
    admin, other = dono.bring(Papel.ADMIN), dono.bring(Papel.LEITOR)
    code = admin.invite(Papel.ADMIN)
    _patch(dono, admin, papel="operador")
    assert _patch(admin, other, papel="admin").status_code == 403
    assert _patch(admin, admin, papel="admin").status_code == 403
    assert admin.asks("DELETE", f"/v1/membros/{other.pessoa}").status_code == 403
    asked = {"email": "c@exemplo.com.br", "papel": "leitor"}
    assert admin.asks("POST", "/v1/convites", json=asked).status_code == 403
    # What it had begun ends with its role.
    assert accept(dono.portal, code, nome="Caio", senha=SENHA).status_code == 422


def test_the_sessions_of_a_member_are_ended_and_the_member_stays(dono: Gente) -> None:
    portal, member = dono.portal, dono.bring(Papel.LEITOR)
    here, there = session_of(member), session_of(member)
    assert _end(dono, member).status_code == 204
    for sessao in (here, there):
        assert sessao.asks("GET", "/v1/organizacao").status_code == 401
        renewed = sessao.renew().json()
        assert (renewed["organizacao"], renewed["organizacoes"]) == (None, [])
        assert _into(sessao, dono).status_code == 404
    again = session_of(member)
    assert again.asks("GET", "/v1/organizacao").status_code == 200
    assert again.renew().json()["organizacao"]["id"] == str(dono.organizacao)
    assert dono.asks("GET", f"/v1/membros/{member.pessoa}").json()["papel"] == "leitor"
    assert "entre de novo" in portal.letters(member.email)[-1].texto
    alvo = f"pessoa:{member.pessoa}"
    assert "membro.sessoes_encerradas" in entries(portal, alvo, dono.organizacao)


def test_they_go_on_in_other_organisations(portal: Portal, dono: Gente) -> None:
    """What another organisation gives is not this one's to end."""
    rui = new_owner(portal)
    accept(portal, dono.invite(Papel.LEITOR, rui.email), token=rui.token)
    sessao = session_of(rui)
    sessao.dados = _into(sessao, rui).json()
    assert _end(dono, rui).status_code == 204
    assert sessao.asks("GET", "/v1/organizacao").status_code == 200
    renewed = sessao.renew().json()
    assert [each["id"] for each in renewed["organizacoes"]] == [str(rui.organizacao)]
    assert _into(sessao, dono).status_code == 404


def test_to_prove_again_is_not_to_enter_again(dono: Gente) -> None:
    """Else a window left open somewhere would come back with the password alone."""
    member = dono.bring(Papel.LEITOR)
    sessao = session_of(member)
    _end(dono, member)
    sessao.renew()
    proven = sessao.asks("POST", "/v1/sessoes/confirmacao", json={"senha": SENHA})
    assert (proven.status_code, proven.json()["organizacoes"]) == (200, [])


def test_who_manages_a_member_ends_its_sessions_and_no_others(portal: Portal, dono: Gente) -> None:
    admin, reader = dono.bring(Papel.ADMIN), dono.bring(Papel.LEITOR)
    assert _end(admin, dono).json()["codigo"] == "alcance_insuficiente"
    assert _end(reader, admin).json()["codigo"] == "sem_permissao"
    limited = dono.bring(Papel.ADMIN, [ONE])
    assert _end(limited, reader).json()["codigo"] == "alcance_insuficiente"
    stranger = new_owner(portal)
    assert _end(stranger, reader).status_code == 404
    assert _end(dono, stranger).status_code == 404
    assert dono.asks("DELETE", "/v1/membros/x/sessoes").status_code == 422
    assert session_of(reader).asks("GET", "/v1/organizacao").status_code == 200
    assert _end(admin, reader).status_code == 204


def test_only_a_dono_makes_changes_or_removes_one(dono: Gente) -> None:
    admin, member = dono.bring(Papel.ADMIN), dono.bring(Papel.LEITOR)
    other = dono.bring(Papel.DONO)
    for target in (member, admin):
        answer = _patch(admin, target, papel="dono")
        assert (answer.status_code, answer.json()["codigo"]) == (403, "alcance_insuficiente")
    assert _patch(admin, other, papel="leitor").status_code == 403
    assert admin.asks("DELETE", f"/v1/membros/{other.pessoa}").status_code == 403
    asked = {"email": "c@exemplo.com.br", "papel": "dono"}
    assert admin.asks("POST", "/v1/convites", json=asked).status_code == 403
    code = dono.invite(Papel.DONO, "d@exemplo.com.br")
    (convite,) = [
        each["id"]
        for each in dono.asks("GET", "/v1/convites").json()["itens"]
        if each["email"] == "d@exemplo.com.br"
    ]
    assert code
    assert admin.asks("DELETE", f"/v1/convites/{convite}").status_code == 403
    assert _patch(admin, member, papel="admin").status_code == 200


def test_who_sees_some_companies_gives_no_others_and_takes_none(dono: Gente) -> None:
    admin = dono.bring(Papel.ADMIN, [ONE])
    own, wide, all_ = (dono.bring(Papel.LEITOR, each) for each in ([ONE], [ONE, OTHER], None))
    for empresas in ([OTHER], [ONE, OTHER], None):
        assert _patch(admin, own, empresas=empresas).status_code == 403
        assert _patch(admin, admin, empresas=empresas).status_code == 403
        asked = {"email": "c@exemplo.com.br", "papel": "leitor", "empresas": empresas}
        assert admin.asks("POST", "/v1/convites", json=asked).status_code == 403
    for member in (wide, all_, dono):
        assert _patch(admin, member, papel="operador").status_code == 403
        assert admin.asks("DELETE", f"/v1/membros/{member.pessoa}").status_code == 403
    assert _patch(admin, own, papel="operador").status_code == 200


def test_reach_is_an_order() -> None:
    limits = (None, frozenset[str](), frozenset({ONE}), frozenset({ONE, OTHER}))
    reaches = [Alcance(papel, empresas) for papel in Papel for empresas in limits]
    for one, other in product(reaches, reaches):
        if not one.covers(other):
            continue
        assert PERMISSOES[other.papel] <= PERMISSOES[one.papel]
        assert one.empresas is None or (other.empresas or frozenset()) <= one.empresas
        assert one.empresas is None or other.empresas is not None
        assert all(one.covers(third) for third in reaches if other.covers(third))
    assert all(each.covers(each) for each in reaches)


@pytest.mark.parametrize("papel", ["leitor", "operador", "auditor"])
def test_who_may_not_manage_members_does_not(dono: Gente, papel: str) -> None:
    member, other = dono.bring(Papel(papel)), dono.bring(Papel.LEITOR)
    assert member.asks("GET", "/v1/membros").status_code == (200 if papel == "auditor" else 403)
    assert _patch(member, member, papel="admin").status_code == 403
    assert _patch(member, other, papel="leitor").status_code == 403
    assert member.asks("DELETE", f"/v1/membros/{other.pessoa}").status_code == 403
    asked = {"email": "c@exemplo.com.br", "papel": "leitor"}
    assert member.asks("POST", "/v1/convites", json=asked).status_code == 403


def test_the_last_dono_stays_and_stays_dono(portal: Portal) -> None:
    dono = new_owner(portal)
    dono.bring(Papel.ADMIN)
    for answer in (
        _patch(dono, dono, papel="admin"),
        dono.asks("DELETE", f"/v1/membros/{dono.pessoa}"),
        dono.asks("DELETE", f"/v1/conta/organizacoes/{dono.organizacao}"),
    ):
        assert (answer.status_code, answer.json()["codigo"]) == (409, "ultimo_dono")
    other = dono.bring(Papel.DONO)
    assert dono.asks("DELETE", f"/v1/conta/organizacoes/{dono.organizacao}").status_code == 204
    assert _patch(other, other, papel="admin").status_code == 409


def test_two_donos_who_demote_each_other_at_once_leave_one(portal: Portal) -> None:
    async def at_once(asked: list[tuple[str, str]]) -> list[int]:
        body = {"papel": "leitor"}
        answers = await asyncio.gather(
            *(portal.asking("PATCH", path, token=token, json=body) for token, path in asked)
        )
        return sorted(answer.status_code for answer in answers)

    for _ in range(5):
        one = new_owner(portal)
        other = one.bring(Papel.DONO)
        asked = [
            (by.token, f"/v1/membros/{target.pessoa}")
            for by, target in ((one, other), (other, one))
        ]
        # Whoever comes second has no right to any more, or not even a token that is good.
        first, second = portal.run(at_once(asked))
        assert (first, second) in ((200, 401), (200, 403))
        assert _owners(one) == 1


def test_two_donos_who_leave_at_once_leave_one(portal: Portal) -> None:
    async def at_once(tokens: tuple[str, ...], path: str) -> list[int]:
        answers = await asyncio.gather(
            *(portal.asking("DELETE", path, token=token) for token in tokens)
        )
        return sorted(answer.status_code for answer in answers)

    for _ in range(5):
        one = new_owner(portal)
        tokens = (one.token, one.bring(Papel.DONO).token)
        path = f"/v1/conta/organizacoes/{one.organizacao}"
        assert portal.run(at_once(tokens, path)) in ([204, 401], [204, 409])
        assert _owners(one) == 1


def test_whoever_belongs_may_leave(dono: Gente) -> None:
    member = dono.bring(Papel.LEITOR)
    path = f"/v1/conta/organizacoes/{member.organizacao}"
    assert member.asks("DELETE", path).status_code == 204
    assert member.asks("DELETE", path).status_code == 404


def test_nobody_of_another_organisation_is_seen_or_touched(portal: Portal, dono: Gente) -> None:
    stranger = new_owner(portal)
    member = dono.bring(Papel.LEITOR)
    for pessoa in (member.pessoa, uuid4()):
        path = f"/v1/membros/{pessoa}"
        answers = [
            stranger.asks("GET", path),
            stranger.asks("PATCH", path, json={"papel": "dono"}),
            stranger.asks("DELETE", path),
        ]
        assert [each.status_code for each in answers] == [404] * 3
        assert member.email not in "".join(each.text for each in answers)
    leaving = stranger.asks("DELETE", f"/v1/conta/organizacoes/{dono.organizacao}")
    unknown = stranger.asks("DELETE", f"/v1/conta/organizacoes/{uuid4()}")
    assert leaving.json() == unknown.json()
    assert leaving.status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"papel": "rei"},
        {"papel": None},
        {"papel": ["dono"]},
        {"papel": "DONO"},
        {"empresas": "11222333000181"},
        {"empresas": [1]},
        {"empresas": ["\0"]},
        {"empresas": ["11222333000181' OR 1=1"]},
        {"empresas": ["a" * 10_000]},
        {"empresas": ["11444777000161"]},
        {"empresas": ["🙂"]},
        {"pessoa": str(uuid4()), "papel": "leitor"},
        {"organizacao": str(uuid4())},
        [],
        None,
    ],
)
def test_any_other_change_is_refused(dono: Gente, body: Any) -> None:
    member = dono.bring(Papel.LEITOR)
    answer = dono.asks("PATCH", f"/v1/membros/{member.pessoa}", json=body)
    assert answer.status_code == 422
    assert dono.asks("GET", f"/v1/membros/{member.pessoa}").json()["papel"] == "leitor"


@pytest.mark.parametrize("pessoa", ["x", "%00", "0" * 5000, "..%2f", "null"])
def test_any_other_id_is_refused(dono: Gente, pessoa: str) -> None:
    for method in ("GET", "DELETE"):
        assert dono.asks(method, f"/v1/membros/{pessoa}").status_code in (404, 422)


def test_each_change_is_in_the_organisation_s_log(portal: Portal) -> None:
    dono = new_owner(portal)
    member = dono.bring(Papel.LEITOR)
    _patch(dono, member, papel="admin")
    dono.asks("DELETE", f"/v1/membros/{member.pessoa}")

    async def read() -> list[tuple[str, str, str]]:
        async with portal.recursos.banco.transacao(dono.organizacao) as conn:
            query = text("SELECT ator, acao, alvo FROM auditoria.registros ORDER BY numero")
            return [(row.ator, row.acao, row.alvo) for row in await conn.execute(query)]

    by_dono, by_member = f"pessoa:{dono.pessoa}", f"pessoa:{member.pessoa}"
    rows = portal.run(read())
    assert [(ator, acao) for ator, acao, _ in rows] == [
        (by_dono, "organizacao.criada"),
        (by_dono, "convite.enviado"),
        (by_member, "membro.incluido"),
        (by_dono, "membro.alterado"),
        (by_dono, "membro.removido"),
    ]
    assert member.email not in str(rows)


def _patch(by: Gente, member: Gente, **changed: Any) -> Any:
    return by.asks("PATCH", f"/v1/membros/{member.pessoa}", json=changed)


def _end(by: Gente, member: Gente) -> Any:
    return by.asks("DELETE", f"/v1/membros/{member.pessoa}/sessoes")


def _into(sessao: Sessao, of: Gente) -> Any:
    asked = {"organizacao": str(of.organizacao)}
    return sessao.asks("POST", "/v1/sessoes/organizacao", json=asked)


def _owners(one: Gente) -> int:
    return _scalar(
        one, "SELECT count(*) FROM auth.membros WHERE organizacao = :id AND papel = 'dono'"
    )


def _scalar(one: Gente, query: str) -> int:
    async def read() -> int:
        async with one.portal.recursos.banco.transacao(one.organizacao) as conn:
            return int((await conn.execute(text(query), {"id": one.organizacao})).scalar_one())

    return one.portal.run(read())
