"""The OpenAPI document of the Auth Service."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI

from fiscalxml_server.auth.auditoria.documentation import COMPONENTS as AUDITORIA
from fiscalxml_server.auth.chaves.documentation import COMPONENTS as CHAVES
from fiscalxml_server.auth.convites.documentation import COMPONENTS as CONVITES
from fiscalxml_server.auth.cotas.documentation import COMPONENTS as COTAS
from fiscalxml_server.auth.empresas.documentation import COMPONENTS as EMPRESAS
from fiscalxml_server.auth.entrada.documentation import COMPONENTS as ENTRADA
from fiscalxml_server.auth.fatores.documentation import COMPONENTS as FATORES
from fiscalxml_server.auth.maquinas.documentation import COMPONENTS as MAQUINAS
from fiscalxml_server.auth.membros.documentation import COMPONENTS as MEMBROS
from fiscalxml_server.auth.organizacoes.documentation import COMPONENTS as ORGANIZACOES
from fiscalxml_server.auth.pessoas.documentation import COMPONENTS as PESSOAS
from fiscalxml_server.auth.privacidade.documentation import COMPONENTS as PRIVACIDADE
from fiscalxml_server.auth.sessoes.documentation import COMPONENTS as SESSOES
from fiscalxml_server.auth.tokens.documentation import COMPONENTS as TOKENS
from fiscalxml_server.auth.troca_de_email.documentation import COMPONENTS as EMAIL
from fiscalxml_server.auth.troca_de_senha.documentation import COMPONENTS as SENHA
from fiscalxml_server.auth.vazamentos.documentation import COMPONENTS as VAZAMENTOS
from fiscalxml_server.kit.doors.estado.documentation import COMPONENTS as ESTADO
from fiscalxml_server.kit.doors.problemas.documentation import of_service as problemas
from fiscalxml_server.kit.http.openapi import Json, build_openapi

_MEMBROS: Final[Json] = {
    "organizacao": {
        "type": "string",
        "format": "uuid",
        "description": "Em ultimo_dono, de quem apaga a conta: a organização que ficaria sem dono.",
    }
}
_CREDENTIALS: Final[Json] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "Um token de acesso, de `POST /v1/sessoes` ou de `POST /oauth/token`.",
    }
}

COMPONENTS = (
    TOKENS,
    CHAVES,
    COTAS,
    MAQUINAS,
    PESSOAS,
    ORGANIZACOES,
    EMPRESAS,
    MEMBROS,
    CONVITES,
    ENTRADA,
    SESSOES,
    FATORES,
    SENHA,
    EMAIL,
    VAZAMENTOS,
    AUDITORIA,
    PRIVACIDADE,
    problemas("auth", _MEMBROS),
    ESTADO,
)

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
    return build_openapi(app, COMPONENTS, info, _CREDENTIALS)
