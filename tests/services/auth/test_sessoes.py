"""Sessions: renewed by tokens that are used once, put into organisations, seen and ended."""

from __future__ import annotations

import asyncio
import base64
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from fiscalxml_server.auth.privacidade.retention import forget_of_people
from fiscalxml_server.auth.sessoes import opened
from fiscalxml_server.auth.sessoes.renewal import write_token
from fiscalxml_server.kit.rbac import Papel

from .accounts import SENHA, Gente, accept, new_owner
from .portal import Portal
from .signing_in import Sessao, entries, renew, session_of


def test_a_renewal_gives_other_tokens_of_the_same_session(portal: Portal) -> None:
    sessao = session_of(new_owner(portal))
    before, said = dict(sessao.dados), sessao.claims()
    answer = sessao.renew()
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert sessao.dados["sessao"] == before["sessao"]
    assert sessao.dados["renovacao"] != before["renovacao"]
    now = sessao.claims()
    assert (now.sid, now.org, now.amr) == (said.sid, said.org, said.amr)
    assert now.auth_time == said.auth_time  # to renew is not to prove again
    assert now.jti != said.jti


def test_a_token_that_was_used_ends_the_session_with_all_of_its_tokens(portal: Portal) -> None:
    ana = new_owner(portal)
    sessao, other = session_of(ana), session_of(ana)
    copied = sessao.dados["renovacao"]
    for _ in range(3):
        assert sessao.renew().status_code == 200
    assert renew(portal, copied).status_code == 401
    assert sessao.renew().status_code == 401
    assert sessao.asks("GET", "/v1/sessoes").status_code == 401
    assert entries(portal, f"sessao:{sessao.id}")[-1] == "sessao.reutilizada"
    assert other.renew().status_code == 200
    assert portal.letters(ana.email)[-1].assunto == "Uma sessão foi encerrada por segurança"


def test_the_token_just_before_is_good_for_seconds_only(portal: Portal) -> None:
    sessao = session_of(new_owner(portal))
    before = sessao.dados["renovacao"]
    sessao.renew()
    assert renew(portal, before).status_code == 200  # another window
    assert sessao.renew().status_code == 200
    copied = sessao.dados["renovacao"]
    sessao.renew()
    _age(portal, sessao, "renovado_em", timedelta(seconds=11))
    assert renew(portal, copied).status_code == 401
    assert sessao.renew().status_code == 401


def test_windows_that_renew_at_once_all_go_on(portal: Portal) -> None:
    sessao = session_of(new_owner(portal))

    async def all_at_once() -> list[str]:
        asked = {"renovacao": sessao.dados["renovacao"]}
        answers = await asyncio.gather(
            *(portal.asking("POST", "/v1/sessoes/renovacao", json=asked) for _ in range(8))
        )
        assert [each.status_code for each in answers] == [200] * 8
        return [each.json()["renovacao"] for each in answers]

    tokens = portal.run(all_at_once())
    assert len(set(tokens)) == 8
    assert _number(portal, sessao) == 1
    assert renew(portal, tokens[-1]).status_code == 200


def test_to_prove_again_gives_another_renewal_token(portal: Portal) -> None:
    """Whoever has copied the one of before stays behind, and is found out."""
    sessao = session_of(new_owner(portal))
    copied = sessao.dados["renovacao"]
    proven = sessao.asks("POST", "/v1/sessoes/confirmacao", json={"senha": SENHA})
    sessao.dados = proven.json()
    assert sessao.dados["renovacao"] != copied
    assert _number(portal, sessao) == 1
    assert renew(portal, copied).status_code == 200  # another window, for seconds
    _age(portal, sessao, "renovado_em", timedelta(seconds=11))
    assert renew(portal, copied).status_code == 401
    assert sessao.renew().status_code == 401
    assert entries(portal, f"sessao:{sessao.id}")[-1] == "sessao.reutilizada"


def test_a_session_that_nobody_uses_ends(portal: Portal) -> None:
    sessao = session_of(new_owner(portal))
    _age(portal, sessao, "usado_em", timedelta(hours=11, minutes=59))
    assert sessao.renew().status_code == 200
    _age(portal, sessao, "usado_em", timedelta(hours=12))
    assert sessao.renew().status_code == 401


def test_a_session_ends_however_much_it_is_used(portal: Portal) -> None:
    sessao = session_of(new_owner(portal))
    _age(portal, sessao, "expira_em", timedelta(days=7))
    assert sessao.renew().status_code == 401


@pytest.mark.parametrize("token", ["", "x", "\0", "🙂", "A" * 200, "A" * 86, "=" * 86, "../.."])
def test_what_is_no_token_is_refused(portal: Portal, token: str) -> None:
    answer = renew(portal, token)
    assert answer.status_code == 401
    assert answer.json()["codigo"] == "renovacao_invalida"


def test_a_token_that_was_changed_or_is_another_installation_s_is_refused(portal: Portal) -> None:
    sessao = session_of(new_owner(portal))
    sealed = bytearray(base64.urlsafe_b64decode(sessao.dados["renovacao"] + "=="))
    sealed[20] ^= 1
    assert renew(portal, base64.urlsafe_b64encode(sealed).decode()).status_code == 401
    pessoa = UUID(sessao.claims().sub.removeprefix("pessoa:"))
    stranger = write_token(portal.recursos.segredos, uuid4(), sessao.id, 0)
    assert renew(portal, stranger).status_code == 401
    assert (
        renew(portal, write_token(portal.recursos.segredos, pessoa, uuid4(), 0)).status_code == 401
    )
    assert sessao.renew().status_code == 200


def test_who_belongs_to_two_organisations_chooses(portal: Portal) -> None:
    ana, rui = new_owner(portal), new_owner(portal)
    code = rui.invite(Papel.LEITOR, ana.email, empresas=None)
    assert accept(portal, code, token=ana.token).status_code < 300
    sessao = session_of(ana)
    assert sessao.dados["organizacao"] is None
    assert sessao.claims().org is None
    assert {each["papel"] for each in sessao.dados["organizacoes"]} == {"dono", "leitor"}

    chosen = sessao.asks(
        "POST", "/v1/sessoes/organizacao", json={"organizacao": str(rui.organizacao)}
    )
    assert chosen.status_code == 200
    sessao.dados = chosen.json()
    assert (sessao.claims().org, sessao.claims().papel) == (rui.organizacao, Papel.LEITOR)
    assert entries(portal, f"sessao:{sessao.id}", rui.organizacao) == ["sessao.na_organizacao"]
    assert sessao.renew().status_code == 200
    assert sessao.claims().org == rui.organizacao

    left = sessao.asks("POST", "/v1/sessoes/organizacao", json={"organizacao": None})
    assert left.json()["organizacao"] is None


def test_an_organisation_of_others_is_one_that_is_not_there(portal: Portal) -> None:
    ana, rui = new_owner(portal), new_owner(portal)
    sessao = session_of(ana)
    answers = [
        sessao.asks("POST", "/v1/sessoes/organizacao", json={"organizacao": str(each)})
        for each in (rui.organizacao, uuid4())
    ]
    assert [each.status_code for each in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()


def test_a_renewal_tells_the_role_and_the_companies_of_now(portal: Portal) -> None:
    ana = new_owner(portal)
    bia = ana.bring(Papel.OPERADOR)
    sessao = session_of(bia)
    assert sessao.claims().papel == Papel.OPERADOR
    _membership(portal, bia, "papel = 'leitor', empresas = ARRAY['12345678000195']")
    sessao.renew()
    assert sessao.claims().papel == Papel.LEITOR
    assert sessao.claims().empresas == ("12345678000195",)


def test_a_person_sees_the_own_sessions_only(portal: Portal) -> None:
    ana, rui = new_owner(portal), new_owner(portal)
    first, second, other = session_of(ana), session_of(ana), session_of(rui)
    told = first.asks("GET", "/v1/sessoes").json()
    assert told["proximo"] is None
    assert {each["id"] for each in told["itens"]} == {str(first.id), str(second.id)}
    assert [each["id"] for each in told["itens"] if each["atual"]] == [str(first.id)]
    assert {each["aparelho"] for each in told["itens"]} == {"Mozilla/5.0 (teste)"}
    assert all(each["endereco"].startswith("10.") for each in told["itens"])
    assert first.asks("DELETE", f"/v1/sessoes/{other.id}").status_code == 404
    assert first.asks("DELETE", f"/v1/sessoes/{uuid4()}").status_code == 404
    assert first.asks("DELETE", "/v1/sessoes/tudo").status_code == 422
    assert other.renew().status_code == 200


def test_a_session_that_is_ended_is_refused_at_once(portal: Portal) -> None:
    ana = new_owner(portal)
    first, second = session_of(ana), session_of(ana)
    assert first.asks("DELETE", f"/v1/sessoes/{second.id}").status_code == 204
    assert second.asks("GET", "/v1/sessoes").status_code == 401
    assert second.renew().status_code == 401
    assert first.asks("DELETE", f"/v1/sessoes/{second.id}").status_code == 404
    assert entries(portal, f"sessao:{second.id}")[-1] == "sessao.encerrada"
    assert first.asks("DELETE", f"/v1/sessoes/{first.id}").status_code == 204
    assert first.asks("GET", "/v1/sessoes").status_code == 401


def test_all_other_sessions_are_ended_together(portal: Portal) -> None:
    ana = new_owner(portal)
    mine, *others = [session_of(ana) for _ in range(3)]
    assert mine.asks("DELETE", "/v1/sessoes").status_code == 204
    assert [each.renew().status_code for each in others] == [401, 401]
    assert mine.renew().status_code == 200


def test_a_person_has_so_many_sessions_and_the_least_used_gives_way(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "MAXIMO", 3)
    ana = new_owner(portal)
    first, second = session_of(ana), session_of(ana)
    first.renew()
    third, fourth = session_of(ana), session_of(ana)
    assert second.renew().status_code == 401
    assert [each.renew().status_code for each in (first, third, fourth)] == [200] * 3


def test_sessions_of_long_ago_are_forgotten(portal: Portal) -> None:
    ana = new_owner(portal)
    old, ended, recent = session_of(ana), session_of(ana), session_of(ana)
    ended.asks("DELETE", f"/v1/sessoes/{ended.id}")
    _age(portal, old, "expira_em", timedelta(days=38))
    _age(portal, ended, "encerrado_em", timedelta(days=31))
    _age(portal, recent, "expira_em", timedelta(days=20))
    portal.run(forget_of_people(portal.recursos))
    assert _number(portal, old) is _number(portal, ended) is None
    assert _number(portal, recent) == 0


def test_no_transaction_but_the_person_s_sees_a_session(portal: Portal) -> None:
    ana = new_owner(portal)
    session_of(ana)

    async def count(pessoa: UUID | None) -> int:
        query = text("SELECT count(*) FROM auth.sessoes WHERE expira_em > now()")
        async with portal.recursos.banco.transacao(ana.organizacao, pessoa=pessoa) as conn:
            return int((await conn.execute(query)).scalar_one())

    assert portal.run(count(ana.pessoa)) == 1
    assert portal.run(count(uuid4())) == 0
    assert portal.run(count(None)) == 0


def _age(portal: Portal, sessao: Sessao, column: str, by: timedelta) -> None:
    """Let a moment of it be so much earlier."""
    query = text(
        f"UPDATE auth.sessoes SET {column} = {column} - CAST(:by AS interval) WHERE id = :id"  # noqa: S608
    )
    portal.run(_execute(portal, sessao, query, by=by))


def _number(portal: Portal, sessao: Sessao) -> int | None:
    query = text("SELECT numero FROM auth.sessoes WHERE id = :id")
    found: int | None = portal.run(_execute(portal, sessao, query))
    return found


async def _execute(portal: Portal, sessao: Sessao, query, **values):  # type: ignore[no-untyped-def]
    pessoa = _pessoa(sessao)
    async with portal.recursos.banco.transacao(pessoa=pessoa) as conn:
        done = await conn.execute(query, {"id": sessao.id, **values})
        return done.scalar_one_or_none() if done.returns_rows else None


def _pessoa(sessao: Sessao) -> UUID:
    payload = sessao.dados["acesso"].split(".")[1]
    claims = base64.urlsafe_b64decode(payload + "==")
    return UUID(claims.partition(b'"sub":"pessoa:')[2][:36].decode())


def _membership(portal: Portal, gente: Gente, change: str) -> None:
    async def update() -> None:
        query = text(f"UPDATE auth.membros SET {change} WHERE pessoa = :pessoa")  # noqa: S608
        async with portal.recursos.banco.transacao(gente.organizacao) as conn:
            await conn.execute(query, {"pessoa": gente.pessoa})

    portal.run(update())
