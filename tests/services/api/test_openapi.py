"""The API's published contract is what the service gives, and its examples are true."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx2
from scripts.build_openapi import API

from fiscalxml import report_schema

DOCUMENT: dict[str, Any] = json.loads(API.read_bytes())


def test_the_service_gives_the_same_document_but_for_its_limits(anonymous: httpx2.Client) -> None:
    served = anonymous.get("/openapi.json").json()
    assert served.pop("info")["description"] != DOCUMENT["info"]["description"]
    assert served == {name: value for name, value in DOCUMENT.items() if name != "info"}


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
