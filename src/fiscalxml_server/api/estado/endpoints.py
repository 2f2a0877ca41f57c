"""GET /saude and /pronto, for whoever supervises the process."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auth import public
from fiscalxml_server.kit.http.readiness import ask_parts

router = APIRouter(tags=["estado"], dependencies=[Depends(public)])


@router.get("/saude", operation_id="verSaude", summary="O processo está vivo?")
async def saude() -> Response:
    """Responde 200 enquanto o processo atende requisições."""
    return json_response({"situacao": "ok"})


@router.get("/pronto", operation_id="verProntidao", summary="O serviço está pronto?")
async def pronto(request: Request) -> Response:
    """Responde 200 quando tudo de que o serviço depende responde; senão, 503."""
    return json_response(
        {"situacao": "pronto", "partes": await ask_parts(request.app.state.prontidao)}
    )
