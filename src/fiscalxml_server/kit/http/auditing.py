"""What each operation writes into the audit log. An endpoint is declared with one of the three.

`@audited(Acao.X)`: an entry is committed before the answer goes out; where it cannot be, the answer
is 503. `@audits_itself(Acao.X, …)`: its service writes one of these, or more, in the transaction of
what it does. `@not_audited("why")`: it reads and changes nothing of an organisation.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterator
from contextvars import ContextVar
from functools import wraps
from typing import Any, Final, NamedTuple, TypeVar

from fastapi import Request
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.responses import Response
from starlette.routing import BaseRoute

from fiscalxml_server.kit.audit import Acao, Registro
from fiscalxml_server.kit.audit.reads import Leituras
from fiscalxml_server.kit.auth import Sujeito

Endpoint = Callable[..., Awaitable[Response]]
E = TypeVar("E", bound=Endpoint)

_DECLARATION: Final = "auditoria"
"""attribute of an endpoint: what it may write, each an `Acao`; or why it writes nothing"""
_ALVOS: Final = (
    *("lote", "revalidacao", "exportacao", "pessoa", "maquina", "assinatura", "notificacao"),
)
"""parameters of paths that are ids themselves"""
_NAMES: Final = ("chave", "inscricao", "notificacao", "reenvio")
"""parameters of paths that name what they are of"""
_TOLD: Final = frozenset({200, 201, 204, 206, 304})
"""a GET that is answered by 202 has told nothing: it wrote down what was asked for"""
_SECRETS: Final = frozenset({"assinatura"})
_touched: ContextVar[list[str] | None] = ContextVar("touched", default=None)


def touched(alvo: str) -> None:
    """Say what this request reads, `<kind>:<id>`: whatever finds it does. The first one counts."""
    alvos = _touched.get()
    if alvos is not None:
        alvos.append(alvo)


def audited(acao: Acao) -> Callable[[Endpoint], Endpoint]:
    """For an endpoint with `sujeito` and `recursos`, below the router's decorator.

    The entry's target is the id in the path, or what was `touched`; its details, the name in the
    path and the query.
    """

    def declare(endpoint: Endpoint) -> Endpoint:
        signature = inspect.signature(endpoint)
        own = "request" in signature.parameters

        @wraps(endpoint)
        async def recorded(
            *, request: Request, sujeito: Sujeito, recursos: Any, **given: Any
        ) -> Response:
            if own:
                given["request"] = request
            alvos: list[str] = []
            token = _touched.set(alvos)
            try:
                response = await endpoint(sujeito=sujeito, recursos=recursos, **given)
            finally:
                _touched.reset(token)
            if response.status_code in _TOLD:
                leituras: Leituras = recursos.leituras
                alvo = _alvo(request, alvos)
                entry = Registro(sujeito.ator, acao, alvo, _details(request, alvo))
                await leituras.record(sujeito.organizacao, entry)
            return response

        if not own:
            asked = inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY, annotation=Request)
            parameters = [each.replace(kind=asked.kind) for each in signature.parameters.values()]
            signature = signature.replace(parameters=[*parameters, asked])
        recorded.__signature__ = signature  # type: ignore[attr-defined]
        setattr(recorded, _DECLARATION, (acao,))
        return recorded

    return declare


def audits_itself(*acoes: Acao) -> Callable[[E], E]:
    """For an endpoint whose service calls `record` in the transaction of its effect."""
    return _declares(acoes)


def not_audited(why: str) -> Callable[[E], E]:
    """For an endpoint that tells and changes nothing of an organisation."""
    return _declares(why)


class Declarada(NamedTuple):
    """An operation and what it may write into the log, or why it writes nothing."""

    metodo: str
    caminho: str
    registra: tuple[Acao, ...] | str


def declarations(routes: list[BaseRoute]) -> Iterator[Declarada]:
    """Each operation, once. Raises ValueError for one that does not say what it audits."""
    for context in iter_route_contexts(routes):
        if isinstance(context.original_route, APIRoute):
            declared = getattr(context.endpoint, _DECLARATION, None)
            if declared is None:
                raise ValueError(f"{context.path}: what it audits is not said")
            for metodo in sorted(context.methods or ()):
                yield Declarada(metodo, str(context.path), declared)


def _declares(what: tuple[Acao, ...] | str) -> Callable[[E], E]:
    def declare(endpoint: E) -> E:
        setattr(endpoint, _DECLARATION, what)
        return endpoint

    return declare


def _alvo(request: Request, alvos: list[str]) -> str:
    for name in _ALVOS:
        if name in request.path_params:
            return f"{name}:{request.path_params[name]}"
    return alvos[0] if alvos else ""


def _details(request: Request, alvo: str) -> dict[str, Any] | None:
    named = {name: request.path_params[name] for name in _NAMES if name in request.path_params}
    details: dict[str, Any] = {
        name: value for name, value in named.items() if not alvo.endswith(f":{value}")
    }
    for name in request.query_params:
        if name not in _SECRETS:
            values = request.query_params.getlist(name)
            details[name] = values[0] if len(values) == 1 else values
    return details or None
