"""Pages for /cadastro, /conta/email, /convite and /senha, and what they are made of.

The code of an e-mail stands in the address behind `#`, which a browser sends to nobody.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.auditing import not_audited
from fiscalxml_server.kit.http.files import File, anybody

router = APIRouter(include_in_schema=False, dependencies=[Depends(anybody)])

_PACKAGE: Final = "fiscalxml_server.auth.paginas"
_PARTS: Final = {"pagina.js": "text/javascript", "pagina.css": "text/css"}
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


_the_same_for_all = not_audited("as páginas são as mesmas para todos")


@router.get("/cadastro/confirmacao")
@_the_same_for_all
async def confirmacao(request: Request) -> Response:
    """Confirms a sign-up."""
    return _file("confirmacao.html", "text/html").answer(request, _HEADERS)


@router.get("/conta/email")
@_the_same_for_all
async def email(request: Request) -> Response:
    """Confirms another e-mail."""
    return _file("email.html", "text/html").answer(request, _HEADERS)


@router.get("/conta/email/anterior")
@_the_same_for_all
async def email_anterior(request: Request) -> Response:
    """Goes back to the e-mail of before."""
    return _file("anterior.html", "text/html").answer(request, _HEADERS)


@router.get("/convite")
@_the_same_for_all
async def convite(request: Request) -> Response:
    """Accepts an invitation."""
    return _file("convite.html", "text/html").answer(request, _HEADERS)


@router.get("/senha/esquecida")
@_the_same_for_all
async def senha_esquecida(request: Request) -> Response:
    """Asks for the e-mail that the next page is for."""
    return _file("esquecida.html", "text/html").answer(request, _HEADERS)


@router.get("/senha/nova")
@_the_same_for_all
async def senha_nova(request: Request) -> Response:
    """Chooses another password."""
    return _file("senha.html", "text/html").answer(request, _HEADERS)


@router.get("/paginas/{nome}")
@_the_same_for_all
async def parte(request: Request, nome: str) -> Response:
    """A script or a style sheet."""
    if nome not in _PARTS:
        raise NaoEncontrado("Não há nada neste endereço.")
    return _file(nome, _PARTS[nome]).answer(request, {})


@lru_cache(maxsize=8)
def _file(nome: str, media_type: str) -> File:
    return File.read(_PACKAGE, f"arquivos/{nome}", media_type)
