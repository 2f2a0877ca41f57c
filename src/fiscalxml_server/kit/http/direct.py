"""A short way for the busiest operations: what has no query has nothing to be solved.

FastAPI's routing and solving cost a third of a small document's time. A request without a query
string leaves every parameter at its default, so that the dependencies of the route and its endpoint
can be called as they are. With a query string, and for all else, FastAPI does its work.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from fiscalxml_server.kit.errors import Problema
from fiscalxml_server.kit.http.problems import broken_off, problem_response, raised_problem


class _Operation(NamedTuple):
    route: APIRoute
    dependencies: tuple[Callable[[Request], Awaitable[Any]], ...]
    endpoint: Callable[[Request], Awaitable[Response]]


def install_short_way(app: FastAPI, *routers: APIRouter) -> None:
    """Give every operation of these routers the short way.

    Their paths have no parameters; their endpoints and dependencies take the request alone, besides
    query parameters with defaults.
    """
    operations = {
        (method, route.path): _operation(route)
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    app.add_middleware(ShortWay, operations=operations)


def _operation(route: APIRoute) -> _Operation:
    calls = tuple(each.call for each in route.dependant.dependencies if each.call is not None)
    return _Operation(route, calls, route.endpoint)


class ShortWay:
    """See the module."""

    def __init__(self, app: ASGIApp, operations: dict[tuple[str, str], _Operation]) -> None:
        self._app = app
        self._operations = operations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        operation = (
            self._operations.get((scope["method"], scope["path"]))
            if scope["type"] == "http" and not scope["query_string"]
            else None
        )
        if operation is None:
            await self._app(scope, receive, send)
            return
        scope["route"] = operation.route  # for whoever measures by route
        request = Request(scope, receive, send)
        try:
            for dependency in operation.dependencies:
                await dependency(request)
            response = await operation.endpoint(request)
        except Problema as problema:
            response = raised_problem(problema, scope)
        except ClientDisconnect:
            response = problem_response(broken_off())
        await response(scope, receive, send)
