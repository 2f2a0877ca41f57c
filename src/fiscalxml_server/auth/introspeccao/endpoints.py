"""What a key is, for the services that are given one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from fiscalxml_server.auth.introspeccao import service
from fiscalxml_server.auth.introspeccao.schemas import Pergunta
from fiscalxml_server.auth.resources import Meios
from fiscalxml_server.auth.tokens.services import requires_service
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import not_audited
from fiscalxml_server.kit.http.json_body import read_json

router = APIRouter()


@router.post("/interno/introspeccao", include_in_schema=False)
@not_audited("só diz a um serviço o que vale uma chave")
async def introspeccao(
    request: Request,
    _: Annotated[str, Depends(requires_service("api", "webhooks"))],
    recursos: Meios,
) -> Response:
    """What the key may do now; the service may believe it for some seconds."""
    pergunta = await read_json(request, Pergunta, 'O JSON deve ser {"chave": "fx_live_…"}.')
    response = json_response(await service.introspect(recursos, pergunta.chave))
    response.headers["Cache-Control"] = "no-store"
    return response
