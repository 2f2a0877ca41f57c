"""The OpenAPI document of the Auth Service."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from fiscalxml_server.auth.chaves.documentation import COMPONENTS as CHAVES
from fiscalxml_server.auth.privacidade.documentation import COMPONENTS as PRIVACIDADE
from fiscalxml_server.auth.tokens.documentation import COMPONENTS as TOKENS
from fiscalxml_server.kit.doors.estado.documentation import COMPONENTS as ESTADO
from fiscalxml_server.kit.doors.problemas.documentation import of_service as problemas
from fiscalxml_server.kit.http.openapi import build_openapi

COMPONENTS = (TOKENS, CHAVES, PRIVACIDADE, problemas("auth"), ESTADO)

_DESCRIPTION = """\
Organizações, pessoas, chaves de API, papéis, auditoria e privacidade.

**Credencial.** Um token de acesso, em `Authorization: Bearer …`; vale 5 minutos e se renova. As \
chaves de API são para a API dos documentos, e não para esta.

**Erros.** Sempre `application/problem+json` (RFC 9457), em português, com um `codigo` estável que \
`/problemas/{codigo}` explica.
"""


def openapi_document(app: FastAPI) -> dict[str, Any]:
    """The document of this application."""
    info = {
        "title": app.title,
        "version": app.version,
        "summary": "Quem entra, e o que pode",
        "description": _DESCRIPTION,
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    }
    return build_openapi(app, COMPONENTS, info)
