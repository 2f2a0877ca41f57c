"""The public keys, what the Auth Service is (RFC 8414), and what it has revoked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from fiscalxml_server.auth.resources import Meios
from fiscalxml_server.auth.tokens import revocations
from fiscalxml_server.auth.tokens.metadata import metadata
from fiscalxml_server.auth.tokens.services import requires_service
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import not_audited
from fiscalxml_server.kit.http.auth import public
from fiscalxml_server.kit.http.openapi import json_answer, problems, schema_ref

router = APIRouter(tags=["tokens"])

_CACHED = "public, max-age=300"
"""much shorter than a key is published ahead"""


@router.get(
    "/.well-known/jwks.json",
    operation_id="lerChavesPublicas",
    summary="Ler as chaves públicas",
    dependencies=[Depends(public)],
    responses={
        200: json_answer("As chaves", schema_ref("ChavesPublicas"), "chaves_publicas"),
        **problems(Indisponivel),
    },
)
@not_audited("as chaves são públicas")
async def jwks(recursos: Meios) -> Response:
    """As chaves (JWKS, RFC 7517) com que se confere um token de acesso.

    Um token diz em `kid` com qual foi assinado. A próxima chave aparece aqui uma hora antes de
    assinar.
    """
    await recursos.chaveiro.load()
    response = json_response(recursos.chaveiro.public().as_dict(private=False))
    response.headers["Cache-Control"] = _CACHED
    return response


@router.get(
    "/.well-known/oauth-authorization-server",
    operation_id="lerMetadados",
    summary="Ler os metadados OAuth",
    dependencies=[Depends(public)],
    responses={200: json_answer("Os metadados", schema_ref("MetadadosOAuth"), "metadados_oauth")},
)
@not_audited("o endereço do serviço é público")
async def authorization_server(recursos: Meios) -> Response:
    """O que um cliente OAuth 2 precisa saber deste serviço (RFC 8414)."""
    response = json_response(metadata(recursos.settings))
    response.headers["Cache-Control"] = _CACHED
    return response


@router.get("/interno/revogacoes", include_in_schema=False)
@not_audited("só diz aos serviços o que deixou de valer")
async def revogacoes(
    _: Annotated[str, Depends(requires_service("api", "webhooks"))], recursos: Meios
) -> Response:
    """What a service must not accept any more, of what it may still hold."""
    async with recursos.banco.transacao() as conn:
        return json_response(await revocations.recent(conn))
