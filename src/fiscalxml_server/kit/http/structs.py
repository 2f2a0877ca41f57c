"""Schemas and examples of the OpenAPI document from the structs that are read and written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from fiscalxml_server.kit.http.openapi import example_of, schema_ref

_PLACE = "#/components/schemas/{name}"


def schemas_of(kinds: Mapping[type, str]) -> dict[str, dict[str, Any]]:
    """Type -> its description in Portuguese; gives the schemas by the types' names.

    A field's description is that of its `msgspec.Meta`; structs and enumerations inside of another
    have schemas of their own.
    """
    _, found = msgspec.json.schema_components(kinds, ref_template=_PLACE)
    return {
        kind.__name__: {**_without_titles(found[kind.__name__]), "description": words}
        for kind, words in kinds.items()
    }


def body_of(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """The `openapi_extra` of an operation whose body is this struct, with its example."""
    name = _example_name(kind)
    content = {"schema": schema_ref(kind.__name__), "examples": {name: example_of(name)}}
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


def examples_of(values: Mapping[str, msgspec.Struct]) -> dict[str, dict[str, Any]]:
    """What it shows -> an example; gives them by the names that `body_of` refers to."""
    return {
        _example_name(type(value)): {"summary": summary, "value": _told(value)}
        for summary, value in values.items()
    }


def _example_name(kind: type) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


def _told(value: msgspec.Struct) -> dict[str, Any]:
    """Without what may be left out."""
    return {
        field.encode_name: msgspec.json.decode(msgspec.json.encode(told))
        for field in msgspec.structs.fields(value)
        if (told := getattr(value, field.name)) != field.default
    }


def _without_titles(schema: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name != "title"}
