"""Schemas as the document tells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fiscalxml_server.kit.http.openapi.components import Json, schema_ref


def page_of(description: str, items: Json, words: str) -> Json:
    """The schema of a list's page. `words` describe its items."""
    return {
        "type": "object",
        "description": description,
        "required": ["itens", "proximo"],
        "properties": {
            "itens": {"type": "array", "description": words, "items": items},
            "proximo": {
                "type": ["string", "null"],
                "description": "O cursor da próxima página; null na última.",
            },
        },
        "additionalProperties": False,
    }


def in_components(schema: Mapping[str, Any], names: Mapping[str, str]) -> Json:
    """A JSON Schema whose `#/$defs/x` are references to the components named `names[x]`."""

    def moved(node: Any) -> Any:
        if isinstance(node, list):
            return [moved(each) for each in node]
        if not isinstance(node, Mapping):
            return node
        reference = node.get("$ref")
        if isinstance(reference, str):
            return schema_ref(names[reference.removeprefix("#/$defs/")])
        return {key: moved(value) for key, value in node.items() if key not in ("$schema", "$defs")}

    moved_schema: Json = moved(schema)
    return moved_schema


def described(schema: Json, words: Mapping[str, str]) -> Json:
    """The schema with our Portuguese descriptions, by property, and none other."""

    def walk(node: Any) -> Any:
        if isinstance(node, list):
            return [walk(each) for each in node]
        if not isinstance(node, dict):
            return node
        left_out = ("properties", "description", "title")
        plain = {key: walk(value) for key, value in node.items() if key not in left_out}
        if "properties" in node:
            plain["properties"] = {
                name: _with_words(walk(value), words.get(name))
                for name, value in node["properties"].items()
            }
        return plain

    walked: Json = walk(schema)
    return walked


def _with_words(schema: Json, words: str | None) -> Json:
    return schema if words is None else {**schema, "description": words}
