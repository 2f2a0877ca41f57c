"""The OpenAPI 3.1 document of an application, beyond what FastAPI derives from signatures.

Endpoints say their errors with `problems(...)`; domains add schemas and examples as `Components`.
Here they are joined with what holds for every operation: credentials, scopes, common errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts

from fiscalxml_server.kit.errors import (
    ErroInterno,
    Indisponivel,
    NaoAutenticado,
    ParametrosInvalidos,
    Problema,
    SegundoFatorExigido,
    SemPermissao,
    all_problems,
)
from fiscalxml_server.kit.http.auth import public
from fiscalxml_server.kit.http.problems import MEDIA_TYPE
from fiscalxml_server.kit.limits.limiter import LimiteDeRequisicoes
from fiscalxml_server.kit.rbac import Escopo

Json = dict[str, Any]

SECURITY_SCHEMES: Json = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "Chave de API ou token: `Authorization: Bearer …`.",
    },
    "chave": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "A mesma chave, em um cabeçalho próprio. Mande uma das duas, não ambas.",
    },
}


@dataclass(frozen=True, kw_only=True)
class Components:
    """What a domain adds to the document. Examples are made when the document is."""

    tag: Mapping[str, str] | None = None
    """`name` and `description` of the domain's operations"""
    schemas: Callable[[], Mapping[str, Json]] = field(default=dict)
    examples: Callable[[], Mapping[str, Json]] = field(default=dict)
    """name -> `{"summary", "value"}`, for `example_of`; one named as a problem replaces its own"""


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


def with_headers(response: Json, *headers: Json) -> Json:
    """The response with these of the headers below."""
    return {**response, "headers": {name: each[name] for each in headers for name in each}}


def schema_ref(name: str) -> Json:
    """A reference to a schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def example_of(name: str) -> Json:
    """A reference to an example of the components."""
    return {"$ref": f"#/components/examples/{name}"}


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


def build_openapi(app: FastAPI, components: Sequence[Components], info: Mapping[str, Any]) -> Json:
    """The whole document. `info` is the object of that name."""
    document: Json = get_openapi(
        title=app.title, version=app.version, routes=app.routes, separate_input_output_schemas=False
    )
    document["info"] = dict(info)
    document["servers"] = [{"url": "/", "description": "Este servidor"}]
    document["tags"] = [dict(each.tag) for each in components if each.tag is not None]
    document["security"] = [{name: []} for name in SECURITY_SCHEMES]
    document["paths"] = _ordered(document["paths"], [tag["name"] for tag in document["tags"]])
    for operation, asked in _operations(app, document):
        _complete(operation, asked)
        _tidy_parameters(operation)
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
        "securitySchemes": SECURITY_SCHEMES,
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


def _complete(operation: Json, asked: Escopo | str | None) -> None:
    """Add what holds for every operation: its credential and the errors all may give."""
    common: list[type[Problema]] = [ParametrosInvalidos, ErroInterno]
    if asked is None:
        operation["security"] = []
    elif isinstance(asked, Escopo):
        operation["description"] += f"\n\nEscopo: `{asked}`."
        common += [
            NaoAutenticado,
            SegundoFatorExigido,
            SemPermissao,
            LimiteDeRequisicoes,
            Indisponivel,
        ]
    else:
        operation["description"] += f"\n\n{asked}"
        common += [NaoAutenticado, Indisponivel]
    own = operation["responses"]
    # FastAPI's own 422 is of a shape that no operation here gives.
    if "application/json" in own.get("422", {}).get("content", {}):
        own["422"]["content"].pop("application/json")
        if not own["422"]["content"]:
            del own["422"]
    for status, response in problems(*common).items():
        known = own.setdefault(str(status), response)
        examples = known["content"][MEDIA_TYPE]["examples"]
        examples.update(response["content"][MEDIA_TYPE]["examples"])
        if len(examples) > 1:
            known["description"] = "Um destes erros"
    for status, headers in _HEADERS.items():
        if status in own and "headers" not in own[status]:
            own[status]["headers"] = headers
    operation["responses"] = dict(sorted(own.items()))


def _tidy_parameters(operation: Json) -> None:
    """A parameter is left out and never null, its name is not told twice, nor its description."""
    for parameter in operation.get("parameters", ()):
        schema = parameter["schema"]
        kept = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
        if len(kept) == 1:
            del schema["anyOf"]
            schema.update(kept[0])
        for name in ("title", "description"):
            schema.pop(name, None)


RETRY_AFTER: Json = {
    "Retry-After": {
        "description": "Segundos a esperar, quando se sabe.",
        "schema": {"type": "integer", "minimum": 0},
    }
}
RATE_LIMIT: Json = {
    "RateLimit-Policy": {
        "description": "Os limites de requisições: q por w segundos, da organização e desta "
        "credencial.",
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": "O limite mais perto do fim: restam r, por t segundos.",
        "schema": {"type": "string"},
    },
}
_HEADERS: Json = {
    "401": {
        "WWW-Authenticate": {
            "description": "O esquema que se espera e o que faltou.",
            "schema": {"type": "string"},
        }
    },
    "429": RETRY_AFTER | RATE_LIMIT,
    "503": RETRY_AFTER,
}


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


PROBLEMA: Json = {
    "type": "object",
    "description": "Um erro (RFC 9457). O codigo é estável; os textos podem melhorar.",
    "required": ["type", "title", "status", "detail", "codigo"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri-reference",
            "description": "Onde o erro está explicado, /problemas/{codigo}; ou, se há um "
            "registrado, o tipo de erros como este.",
        },
        "title": {"type": "string", "description": "O erro em poucas palavras."},
        "status": {
            "type": "integer",
            "minimum": 400,
            "maximum": 599,
            "description": "O status da resposta.",
        },
        "detail": {"type": "string", "description": "O que há de errado e o que fazer."},
        "codigo": {
            "type": "string",
            "pattern": "^[a-z0-9_]+$",
            "description": "Nome estável do erro.",
        },
        "campos": {
            "type": "array",
            "description": "Em parametros_invalidos: o que há com cada um.",
            "items": {
                "type": "object",
                "required": ["campo", "onde", "mensagem"],
                "properties": {
                    "campo": {"type": "string", "description": "O nome do parâmetro."},
                    "onde": {
                        "type": "string",
                        "enum": ["query", "path", "header", "cookie", "corpo"],
                        "description": "Onde ele está.",
                    },
                    "mensagem": {"type": "string", "description": "O que há com ele."},
                },
            },
        },
        "limite": {
            "type": "integer",
            "description": "Em corpo_grande_demais: o limite, em bytes.",
        },
        "endereco": {
            "type": "string",
            "format": "uri-reference",
            "description": "A operação que aceita o que esta recusa.",
        },
        "escopo": {"type": "string", "description": "Em sem_permissao: o escopo que falta."},
        "achado": {
            **schema_ref("Achado"),
            "description": "Em sem_resumo: o que se encontrou.",
        },
        "documento": {
            "type": "string",
            "format": "uuid",
            "description": "Em conflito: o id com que o documento foi guardado.",
        },
        "relatorio": {
            **schema_ref("Relatorio"),
            "description": "Em conflito e documento_ilegivel: o relatório do que veio.",
        },
        "violated-policies": {
            "type": "array",
            "description": "Em limite_de_requisicoes e cota_esgotada: o limite que acabou.",
            "items": {"type": "string", "description": "Como em RateLimit-Policy."},
        },
        "partes": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "Em nao_pronto: o estado de cada parte.",
        },
    },
    "additionalProperties": True,
}


def document_body(xml: str, base64: str) -> Json:
    """The `requestBody` of an operation that reads one document. The arguments name examples."""
    raw = {"schema": _XML, "examples": {xml: example_of(xml)}}
    file = {"type": "string", "format": "binary", "description": "O XML, como um arquivo."}
    return {
        "required": True,
        "description": (
            "Um documento. Também comprimido, com `Content-Encoding: gzip`. O XML diz a própria "
            "codificação: `charset` não é lido."
        ),
        "content": {
            "application/xml": raw,
            "text/xml": raw,
            "application/octet-stream": {"schema": {"type": "string", "description": _RAW}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["arquivo"],
                    "properties": {"arquivo": file},
                    "additionalProperties": False,
                }
            },
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["xml"],
                    "properties": {
                        "xml": {
                            "type": "string",
                            "contentEncoding": "base64",
                            "description": "O XML em base64.",
                        }
                    },
                    "additionalProperties": False,
                },
                "examples": {base64: example_of(base64)},
            },
        },
    }


_RAW = "Os bytes do XML."
# A text; `object` and `xml` let Swagger UI show the example instead of wrapping it.
_XML: Json = {"type": ["object", "string"], "xml": {"name": "NFe"}, "description": _RAW}
ETAG: Json = {
    "ETag": {
        "description": "Muda quando o conteúdo muda; mande-o em If-None-Match.",
        "schema": {"type": "string"},
    }
}
NOT_MODIFIED: dict[int | str, Json] = {
    304: {"description": "Nada mudou desde o ETag de If-None-Match", "headers": ETAG}
}
LOCATION: Json = {
    "Location": {
        "description": "O endereço do que foi criado ou encontrado.",
        "schema": {"type": "string", "format": "uri-reference"},
    }
}
REPLAYED: Json = {
    "Idempotent-Replayed": {
        "description": "Presente quando esta é a resposta já dada à mesma Idempotency-Key.",
        "schema": {"const": "true"},
    }
}
