"""The published OpenAPI document is the one that the code makes, and it tells the truth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from jsonschema import Draft202012Validator
from scripts.build_openapi import PUBLISHED, openapi_text

from fiscalxml import report_schema
from fiscalxml_server.kit.errors import all_problems

DOCUMENT: dict[str, Any] = json.loads(PUBLISHED.read_bytes())
OPERATIONS = [
    (path, operation) for path, item in DOCUMENT["paths"].items() for operation in item.values()
]
NAMES = [operation["operationId"] for _, operation in OPERATIONS]
each_operation = pytest.mark.parametrize(("path", "operation"), OPERATIONS, ids=NAMES)


def test_the_published_document_is_up_to_date() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == openapi_text(), "run `make openapi`"


def test_the_service_gives_the_same_document_but_for_its_limits(anonymous: httpx2.Client) -> None:
    served = anonymous.get("/openapi.json").json()
    assert served.pop("info")["description"] != DOCUMENT["info"]["description"]
    assert served == {name: value for name, value in DOCUMENT.items() if name != "info"}


@each_operation
def test_an_operation_is_told_in_portuguese_with_its_errors(
    path: str, operation: dict[str, Any]
) -> None:
    assert operation["summary"]
    assert operation["description"].endswith(".")
    public = operation.get("security") == []
    assert public == (not path.startswith("/v1/"))
    wanted = {"422", "500"} | (set() if public else {"401", "403", "503"})
    wanted |= {"400", "413", "415"} if "requestBody" in operation else set()
    assert wanted <= operation["responses"].keys()


def _contents(operation: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Schema and examples of each body."""
    for answer in operation["responses"].values():
        for content in answer.get("content", {}).values():
            yield content["schema"], content.get("examples", {})


@pytest.mark.parametrize("operation", [operation for _, operation in OPERATIONS], ids=NAMES)
def test_every_example_is_of_its_schema(operation: dict[str, Any]) -> None:
    examples = DOCUMENT["components"]["examples"]
    for schema, named in _contents(operation):
        validator = Draft202012Validator({**schema, "components": DOCUMENT["components"]})
        for reference in named.values():
            name = reference["$ref"].rpartition("/")[2]
            validator.validate(examples[name]["value"])


def test_the_examples_of_bodies_get_the_answers_that_stand_beside_them(
    caller: httpx2.Client,
) -> None:
    examples = DOCUMENT["components"]["examples"]
    nota = examples["nota"]["value"].encode()
    resumo = caller.post("/v1/resumos", content=nota).json()
    assert resumo == examples["resumo_campos"]["value"]
    tags = caller.post("/v1/resumos?formato=tags", content=nota).json()
    assert tags == examples["resumo_tags"]["value"]
    report = caller.post("/v1/validacoes", json=examples["nota_em_base64"]["value"]).json()
    assert report["sha256"] == examples["relatorio_valido"]["value"]["sha256"]
    assert examples["relatorio_valido"]["value"]["veredito"] == "valido"
    assert examples["relatorio_invalido"]["value"]["veredito"] == "invalido"


def test_the_report_has_the_fields_of_the_published_contract() -> None:
    def fields(node: Any) -> Iterator[tuple[str, ...]]:
        for name, value in node.get("properties", {}).items():
            yield (name,)
            yield from ((name, *rest) for rest in fields(value))

    schemas = DOCUMENT["components"]["schemas"]
    contract = report_schema()
    assert set(fields(schemas["Relatorio"])) == set(fields(contract))
    assert set(fields(schemas["Achado"])) == set(fields(contract["$defs"]["achado"]))
    assert schemas["Relatorio"]["required"] == contract["required"]


DESCRIBED = (
    *("Relatorio", "Achado", "Problema", "Regra", "ChaveDeAcesso"),
    *("Revalidacao", "MudancaDeDocumento", "ParticipanteDaMudanca", "Validacao"),
    *("Documento", "DocumentoGuardado", "Lote", "Item", "PaginaDeItens", "EnvioDireto"),
    *("Exportacao", "PedidoDeExportacao"),
)


@pytest.mark.parametrize("name", DESCRIBED)
def test_each_field_is_described(name: str) -> None:
    for field, schema in DOCUMENT["components"]["schemas"][name]["properties"].items():
        assert schema.get("description"), field


def test_no_description_of_the_code_itself_leaks() -> None:
    text = PUBLISHED.read_text(encoding="utf-8")
    for words in ("HTTPValidationError", " the ", "Default Response", "Successful Response"):
        assert words not in text


def test_the_lock_file_of_the_linter_names_no_registry() -> None:
    lock = PUBLISHED.parents[2] / "ops" / "openapi" / "package-lock.json"
    packages = json.loads(lock.read_bytes())["packages"]
    assert all("resolved" not in each for each in packages.values())
    assert all("integrity" in each for name, each in packages.items() if name)


def test_every_problem_of_an_operation_is_one_that_exists() -> None:
    codes = {each.codigo for each in all_problems()}
    for _, operation in OPERATIONS:
        for answer in operation["responses"].values():
            problem = answer.get("content", {}).get("application/problem+json", {})
            assert problem.get("examples", {}).keys() <= codes
