"""GET /saude and /pronto, for whoever supervises the process."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import not_audited
from fiscalxml_server.kit.http.auth import public
from fiscalxml_server.kit.http.openapi import json_answer, problems, schema_ref
from fiscalxml_server.kit.http.readiness import NaoPronto, ask_parts

router = APIRouter(tags=["estado"], dependencies=[Depends(public)])


@router.get(
    "/saude",
    operation_id="verSaude",
    summary="Ver se o processo está vivo",
    responses={200: json_answer("O processo atende", schema_ref("Saude"))},
)
@not_audited("não diz nada de uma organização")
async def saude(request: Request) -> Response:
    """Responde 200 enquanto o processo atende requisições, e diz que versão ele é."""
    return json_response({"situacao": "ok", "versao": request.app.state.settings.versao})


@router.get(
    "/pronto",
    operation_id="verProntidao",
    summary="Ver se o serviço está pronto",
    responses={
        200: json_answer("O serviço está pronto", schema_ref("Prontidao")),
        **problems(NaoPronto),
    },
)
@not_audited("não diz nada de uma organização")
async def pronto(request: Request) -> Response:
    """Responde 200 quando tudo de que o serviço depende responde; senão, 503."""
    return json_response(
        {"situacao": "pronto", "partes": await ask_parts(request.app.state.prontidao)}
    )
