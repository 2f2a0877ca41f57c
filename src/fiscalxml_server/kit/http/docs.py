"""`/openapi.json`, `/docs`, which shows it, and `/`, which leads there; all from packages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import msgspec
from fastapi import Depends, FastAPI, Request
from starlette.responses import RedirectResponse, Response

from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import matches

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


class _File(NamedTuple):
    content: bytes
    media_type: str
    etag: str


def add_docs(app: FastAPI, document: Callable[[], dict[str, Any]]) -> None:
    """Add the addresses. `document` is called when it is first asked for."""

    @lru_cache(maxsize=1)
    def openapi() -> _File:
        return _file(msgspec.json.encode(document()), "application/json")

    async def on_openapi(request: Request) -> Response:
        return _answer(request, openapi(), {})

    async def on_root(_: Request) -> Response:
        return RedirectResponse("docs", headers={"Cache-Control": "no-cache"})

    async def on_page(request: Request) -> Response:
        return _answer(request, _page(), _PAGE_HEADERS)

    async def on_asset(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _ASSETS:
            raise NaoEncontrado("Não há nada neste endereço.")
        return _answer(request, _asset(name), {})

    # As routes of the API, whose template is known to who measures them.
    for path, endpoint in (
        ("/", on_root),
        ("/openapi.json", on_openapi),
        ("/docs", on_page),
        ("/docs/{name}", on_asset),
    ):
        app.add_api_route(path, endpoint, include_in_schema=False, dependencies=[Depends(_anybody)])


async def _anybody() -> None:
    """Pages are for whoever comes, with whatever query."""


_anybody.aberta = True  # type: ignore[attr-defined]  # read by `permissions`


def _answer(request: Request, file: _File, headers: dict[str, str]) -> Response:
    sent = {"ETag": file.etag, "Cache-Control": "no-cache", **headers}
    if matches(request.headers.getlist("if-none-match"), file.etag):
        return Response(status_code=304, headers=sent)
    return Response(file.content, headers=sent, media_type=file.media_type)


@lru_cache(maxsize=1)
def _page() -> _File:
    page = files("fiscalxml_server.kit.http").joinpath("page/docs.html").read_bytes()
    return _file(page, "text/html")


@lru_cache(maxsize=len(_ASSETS))
def _asset(name: str) -> _File:
    package, path, media_type = _ASSETS[name]
    return _file(files(package).joinpath(path).read_bytes(), media_type)


def _file(content: bytes, media_type: str) -> _File:
    return _File(content, media_type, f'"{hashlib.sha256(content).hexdigest()[:32]}"')
