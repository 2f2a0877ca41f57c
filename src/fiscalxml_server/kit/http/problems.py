"""Every error of an application as problem+json in Portuguese, whoever raised it."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from obstore.exceptions import BaseError as StoreError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from fiscalxml_server.kit.errors import (
    CorpoGrandeDemais,
    ErroInterno,
    Indisponivel,
    MetodoNaoPermitido,
    NaoEncontrado,
    ParametrosInvalidos,
    Problema,
    RequisicaoInvalida,
    TipoNaoAceito,
)
from fiscalxml_server.kit.telemetry import bind
from fiscalxml_server.kit.telemetry.errors import type_name
from fiscalxml_server.kit.telemetry.middleware import route_template

MEDIA_TYPE = "application/problem+json"
_LOG = logging.getLogger(__name__)
_ENCODE = msgspec.json.Encoder().encode

# Whatever Starlette or FastAPI raise themselves, in our words.
_OWN: Mapping[int, tuple[type[Problema], str]] = {
    404: (NaoEncontrado, "Não há nada neste endereço. Os que existem estão em /docs."),
    413: (CorpoGrandeDemais, "O corpo passa do tamanho permitido."),
    415: (TipoNaoAceito, "O tipo do corpo não é aceito aqui."),
    503: (Indisponivel, "O serviço não pode atender agora. Tente de novo em instantes."),
}


def problem_response(problema: Problema) -> Response:
    """The answer that a problem is; the request's log lines tell its code."""
    bind(error_code=problema.codigo)
    return Response(
        _ENCODE(problema.to_dict()),
        status_code=problema.status,
        headers={"Cache-Control": "no-store", **problema.headers},
        media_type=MEDIA_TYPE,
    )


def add_handlers(app: FastAPI) -> None:
    """Let `app` answer with a problem whatever it, or its framework, raises knowingly."""
    app.add_exception_handler(Problema, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(ClientDisconnect, _on_disconnect)
    app.add_exception_handler(StoreError, _on_store)


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problema)  # noqa: S101 - registered for this type
    return raised_problem(error, request.scope)


def raised_problem(problema: Problema, scope: Scope) -> Response:
    """The answer to a problem that was raised. What made the service fail is logged."""
    if problema.status >= 500 and problema.__cause__ is not None:
        _LOG.error(
            "request failed", exc_info=problema.__cause__, extra={"route": route_template(scope)}
        )
    return problem_response(problema)


async def _on_store(_: Request, error: Exception) -> Response:
    """The object store is away, or full: not the service's own fault, and worth trying again."""
    _LOG.error("object store failed", extra={"error_type": type_name(error)})
    return problem_response(
        Indisponivel(
            "O armazenamento não respondeu; tente de novo em instantes.",
            headers={"Retry-After": "2"},
        )
    )


async def _on_disconnect(_: Request, _error: Exception) -> Response:
    return problem_response(broken_off())


def broken_off() -> RequisicaoInvalida:
    """The problem of a caller who left before its body was whole: nobody reads it."""
    return RequisicaoInvalida("O corpo não chegou até o fim.")


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type
    if error.status_code == 405:
        return _on_method(request)
    if error.status_code in _OWN:
        kind, detalhe = _OWN[error.status_code]
        return problem_response(kind(detalhe))
    if error.status_code >= 500:
        return problem_response(ErroInterno("O serviço falhou ao atender esta requisição."))
    return problem_response(RequisicaoInvalida("A requisição não pôde ser lida."))


def _on_method(request: Request) -> Response:
    """405 with the methods of every route of the address; OPTIONS is told them as asked."""
    allowed = sorted(_methods(request))
    headers = {"Allow": ", ".join(allowed)}
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=headers)
    return problem_response(
        MetodoNaoPermitido(
            f"{request.method[:20]} não é aceito aqui; use {_or(allowed)}.", headers=headers
        )
    )


def _methods(request: Request) -> set[str]:
    routes = request.app.router.routes
    probes = ("GET", "POST", "PUT", "PATCH", "DELETE")
    allowed = {
        method
        for method in probes
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes
        )
    }
    return allowed | {"OPTIONS"} | ({"HEAD"} if "GET" in allowed else set())


async def _on_validation(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type
    return problem_response(invalid_fields([_field(each) for each in error.errors()]))


def invalid_fields(campos: Sequence[Mapping[str, str]]) -> ParametrosInvalidos:
    """The problem of parameters, each with `campo`, `onde` and `mensagem`."""
    words = "; ".join(f"{each['campo']}: {each['mensagem']}" for each in campos)
    return ParametrosInvalidos(f"{words}.", campos=list(campos))


_WHERE = {"query": "query", "path": "path", "header": "header", "cookie": "cookie", "body": "corpo"}


def _field(error: Mapping[str, Any]) -> dict[str, str]:
    place, *names = (str(part) for part in error["loc"])
    return {
        "campo": ".".join(names) or place,
        "onde": _WHERE.get(place, place),
        "mensagem": _words(error["type"], error.get("ctx") or {}),
    }


def _words(kind: str, context: Mapping[str, Any]) -> str:
    """A sentence of Pydantic in Portuguese, by its type."""
    template = _WORDS.get(kind)
    if template is not None:
        return template.format_map({**context, "expected": _accepted(context)})
    if kind == "value_error" and "error" in context:
        return str(context["error"])
    return "valor que não se aceita"


def _accepted(context: Mapping[str, Any]) -> str:
    """Pydantic's "'a', 'b' or 'c'" as "a, b ou c"."""
    return _or(re.findall(r"'([^']*)'", str(context.get("expected", ""))))


def _or(names: Sequence[str]) -> str:
    *first, last = names or ("",)
    return f"{', '.join(first)} ou {last}" if first else last


_WORDS = {
    "missing": "falta este parâmetro",
    "extra_forbidden": "este campo não existe",
    "literal_error": "não é um dos valores aceitos: {expected}",
    "enum": "não é um dos valores aceitos: {expected}",
    "bool_parsing": "deve ser true ou false",
    "int_parsing": "deve ser um número inteiro",
    "int_type": "deve ser um número inteiro",
    "int_from_float": "deve ser um número inteiro",
    "int_parsing_size": "é um número grande demais",
    "float_parsing": "deve ser um número",
    "decimal_parsing": "deve ser um número decimal, com ponto",
    "string_type": "deve ser um texto",
    "string_too_short": "deve ter pelo menos {min_length} caracteres",
    "string_too_long": "deve ter no máximo {max_length} caracteres",
    "string_pattern_mismatch": "tem caracteres que aqui não se aceitam; veja /docs",
    "greater_than": "deve ser maior que {gt}",
    "greater_than_equal": "deve ser a partir de {ge}",
    "less_than": "deve ser menor que {lt}",
    "less_than_equal": "deve ser até {le}",
    "uuid_parsing": "deve ser um UUID",
    "uuid_type": "deve ser um UUID",
    "date_from_datetime_parsing": "deve ser uma data, AAAA-MM-DD",
    "date_parsing": "deve ser uma data, AAAA-MM-DD",
    "datetime_parsing": "deve ser uma data e hora ISO 8601",
    "datetime_from_date_parsing": "deve ser uma data e hora ISO 8601",
    "too_short": "deve ter pelo menos {min_length} valores",
    "too_long": "deve ter no máximo {max_length} valores",
    "json_invalid": "não é JSON",
}
