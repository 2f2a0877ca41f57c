"""Every route of all applications, as every kind of caller, is what the table says.

It works from the routes: one that is added is here, and one that says of nobody who may call it
fails. Bodies are empty: what lets a caller in comes before what he sends.
"""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest
from fastapi import FastAPI
from scripts.build_permissions_page import PUBLISHED, page

from fiscalxml_server.kit.http.permissions import Quem, decisions
from fiscalxml_server.kit.rbac import DELEGAVEIS, INTEIROS, PERMISSOES, Escopo, Papel
from services.auth.chaves.casa import CNPJ

from .predio import Porta, Predio

RETRY = (429, 503)
"""what a service may say that is busy, or has no store that takes files directly"""


def test_the_page_is_what_the_table_and_the_routes_say() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == page(), "make permissoes"


def test_a_route_that_says_of_nobody_who_may_call_it_is_refused() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_api_route("/v1/nova", lambda: None)
    with pytest.raises(ValueError, match="/v1/nova"):
        list(decisions(app.routes))


def test_nothing_but_what_is_public_lets_nobody_in(predio: Predio) -> None:
    for what, credencial in predio.nobodies():
        for porta in predio.portas:
            answer = predio.ask(porta, credencial)
            if porta.decisao.pede is Quem.TODOS:
                # Where one may say who one is, what says nobody is refused, too.
                assert credencial or not _unknown(answer), (what, porta)
            else:
                assert answer.status_code == 401, (what, porta, answer.text)
                assert _unknown(answer), (what, porta)


@pytest.mark.parametrize("papel", list(Papel))
def test_a_role_opens_what_its_scopes_open(predio: Predio, papel: Papel) -> None:
    for porta in _asking_for_a_scope(predio):
        token = predio.token(predio.casa(), papel)
        _compare(porta, predio.ask(porta, token), porta.decisao.pede in PERMISSOES[papel])


@pytest.mark.parametrize("papel", list(Papel))
def test_what_is_of_the_whole_organisation_is_closed_to_who_sees_a_part(
    predio: Predio, papel: Papel
) -> None:
    casa = predio.casa()
    pessoa, _ = casa.member(papel)
    limited = predio.portal.token(pessoa, casa.id, papel=papel, empresas=(CNPJ,))
    for porta in _asking_for_a_scope(predio):
        allowed = porta.decisao.pede in PERMISSOES[papel] - INTEIROS
        _compare(porta, predio.ask(porta, limited), allowed)


def test_a_token_that_lacks_a_second_factor_opens_nothing_of_the_organisation(
    predio: Predio,
) -> None:
    casa = predio.casa()
    for claims in ({"papel": None}, {"papel": Papel.DONO}):
        lacking = predio.portal.token(casa.dono, casa.id, sem_segundo_fator=True, **claims)
        for porta in _asking_for_a_scope(predio):
            answer = predio.ask(porta, lacking)
            told = (answer.status_code, answer.json()["codigo"])
            assert told == (403, "segundo_fator_exigido"), porta


@pytest.mark.parametrize("escopo", sorted(DELEGAVEIS))
@pytest.mark.parametrize("kind", ["key", "machine"])
def test_a_key_or_a_machine_opens_what_its_scope_opens(
    predio: Predio, kind: str, escopo: Escopo
) -> None:
    casa = predio.casa()
    credencial = getattr(predio, kind)(casa.id, escopo)
    for porta in _asking_for_a_scope(predio):
        answer = predio.ask(porta, credencial)
        if porta.servico == "auth" and kind == "key":
            assert answer.status_code == 401, porta  # keys are for the API of documents
        elif porta.decisao.pessoa:
            assert answer.status_code in (401, 403), porta
        else:
            _compare(porta, answer, porta.decisao.pede == escopo)


def test_no_key_nor_machine_opens_what_is_a_person_s(predio: Predio) -> None:
    casa = predio.casa()
    for porta in predio.portas:
        if porta.decisao.pede is Quem.PESSOA:
            for credencial in (
                predio.machine(casa.id, *DELEGAVEIS),
                predio.key(casa.id, *DELEGAVEIS),
            ):
                assert predio.ask(porta, credencial).status_code == 401, porta


def test_a_person_in_no_organisation_opens_nothing_of_one(predio: Predio) -> None:
    for porta in predio.portas:
        answer = predio.ask(porta, predio.person())
        if isinstance(porta.decisao.pede, Escopo) or porta.decisao.pede is Quem.SERVICO:
            assert answer.status_code == 401, porta
        else:
            assert answer.status_code != 403 or answer.json()["codigo"] != "sem_permissao", porta
            assert answer.status_code < 500 or answer.status_code in RETRY, porta


def test_what_is_a_service_s_is_for_the_services_that_it_names(predio: Predio) -> None:
    casa = predio.casa()
    own = [porta for porta in predio.portas if porta.decisao.pede is Quem.SERVICO]
    assert own
    for porta in own:
        path = porta.path()
        for papel in Papel:
            assert predio.ask(porta, predio.token(casa, papel), path=path).status_code == 401
        for nome in ("api", "outro"):
            answer = predio.ask(porta, predio.service(nome, path), path=path)
            assert (answer.status_code == 403) == (nome not in porta.decisao.servicos), porta
            assert answer.status_code != 401, porta
        elsewhere = predio.service("api", "/interno/outra-coisa")
        assert predio.ask(porta, elsewhere, path=path).status_code == 401


def _asking_for_a_scope(predio: Predio) -> Iterator[Porta]:
    return (porta for porta in predio.portas if isinstance(porta.decisao.pede, Escopo))


def _compare(porta: Porta, answer: httpx2.Response, allowed: bool) -> None:
    code = answer.json().get("codigo") if answer.status_code >= 400 else None
    if allowed:
        assert answer.status_code != 401, (porta, answer.text)
        assert code != "sem_permissao", (porta, answer.text)
        assert answer.status_code < 500 or answer.status_code in RETRY, (porta, answer.text)
    else:
        assert (answer.status_code, code) == (403, "sem_permissao"), (porta, answer.text)
        assert answer.json()["escopo"] == porta.decisao.pede, porta


def _unknown(answer: httpx2.Response) -> bool:
    return "WWW-Authenticate" in answer.headers and answer.status_code == 401
