"""The OpenAPI documents of the services, as published: of the code, and whole."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import pytest
from jsonschema import Draft202012Validator
from scripts.build_openapi import API, CONTAS, WEBHOOKS, texts

from fiscalxml_server.kit.errors import all_problems

Json = dict[str, Any]
DOCUMENTS: Final[Mapping[str, Json]] = {
    path.name: json.loads(path.read_bytes()) for path in (API, CONTAS, WEBHOOKS)
}


class Operacao(NamedTuple):
    document: Json
    path: str
    told: Json


OPERATIONS: Final = {
    operation["operationId"]: Operacao(document, path, operation)
    for document in DOCUMENTS.values()
    for path, item in document["paths"].items()
    for operation in item.values()
}
_OF_TEXT: Final = {
    "application/json",
    "application/xml",
    "application/x-www-form-urlencoded",
}
each_document = pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


def test_the_published_documents_are_up_to_date() -> None:
    for path, text in texts().items():
        assert path.read_text(encoding="utf-8") == text, "run `make openapi`"


@each_operation
def test_an_operation_is_told_in_portuguese_with_its_errors(operation: Operacao) -> None:
    assert operation.told["summary"]
    assert operation.told["description"].endswith(".")
    wanted = {"422", "500"}
    if "security" not in operation.told:
        wanted |= {"401", "503"}
    if "requestBody" in operation.told and operation.path != "/oauth/token":
        wanted |= {"400", "413", "415"}
    assert wanted <= operation.told["responses"].keys()


@each_operation
def test_an_operation_says_which_credential_it_takes(operation: Operacao) -> None:
    """One of those of the whole document; none; or its own."""
    schemes = operation.document["components"]["securitySchemes"]
    ways = operation.told if "security" in operation.told else operation.document
    for way in ways["security"]:
        assert way.keys() <= schemes.keys()


def test_the_api_takes_keys_and_accounts_do_not() -> None:
    api, contas = DOCUMENTS[API.name], DOCUMENTS[CONTAS.name]
    for document in (api, DOCUMENTS[WEBHOOKS.name]):
        assert document["security"] == [{"bearer": []}, {"chave": []}]
    assert contas["security"] == [{"bearer": []}]
    assert OPERATIONS["pedirToken"].told["security"] == [{"cliente": []}, {}]
    assert OPERATIONS["abrirSessao"].told["security"] == []
    for each in OPERATIONS.values():
        if each.document is api:
            assert (each.told.get("security") == []) == (not each.path.startswith("/v1/"))


@each_operation
def test_each_body_that_is_sent_has_an_example(operation: Operacao) -> None:
    for name, content in operation.told.get("requestBody", {}).get("content", {}).items():
        if name in _OF_TEXT:
            assert content["examples"], name


def _contents(operation: Operacao) -> Iterator[Json]:
    yield from operation.told.get("requestBody", {}).get("content", {}).values()
    for answer in operation.told["responses"].values():
        yield from answer.get("content", {}).values()


@each_operation
def test_every_example_is_of_its_schema(operation: Operacao) -> None:
    examples = operation.document["components"]["examples"]
    for content in _contents(operation):
        schema = {**content["schema"], "components": operation.document["components"]}
        validator = Draft202012Validator(schema)
        for reference in content.get("examples", {}).values():
            validator.validate(examples[reference["$ref"].rpartition("/")[2]]["value"])


@each_document
def test_every_example_is_shown_somewhere(document: Json) -> None:
    text = json.dumps(document["paths"])
    for name in document["components"]["examples"]:
        assert f'"#/components/examples/{name}"' in text, name


@each_document
def test_each_field_is_described(document: Json) -> None:
    for name, schema in document["components"]["schemas"].items():
        if name.startswith("Resumo"):
            continue  # fields of the document itself, named as in its layout
        for field, told in schema.get("properties", {}).items():
            assert told.get("description") or "$ref" in told, f"{name}.{field}"


@each_document
def test_no_description_of_the_code_itself_leaks(document: Json) -> None:
    text = json.dumps(document, ensure_ascii=False)
    for words in ("HTTPValidationError", " the ", "Default Response", "Successful Response"):
        assert words not in text


@each_operation
def test_every_problem_of_an_operation_is_one_that_exists(operation: Operacao) -> None:
    codes = {each.codigo for each in all_problems()}
    for answer in operation.told["responses"].values():
        problem = answer.get("content", {}).get("application/problem+json", {})
        assert problem.get("examples", {}).keys() <= codes


def test_the_lock_file_of_the_linter_names_no_registry() -> None:
    lock = API.parents[2] / "ops" / "openapi" / "package-lock.json"
    packages = json.loads(lock.read_bytes())["packages"]
    assert all("resolved" not in each for each in packages.values())
    assert all("integrity" in each for name, each in packages.items() if name)
