"""Schemas of the OpenAPI document from the structs that are read and written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

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


def body_of(kind: type) -> dict[str, Any]:
    """The `openapi_extra` of an operation whose body is this struct."""
    schema = {"$ref": _PLACE.format(name=kind.__name__)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _without_titles(schema: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name != "title"}
