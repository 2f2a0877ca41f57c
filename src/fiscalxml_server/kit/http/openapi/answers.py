"""The answers of an operation, in each of the types that there are."""

from __future__ import annotations

from fiscalxml_server.kit.errors import Problema
from fiscalxml_server.kit.http.openapi.components import Json, example_of, schema_ref
from fiscalxml_server.kit.http.problems import MEDIA_TYPE


def problems(*kinds: type[Problema]) -> dict[int | str, Json]:
    """The `responses=` of an operation for what it may raise besides the common errors."""
    responses: dict[int | str, Json] = {}
    for kind in kinds:
        response = responses.setdefault(
            kind.status,
            {
                "description": kind.titulo,
                "content": {MEDIA_TYPE: {"schema": schema_ref("Problema"), "examples": {}}},
            },
        )
        response["content"][MEDIA_TYPE]["examples"][kind.codigo] = example_of(kind.codigo)
    return responses


def json_answer(description: str, schema: Json, *examples: str) -> Json:
    """A response in JSON with named examples of the components."""
    content: Json = {"schema": schema}
    if examples:
        content["examples"] = {name: example_of(name) for name in examples}
    return {"description": description, "content": {"application/json": content}}


def xml_answer(description: str, example: str) -> Json:
    """A response in XML with a named example of the components."""
    content = {"schema": {"type": "string"}, "examples": {example: example_of(example)}}
    return {"description": description, "content": {"application/xml": content}}


def pages_too(response: Json) -> Json:
    """The response in JSON, which may also be asked for as a page of HTML or a PDF to print."""
    content = {
        **response["content"],
        "text/html": {"schema": {"type": "string", "description": "Uma página que não usa rede."}},
        **pdf_answer("")["content"],
    }
    return {**response, "content": content}


def pdf_answer(description: str) -> Json:
    """A response in PDF."""
    schema = {"type": "string", "contentMediaType": "application/pdf"}
    return {"description": description, "content": {"application/pdf": {"schema": schema}}}


def events_answer(description: str, event: str, data: Json, example: str) -> Json:
    """A response of server-sent events, each with `data` as JSON. A named example of the text."""
    fields: Json = {
        "id": {"type": "string", "description": "A versão; volta em Last-Event-ID."},
        "event": {"const": event, "description": "O nome do evento."},
        "data": {
            "type": "string",
            "description": "JSON.",
            "contentMediaType": "application/json",
            "contentSchema": data,
        },
    }
    schema = {
        "type": ["string", "object"],
        "description": "Um texto de eventos (SSE), cada um com estes campos.",
        "required": list(fields),
        "properties": fields,
    }
    content = {"schema": schema, "examples": {example: example_of(example)}}
    return {"description": description, "content": {"text/event-stream": content}}


def with_headers(response: Json, *headers: Json) -> Json:
    """The response with these of `headers`."""
    return {**response, "headers": {name: each[name] for each in headers for name in each}}
