"""What holds for every operation: its credential, the errors that all may give, its parameters."""

from __future__ import annotations

from fiscalxml_server.kit.errors import (
    ErroInterno,
    Indisponivel,
    NaoAutenticado,
    ParametrosInvalidos,
    Problema,
    SegundoFatorExigido,
    SemPermissao,
)
from fiscalxml_server.kit.http.openapi.answers import problems
from fiscalxml_server.kit.http.openapi.components import Json
from fiscalxml_server.kit.http.openapi.headers import RATE_LIMIT, RETRY_AFTER
from fiscalxml_server.kit.http.problems import MEDIA_TYPE
from fiscalxml_server.kit.limits.limiter import LimiteDeRequisicoes
from fiscalxml_server.kit.rbac import Escopo

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


def complete(operation: Json, asked: Escopo | str | None) -> None:
    """Add what holds for every operation: its credential and the errors all may give."""
    common: list[type[Problema]] = [ParametrosInvalidos, ErroInterno]
    if asked is None:
        operation.setdefault("security", [])
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


def tidy_parameters(operation: Json) -> None:
    """A parameter is left out and never null, its name is not told twice, nor its description."""
    for parameter in operation.get("parameters", ()):
        schema = parameter["schema"]
        kept = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
        if len(kept) == 1:
            del schema["anyOf"]
            schema.update(kept[0])
        for name in ("title", "description"):
            schema.pop(name, None)
