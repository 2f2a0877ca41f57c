"""Keys of tests: what they do is apart from everything else, at every door of the API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from factory.documents import build
from fiscalxml_server.kit.rbac import DELEGAVEIS
from services.auth.portal import Portal
from services.servico import Servico
from services.test_isolation import Two
from services.test_isolation import (
    test_no_operation_shows_another_organisation_s_data as nothing_is_shown,
)

from .casa import Casa
from .ligacao import api_beside

ALL: dict[str, Any] = {"escopos": sorted(DELEGAVEIS)}


@pytest.fixture(scope="module")
def casa(portal: Portal) -> Casa:
    return Casa(portal)


@pytest.fixture
def api(portal: Portal, banco: str, tmp_path: Path) -> Iterator[Servico]:
    servico = api_beside(portal, banco, tmp_path)
    yield servico
    servico.close()


@pytest.fixture(scope="module")
def live(casa: Casa) -> str:
    return str(casa.new(**ALL)["chave"])


@pytest.fixture(scope="module")
def of_tests(casa: Casa) -> str:
    return str(casa.new(teste=True, **ALL)["chave"])


def _seen(api: Servico, chave: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.request("GET", "/v1/documentos", chave=chave).json()["itens"]
    return found


@pytest.mark.parametrize("by_tests_first", [True, False])
def test_no_door_shows_one_what_the_other_has(
    portal: Portal, api: Servico, by_tests_first: bool
) -> None:
    casa = Casa(portal)
    live, of_tests = casa.new(**ALL)["chave"], casa.new(teste=True, **ALL)["chave"]
    api.chave, other = (of_tests, live) if by_tests_first else (live, of_tests)
    nothing_is_shown(Two(api, second=other))


def test_the_same_document_is_kept_once_by_each(api: Servico, live: str, of_tests: str) -> None:
    nota = build("nfe")
    for chave in (live, of_tests):
        assert _seen(api, chave) == []
        lote = api.send({"nota.xml": nota}, chave=chave)
        assert lote["contagens"]["aceito"] == 1
        (seen,) = _seen(api, chave)
        assert seen["id"] not in str(_seen(api, of_tests if chave == live else live))


def test_a_key_of_tests_is_revoked_like_any_other(portal: Portal, api: Servico) -> None:
    casa = Casa(portal)
    made = casa.new(teste=True)
    assert api.request("GET", "/v1/documentos", chave=made["chave"]).status_code == 200
    assert casa.ask("DELETE", f"/{made['id']}").status_code == 204
    api.run(api.application.state.verificador.revogados._hear())  # as it does every two seconds
    assert api.request("GET", "/v1/documentos", chave=made["chave"]).status_code == 401


def test_a_key_does_what_its_scopes_say(casa: Casa, api: Servico) -> None:
    chave = casa.new(escopos=["documentos:ler"])["chave"]
    assert api.request("GET", "/v1/documentos", chave=chave).status_code == 200
    refused = api.request("POST", "/v1/validacoes", content=b"<a/>", chave=chave)
    assert (refused.status_code, refused.json()["escopo"]) == (403, "validar")
