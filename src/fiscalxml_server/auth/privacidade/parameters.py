"""What the endpoints of privacy share: who asks, pages, answers that nobody may keep."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends, Query
from starlette.responses import Response

from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auth import requires
from fiscalxml_server.kit.rbac import Escopo

Leitor = Annotated[Sujeito, Depends(requires(Escopo.PRIVACIDADE_LER))]
Escritor = Annotated[Sujeito, Depends(requires(Escopo.PRIVACIDADE_ESCREVER))]
Dono = Annotated[Sujeito, Depends(requires(Escopo.ORGANIZACAO_ENCERRAR))]
Cursor = Annotated[str | None, Query(max_length=100, description="O proximo da página anterior.")]
Limite = Annotated[int, Query(ge=1, le=1000, description="Quantos por página.")]

LISTED: Final = "a list of what was entered; each entry was audited when it was made"


def private(content: object, status_code: int = 200) -> Response:
    """An answer that nobody on the way may keep."""
    response = json_response(content, status_code)
    response.headers["Cache-Control"] = "private, no-store"
    return response
