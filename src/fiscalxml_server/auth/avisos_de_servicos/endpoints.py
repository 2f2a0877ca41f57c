"""What services have people told."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from fiscalxml_server.auth.avisos_de_servicos import service
from fiscalxml_server.auth.avisos_de_servicos.schemas import WebhookDesativado
from fiscalxml_server.auth.resources import Meios
from fiscalxml_server.auth.tokens.services import requires_service
from fiscalxml_server.kit.http.auditing import not_audited
from fiscalxml_server.kit.http.json_body import read_json

router = APIRouter()


@router.post("/interno/avisos", include_in_schema=False)
@not_audited("o que é avisado foi registrado por quem o fez")
async def avisos(
    request: Request,
    _: Annotated[str, Depends(requires_service("webhooks"))],
    recursos: Meios,
) -> Response:
    """The e-mails are on their way when this is answered."""
    hint = 'O JSON deve ser {"id": …, "organizacao": …, "assinatura": …, "motivo": …, "onde": …}.'
    await service.tell_disabled(recursos, await read_json(request, WebhookDesativado, hint))
    return Response(status_code=204)
