"""What is told of keys in the OpenAPI document is what is answered."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fiscalxml_server.auth.openapi import openapi_document
from services.auth.portal import Portal

from .casa import CNPJ, Casa


@pytest.fixture(scope="module")
def document(portal: Portal) -> dict[str, Any]:
    return openapi_document(portal.app)


def _check(document: dict[str, Any], schema: str, value: object) -> None:
    validator = Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": document["components"]}
    )
    validator.validate(value)


def test_answers_are_of_their_schemas(casa: Casa, document: dict[str, Any]) -> None:
    body = {"nome": "ERP", "escopos": ["validar"], "empresas": [CNPJ], "validade_dias": 1}
    _check(document, "NovaChaveDeApi", body)
    created = casa.ask("POST", json=body).json()
    _check(document, "ChaveDeApiCriada", created)
    rotation = {"horas": 1, "validade_dias": 2}
    _check(document, "RotacaoDeChave", rotation)
    rotated = casa.ask("POST", f"/{created['id']}/rotacao", json=rotation).json()
    _check(document, "ChaveDeApiCriada", rotated)
    _check(document, "ChaveDeApi", casa.ask("GET", f"/{created['id']}").json())
    casa.ask("DELETE", f"/{created['id']}")
    _check(document, "PaginaDeChavesDeApi", casa.ask("GET").json())


def test_the_policy_is_read_and_written(casa: Casa, document: dict[str, Any]) -> None:
    def ask(method: str, **options: Any) -> Any:
        path = "/v1/politica-de-chaves"
        return casa.portal.request(method, path, token=casa.token(), **options)

    assert ask("GET").json() == {"ao_vazar": "revogar"}
    for value in ("avisar", "revogar", "avisar"):
        _check(document, "PoliticaDeChaves", {"ao_vazar": value})
        assert ask("PUT", json={"ao_vazar": value}).json() == {"ao_vazar": value}
        assert ask("GET").json() == {"ao_vazar": value}
    for wrong in ({"ao_vazar": "nada"}, {}, {"ao_vazar": None}, {"ao_vazar": "avisar", "x": 1}):
        assert ask("PUT", json=wrong).status_code == 422
