"""What is told of webhooks in the OpenAPI document is what is asked for and answered."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from fiscalxml_server.kit.errors import all_problems
from fiscalxml_server.webhooks.openapi import openapi_document
from services.webhooks.portal import Casa, Portal

from .test_assinaturas import ALL


@pytest.fixture(scope="module")
def document(portal: Portal) -> dict[str, Any]:
    return openapi_document(portal.app)


def _check(document: dict[str, Any], schema: str, value: object) -> None:
    validator = Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": document["components"]},
        format_checker=FormatChecker(),
    )
    validator.validate(value)


def test_answers_are_of_their_schemas(casa: Casa, document: dict[str, Any]) -> None:
    body = ALL | {"cabecalhos": {"X-Chave": "segredo-do-erp"}}
    _check(document, "NovoWebhook", body)
    _check(document, "MudancaDeWebhook", body)
    created = casa.ask("POST", json=body).json()
    id_ = created["id"]
    _check(document, "WebhookCriado", created)
    for action in ("pausar", "retomar"):
        _check(document, "Webhook", casa.ask("POST", f"/{id_}/{action}").json())
    _check(document, "Webhook", casa.ask("PATCH", f"/{id_}", json=body).json())
    _check(document, "TesteDeWebhook", casa.ask("POST", f"/{id_}/teste").json())
    _check(document, "TrocaDeSegredo", {"validade_anterior": 1})
    rotated = casa.ask("POST", f"/{id_}/segredos", json={"validade_anterior": 1}).json()
    _check(document, "WebhookCriado", rotated)
    _check(document, "SegredoDeWebhook", casa.ask("GET", f"/{id_}/segredo").json())
    _check(document, "Webhook", casa.read(id_))
    casa.new()
    _check(document, "PaginaDeWebhooks", casa.ask("GET", "?limite=1").json())


def test_each_error_of_the_service_is_explained_there(casa: Casa) -> None:
    for each in all_problems("webhooks"):
        told = casa.portal.request("GET", f"/problemas/{each.codigo}", chave=casa.chave)
        assert told.json() == each.explained()
    page = casa.portal.request("GET", "/problemas", chave=casa.chave).json()
    codes = {each["codigo"] for each in page["itens"]}
    assert {"webhooks_demais", "webhook_inativo", "parametros_invalidos"} <= codes
