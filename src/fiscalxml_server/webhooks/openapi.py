"""The OpenAPI document of the Webhook Service."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from fiscalxml_server.kit.doors.estado.documentation import COMPONENTS as ESTADO
from fiscalxml_server.kit.doors.problemas.documentation import of_service as problemas
from fiscalxml_server.kit.http.openapi import KEY_OR_TOKEN, build_openapi
from fiscalxml_server.webhooks.assinaturas.documentation import COMPONENTS as ASSINATURAS
from fiscalxml_server.webhooks.entregas.documentation import COMPONENTS as ENTREGAS
from fiscalxml_server.webhooks.fluxo.documentation import COMPONENTS as FLUXOS
from fiscalxml_server.webhooks.notificacoes.documentation import COMPONENTS as NOTIFICACOES
from fiscalxml_server.webhooks.reenvios.documentation import COMPONENTS as REENVIOS

COMPONENTS = (
    ASSINATURAS,
    ENTREGAS,
    REENVIOS,
    NOTIFICACOES,
    FLUXOS,
    problemas("webhooks", {}),
    ESTADO,
)

_DESCRIPTION = """\
Avisos do que acontece com os documentos, entregues por HTTP no endereço que você escolher.

**Credencial.** Um token de acesso ou uma chave de API com o escopo `webhooks:ler` ou \
`webhooks:escrever`, em `Authorization: Bearer …`.

**Conferir.** Cada entrega leva `webhook-id`, `webhook-timestamp` e `webhook-signature`, de \
[Standard Webhooks](https://www.standardwebhooks.com): HMAC-SHA256 com o segredo (`v1`) e Ed25519 \
(`v1a`). Responda 2xx logo, e guarde o id: a mesma notificação pode vir de novo.

**Falhas.** O que não recebe 2xx em 15 segundos é tentado outra vez, por dias, cada vez mais \
tarde. O que houve em cada tentativa está em `/v1/webhooks/{assinatura}/entregas`.

**Erros.** Sempre `application/problem+json` (RFC 9457), em português, com um `codigo` estável que \
`/problemas/{codigo}` explica.
"""


def openapi_document(app: FastAPI) -> dict[str, Any]:
    """The document of this application."""
    info = {
        "title": app.title,
        "version": app.version,
        "summary": "O que aconteceu, assim que acontece",
        "description": _DESCRIPTION,
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    }
    return build_openapi(app, COMPONENTS, info, KEY_OR_TOKEN)
