"""`/openapi.json`, `/docs`, which shows it, and `/`, which leads there; all from packages."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec
from fastapi import Depends, FastAPI, Request
from starlette.responses import RedirectResponse, Response

from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.files import File, anybody

_ASSETS = {
    "swagger-ui-bundle.js": ("fastapi_offline", "static/swagger-ui-bundle.js", "text/javascript"),
    "swagger-ui.css": ("fastapi_offline", "static/swagger-ui.css", "text/css"),
    "docs.js": ("fiscalxml_server.kit.http", "page/docs.js", "text/javascript"),
    "docs.css": ("fiscalxml_server.kit.http", "page/docs.css", "text/css"),
}
# Swagger UI sets styles on elements and draws its icons from data: URLs.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_PAGE_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def add_docs(app: FastAPI, document: Callable[[], dict[str, Any]]) -> None:
    """Add the addresses. `document` is called when it is first asked for."""

    @lru_cache(maxsize=1)
    def openapi() -> File:
        return File.of(msgspec.json.encode(document()), "application/json")

    async def on_openapi(request: Request) -> Response:
        return openapi().answer(request, {})

    async def on_root(_: Request) -> Response:
        return RedirectResponse("docs", headers={"Cache-Control": "no-cache"})

    async def on_page(request: Request) -> Response:
        return _page().answer(request, _PAGE_HEADERS)

    async def on_asset(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _ASSETS:
            raise NaoEncontrado("Não há nada neste endereço.")
        return _asset(name).answer(request, {})

    # As routes of the API, whose template is known to who measures them.
    for path, endpoint in (
        ("/", on_root),
        ("/openapi.json", on_openapi),
        ("/docs", on_page),
        ("/docs/{name}", on_asset),
    ):
        app.add_api_route(path, endpoint, include_in_schema=False, dependencies=[Depends(anybody)])


@lru_cache(maxsize=1)
def _page() -> File:
    return File.read("fiscalxml_server.kit.http", "page/docs.html", "text/html")


@lru_cache(maxsize=len(_ASSETS))
def _asset(name: str) -> File:
    return File.read(*_ASSETS[name])
