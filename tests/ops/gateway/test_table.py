"""Every operation of the three services has one route of Kong's, and no route has anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import yaml

from fiscalxml_ops.gateway.installation import Instalacao
from fiscalxml_ops.gateway.making import FOLDER, artefacts
from fiscalxml_ops.gateway.operations import SERVICOS, documents, operations
from fiscalxml_ops.gateway.policies import POLITICAS
from fiscalxml_ops.gateway.routes import CREDENCIAL, pattern, routes
from fiscalxml_server.kit.settings import Settings

SETTINGS = Settings.model_construct()
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE")
FILLED = "valor-1.2_x~%20"
"""in place of a parameter"""


@cache
def kong() -> Mapping[str, Any]:
    """The file as it is made."""
    document: dict[str, Any] = yaml.safe_load(artefacts()[f"{FOLDER}/kong.yml"])
    return document


def taken(host: str, metodo: str, caminho: str) -> str | None:
    """The route that Kong takes, as its traditional router does: of those that match in all that
    they say, the one of the highest priority. Fails where that is more than one."""
    found = [
        (route["regex_priority"], service["name"], route["name"])
        for service in kong()["services"]
        for route in service["routes"]
        if host in route["hosts"]
        and metodo in route["methods"]
        and any(re.match(path.removeprefix("~"), caminho) for path in route["paths"])
    ]
    best = [each for each in found if each[0] == max(found)[0]]
    assert len(best) <= 1, (host, metodo, caminho, best)
    return best[0][2] if best else None


def documented() -> Iterator[tuple[str, str, str]]:
    for servico, paths in documents(SETTINGS).items():
        for caminho, of_it in paths.items():
            for metodo in of_it:
                yield servico, metodo.upper(), caminho


def test_each_operation_of_each_document_has_exactly_one_route() -> None:
    names = {each.nome: each for each in routes(operations(SETTINGS))}
    count = 0
    for servico, metodo, caminho in documented():
        host = Instalacao().servico(servico).host
        filled = re.sub(r"\{[^}]+\}", FILLED, caminho)
        name = taken(host, metodo, filled)
        assert name is not None, (servico, metodo, caminho)
        rota = names[name]
        assert (rota.servico, rota.caminho) == (servico, caminho)
        assert metodo in rota.metodos
        count += 1
    assert count > 150


def test_no_route_takes_what_is_in_no_document() -> None:
    """Each address with each method: what is taken is documented, or a page for people."""
    known = set(documented())
    pages = {
        (each.servico, each.metodo, each.caminho)
        for each in operations(SETTINGS)
        if each.aberta and each.metodo == "GET"
    }
    names = {each.nome: each for each in routes(operations(SETTINGS))}
    addresses = {caminho for _, _, caminho in known | pages}
    for servico in SERVICOS:
        host = Instalacao().servico(servico).host
        for caminho in addresses:
            for metodo in METHODS:
                name = taken(host, metodo, re.sub(r"\{[^}]+\}", FILLED, caminho))
                if name is None:
                    continue
                rota = names[name]
                asked = "GET" if metodo == "HEAD" else metodo
                assert (servico, asked, rota.caminho) in known | pages, (metodo, caminho, name)


def test_internal_addresses_have_no_route() -> None:
    for servico in SERVICOS:
        host = Instalacao().servico(servico).host
        for caminho in (
            *("/interno/introspeccao", "/interno/revogacoes", "/interno/avisos", "/metrics"),
            *("/", "/docs", "/docs/docs.js", "/openapi.json", "/v1", "/v1/lotes/", "/v1//lotes"),
        ):
            for metodo in METHODS:
                assert taken(host, metodo, caminho) is None, (host, metodo, caminho)


def test_documentation_is_open_only_where_it_is_asked_for() -> None:
    opened = {each.caminho for each in operations(SETTINGS, documentacao=True)}
    assert opened - {each.caminho for each in operations(SETTINGS)} == {
        *("/", "/docs", "/docs/{name}", "/openapi.json")
    }


def test_what_needs_a_credential_says_so_and_nothing_else_does() -> None:
    asked = {
        (each.servico, each.caminho, each.metodo): not each.aberta for each in operations(SETTINGS)
    }
    for servico, paths in documents(SETTINGS).items():
        for caminho, of_it in paths.items():
            for metodo, told in of_it.items():
                needs = "security" not in told  # /oauth/token has one of its own, in its body
                assert asked[servico, caminho, metodo.upper()] is needs, (servico, metodo, caminho)
    for service in kong()["services"]:
        for route in service["routes"]:
            aberta = route["name"].endswith(".aberta")
            assert (CREDENCIAL in route["tags"]) is not aberta
            assert ("plugins" in route) is aberta


def test_only_what_may_be_done_twice_is_tried_twice() -> None:
    for service in kong()["services"]:
        methods = {each for route in service["routes"] for each in route["methods"]}
        assert service["retries"] == 0 or methods <= {"GET", "HEAD"}, service["name"]
    assert {each["name"].partition(".")[2] for each in kong()["services"]} == {
        each.value for each in POLITICAS
    }


def test_a_path_is_a_pattern_of_itself_alone() -> None:
    assert pattern("/.well-known/jwks.json") == r"/\.well-known/jwks\.json$"
    assert pattern("/v1/a/{b}/c") == "/v1/a/[^/]+/c$"
