"""The whole document of an application."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts

from fiscalxml_server.kit.errors import all_problems
from fiscalxml_server.kit.http.auth import public
from fiscalxml_server.kit.http.openapi.components import Components, Json
from fiscalxml_server.kit.http.openapi.operations import complete, tidy_parameters
from fiscalxml_server.kit.http.problems import MEDIA_TYPE
from fiscalxml_server.kit.rbac import Escopo


def build_openapi(
    app: FastAPI,
    components: Sequence[Components],
    info: Mapping[str, Any],
    credentials: Mapping[str, Json],
) -> Json:
    """The whole document. `info` is the object of that name; any of `credentials` (security
    schemes) is good for an operation that asks who it is."""
    document: Json = get_openapi(
        title=app.title, version=app.version, routes=app.routes, separate_input_output_schemas=False
    )
    document["info"] = dict(info)
    document["servers"] = [{"url": "/", "description": "Este servidor"}]
    document["tags"] = [dict(each.tag) for each in components if each.tag is not None]
    document["security"] = [{name: []} for name in credentials]
    document["paths"] = _ordered(document["paths"], [tag["name"] for tag in document["tags"]])
    for operation, asked in _operations(app, document):
        complete(operation, asked)
        tidy_parameters(operation)
    told = {
        name
        for path in document["paths"].values()
        for operation in path.values()
        for response in operation["responses"].values()
        for name in response.get("content", {}).get(MEDIA_TYPE, {}).get("examples", ())
    }
    document["components"] = {
        "schemas": _merged(each.schemas() for each in components),
        "examples": _problem_examples(told) | _merged(each.examples() for each in components),
        "securitySchemes": _merged([credentials, *(each.credentials for each in components)]),
    }
    return document


def _ordered(paths: Json, tags: Sequence[str]) -> Json:
    """By subject, then from the whole to its parts: routes stand as they must be matched."""

    def place(item: tuple[str, Json]) -> tuple[int, str]:
        path, operations = item
        (tag,) = next(iter(operations.values()))["tags"]
        return tags.index(tag), path

    return dict(sorted(paths.items(), key=place))


def _merged(parts: Iterable[Mapping[str, Json]]) -> Json:
    merged: Json = {}
    for part in parts:
        if doubled := merged.keys() & part.keys():
            raise ValueError(f"declared twice in the components: {doubled}")
        merged.update(part)
    return dict(sorted(merged.items()))


def _operations(app: FastAPI, document: Json) -> Iterator[tuple[Json, Escopo | str | None]]:
    """Each operation with what it asks for: a scope, or somebody (`quem`); None: it is public."""
    for context in iter_route_contexts(app.routes):
        dependant = getattr(context, "dependant", None)
        path = document["paths"].get(getattr(context, "path_format", None))
        if dependant is None or path is None:
            continue
        calls = [each.call for each in dependant.dependencies]
        asked = [
            getattr(call, name)
            for name in ("escopo", "quem")
            for call in calls
            if hasattr(call, name)
        ]
        if not asked and public not in calls:
            raise ValueError(f"{context.path_format} neither asks for anything nor is public")
        for method in context.methods or ():
            yield path[method.lower()], asked[0] if asked else None


def _problem_examples(told: set[str]) -> dict[str, Json]:
    """Of the problems that some operation tells; the rest come from the server itself."""
    return {
        each.codigo: {
            "summary": each.titulo,
            "value": each(each.explicacao).to_dict(),
        }
        for each in all_problems()
        if each.codigo in told
    }
