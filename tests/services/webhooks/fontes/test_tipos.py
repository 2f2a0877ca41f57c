"""What is published of each kind: its page, its schema, its example."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator, ValidationError
from scripts.build_webhooks_page import PUBLISHED, SCHEMAS, page, schema, schemas

from fiscalxml_server.kit.notifying import Tipo
from fiscalxml_server.kit.notifying.explained import EXEMPLOS, QUANDO
from fiscalxml_server.kit.notifying.types import FORMA
from services.webhooks.subscribed import validator


def test_the_page_and_the_schemas_are_what_the_code_says() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == page(), "run `make webhooks`"
    published = {each.name: each.read_text(encoding="utf-8") for each in SCHEMAS.iterdir()}
    assert published == schemas(), "run `make webhooks`"


def test_every_kind_has_a_shape_an_explanation_and_an_example() -> None:
    assert set(FORMA) == set(QUANDO) == set(EXEMPLOS) == set(Tipo)


def _example(tipo: Tipo) -> Any:
    return json.loads(msgspec.json.encode(EXEMPLOS[tipo]))


@pytest.mark.parametrize("tipo", Tipo)
def test_an_example_is_as_its_schema_says_and_has_the_shape_of_its_kind(tipo: Tipo) -> None:
    Draft202012Validator.check_schema(schema(tipo))
    validator(tipo).validate(_example(tipo))
    assert EXEMPLOS[tipo].tipo is tipo
    assert type(EXEMPLOS[tipo].dados) is FORMA[tipo]


@pytest.mark.parametrize("tipo", Tipo)
def test_what_is_no_body_of_the_kind_is_refused(tipo: Tipo) -> None:
    whole = _example(tipo)
    link = {name: value for name, value in whole["dados"].items() if name != "link"}
    for wrong in (
        whole | {"tipo": "outro"},
        whole | {"versao": 2},
        whole | {"id": "nada"},
        whole | {"em": 1},
        whole | {"dados": link},
        {name: value for name, value in whole.items() if name != "organizacao"},
    ):
        with pytest.raises(ValidationError):
            validator(tipo).validate(wrong)


@pytest.mark.parametrize("tipo", Tipo)
def test_every_field_is_explained(tipo: Tipo) -> None:
    whole = schema(tipo)["properties"]
    for name, field in {**whole, **whole["dados"]["properties"]}.items():
        assert field["description"].endswith((".", "…")), name
