"""Another e-mail: by who is there and reads it; the old address undoes it for days."""

from __future__ import annotations

import asyncio
import re
import time
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import text

from fiscalxml_server.auth.troca_de_email.service import forget_old

from .accounts import SENHA, Gente, code_of, new_address, new_email, new_owner
from .portal import Portal
from .signing_in import Sessao, enter, entries, session_of
from .test_troca_de_senha import choose, forget


@pytest.fixture
def ana(portal: Portal) -> Gente:
    return new_owner(portal)


@pytest.fixture
def novo() -> str:
    return new_email()


def test_the_code_of_the_new_address_gives_it_to_the_account(ana: Gente, novo: str) -> None:
    portal, mine, other = ana.portal, session_of(ana), session_of(ana)
    assert _ask(mine, f" {novo.upper()} ").status_code == 202
    assert mine.asks("GET", "/v1/conta").json()["email"] == ana.email  # until it is confirmed
    assert _confirm(portal, code_of(portal, novo)).status_code == 204
    assert mine.asks("GET", "/v1/conta").json()["email"] == novo
    assert mine.renew().status_code == 200
    assert other.renew().status_code == 401
    assert other.asks("GET", "/v1/conta").status_code == 401
    assert enter(portal, novo).status_code == 201
    assert enter(portal, ana.email).status_code == 401
    told = [each for each in entries(portal, f"pessoa:{ana.pessoa}") if "email" in each]
    assert told == ["conta.email_pedido", "conta.email_trocado"]


def test_a_code_is_good_once(ana: Gente, novo: str) -> None:
    portal = ana.portal
    _ask(session_of(ana), novo)
    code = code_of(portal, novo)

    async def race() -> list[int]:
        body = {"codigo": code, "senha": SENHA}
        path = "/v1/conta/email/confirmacao"
        asked = [portal.asking("POST", path, json=body, de=new_address()) for _ in range(3)]
        return sorted(each.status_code for each in await asyncio.gather(*asked))

    assert portal.run(race()) == [204, 422, 422]


def test_who_reads_it_and_has_no_password_takes_nothing(ana: Gente, novo: str) -> None:
    """An address that was asked for by mistake is a stranger's."""
    _ask(session_of(ana), novo)
    code = code_of(ana.portal, novo)
    for senha in ("", "outra senha qualquer", "\0", "x" * 1000):
        answer = _confirm(ana.portal, code, senha)
        assert (answer.status_code, answer.json()["codigo"]) == (422, "codigo_invalido")
    assert _confirm(ana.portal, code).status_code == 204


def test_an_open_window_is_not_enough(ana: Gente, novo: str) -> None:
    old = ana.portal.token(ana.pessoa, auth_time=int(time.time()) - 700)
    answer = ana.portal.request("POST", "/v1/conta/email", token=old, json={"email": novo})
    assert (answer.status_code, answer.json()["codigo"]) == (403, "confirmacao_necessaria")
    assert ana.portal.letters(novo) == []


def test_an_address_that_is_taken_is_answered_as_one_that_is_free(ana: Gente, novo: str) -> None:
    portal, rui = ana.portal, new_owner(ana.portal)
    sessao = session_of(ana)
    before = len(portal.letters(ana.email))
    answers = [_ask(sessao, each) for each in (rui.email, novo)]
    assert [each.status_code for each in answers] == [202, 202]
    assert answers[0].content == answers[1].content
    assert _headers(answers[0]) == _headers(answers[1])
    # The old address is told the same, too.
    notices = portal.letters(ana.email)[before:]
    assert len({re.sub(r"[0-9A-Za-z.]{40,}", "", each.texto) for each in notices}) == 1
    letter = portal.letters(rui.email)[-1]
    assert letter.assunto == "Você já tem uma conta"
    assert "codigo=" not in letter.texto
    assert ana.email not in letter.texto


def test_an_address_that_somebody_takes_meanwhile_stays_theirs(ana: Gente, novo: str) -> None:
    rui = new_owner(ana.portal)
    sessoes = [session_of(each) for each in (ana, rui)]
    codes = [(_ask(each, novo), code_of(ana.portal, novo))[1] for each in sessoes]
    assert [_confirm(ana.portal, each).status_code for each in codes] == [204, 422]
    assert sessoes[1].asks("GET", "/v1/conta").json()["email"] == rui.email


def test_only_the_last_one_is_confirmed(ana: Gente, novo: str) -> None:
    sessao, other = session_of(ana), new_email()
    for each in (novo, other):
        _ask(sessao, each)
    assert _confirm(ana.portal, code_of(ana.portal, novo)).status_code == 422
    assert _confirm(ana.portal, code_of(ana.portal, other)).status_code == 204


def test_the_old_address_undoes_it(ana: Gente, novo: str) -> None:
    portal, thief = ana.portal, session_of(ana)
    _ask(thief, novo)
    _confirm(portal, code_of(portal, novo))
    code = code_of(portal, ana.email)
    assert _undo(portal, code).status_code == 204
    assert thief.renew().status_code == 401
    assert thief.asks("GET", "/v1/conta").status_code == 401
    for each in (ana.email, novo):
        assert enter(portal, each).status_code == 401  # the thief knew the password
    forget(portal, ana.email)
    assert choose(portal, code_of(portal, ana.email)).status_code == 204
    assert _undo(portal, code).status_code == 422
    assert "conta.email_desfeito" in entries(portal, f"pessoa:{ana.pessoa}")


def test_undone_before_it_is_confirmed_it_is_confirmed_no_more(ana: Gente, novo: str) -> None:
    portal = ana.portal
    _ask(session_of(ana), novo)
    assert _undo(portal, code_of(portal, ana.email)).status_code == 204
    assert _confirm(portal, code_of(portal, novo)).status_code == 422


def test_who_took_an_account_cannot_take_it_back(ana: Gente, novo: str) -> None:
    """What was asked for afterwards is undone with it, and its own way back, too."""
    portal, thief, last = ana.portal, session_of(ana), new_email()
    for each in (novo, last):
        _ask(thief, each)
        assert _confirm(portal, code_of(portal, each)).status_code == 204
    mine = code_of(portal, ana.email)
    of_the_thief = code_of(portal, novo)
    assert _undo(portal, mine).status_code == 204
    assert _undo(portal, of_the_thief).status_code == 422
    assert _email(ana) == ana.email


def test_a_code_for_a_new_password_is_of_the_address_that_got_it(ana: Gente, novo: str) -> None:
    portal = ana.portal
    forget(portal, ana.email)
    old = code_of(portal, ana.email)
    _ask(session_of(ana), novo)
    _confirm(portal, code_of(portal, novo))
    assert choose(portal, old).status_code == 422


@pytest.mark.parametrize(
    ("column", "confirmed", "undone"), [("confirma_ate", 422, 204), ("volta_ate", 204, 422)]
)
def test_codes_are_good_for_so_long(
    ana: Gente, novo: str, column: str, confirmed: int, undone: int
) -> None:
    portal = ana.portal
    _ask(session_of(ana), novo)
    _expire(ana, column)
    assert _confirm(portal, code_of(portal, novo)).status_code == confirmed
    assert _undo(portal, code_of(portal, ana.email)).status_code == undone


def test_what_cannot_be_undone_any_more_is_forgotten(ana: Gente, novo: str) -> None:
    _ask(session_of(ana), novo)
    assert _rows(ana) == 1
    _expire(ana, "volta_ate")
    ana.portal.run(forget_old(ana.portal.recursos))
    assert _rows(ana) == 0


def test_a_person_asks_so_often(ana: Gente) -> None:
    sessao = session_of(ana)
    statuses = [_ask(sessao, new_email()).status_code for _ in range(6)]
    assert statuses == [202] * 5 + [429]


@pytest.mark.parametrize(
    "email", ["", "ana", "a@b", "ana@exemplo.com.br\r\nBcc: x@y.com", "\0@a.com", "🙂@a.com"]
)
def test_what_is_no_address_is_refused(ana: Gente, email: str) -> None:
    assert _ask(session_of(ana), email).status_code == 422


@pytest.mark.parametrize("body", [{}, [], None, {"email": 1}, {"email": "a@b.com", "x": 1}])
def test_any_other_body_is_refused(ana: Gente, body: Any) -> None:
    assert ana.asks("POST", "/v1/conta/email", json=body).status_code == 422


@pytest.mark.parametrize("kind", ["none", "noise", "person", "long", "nul", "figures"])
def test_what_is_no_code_is_refused(portal: Portal, kind: str) -> None:
    code = {
        "none": "",
        "noise": "x",
        "person": f"{uuid4().hex}.{'A' * 26}",
        "long": f"{uuid4().hex}.{'A' * 5000}",
        "nul": f"{uuid4().hex}.\0",
        "figures": "٣" * 32 + ".A",
    }[kind]
    for answer in (_confirm(portal, code), _undo(portal, code)):
        assert answer.status_code == 422


def _ask(sessao: Sessao, email: str) -> httpx2.Response:
    return sessao.asks("POST", "/v1/conta/email", json={"email": email}, de=new_address())


def _confirm(portal: Portal, codigo: str, senha: str = SENHA) -> httpx2.Response:
    body = {"codigo": codigo, "senha": senha}
    return portal.request("POST", "/v1/conta/email/confirmacao", json=body, de=new_address())


def _undo(portal: Portal, codigo: str) -> httpx2.Response:
    body = {"codigo": codigo}
    return portal.request("POST", "/v1/conta/email/anterior", json=body, de=new_address())


def _headers(answer: httpx2.Response) -> set[str]:
    return set(answer.headers)


def _email(gente: Gente) -> Any:
    return _sql(gente, "SELECT email FROM auth.pessoas WHERE id = :id")


def _rows(gente: Gente) -> Any:
    return _sql(gente, "SELECT count(*) FROM auth.trocas_de_email WHERE pessoa = :id")


def _expire(gente: Gente, column: str) -> None:
    query = f"UPDATE auth.trocas_de_email SET {column} = now() WHERE pessoa = :id RETURNING 1"  # noqa: S608
    assert _sql(gente, query) == 1


def _sql(gente: Gente, query: str) -> Any:
    async def do() -> Any:
        async with gente.portal.recursos.banco.transacao(pessoa=gente.pessoa) as conn:
            return (await conn.execute(text(query), {"id": gente.pessoa})).scalar_one()

    return gente.portal.run(do())
