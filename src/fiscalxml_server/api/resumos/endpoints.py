"""POST /v1/resumos."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from fiscalxml_server.api.resumos.service import Formato, SemResumoPossivel, summarize_document
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import not_audited
from fiscalxml_server.kit.http.auth import requires
from fiscalxml_server.kit.http.body import BODY_PROBLEMS, read_document
from fiscalxml_server.kit.http.openapi import document_body, json_answer, problems, schema_ref
from fiscalxml_server.kit.rbac import Escopo
from fiscalxml_server.kit.settings import Settings

router = APIRouter(prefix="/v1/resumos", tags=["resumos"])


@router.post(
    "",
    operation_id="resumirDocumento",
    summary="Resumir um documento",
    dependencies=[Depends(requires(Escopo.RESUMIR))],
    openapi_extra={"requestBody": document_body("nota", "nota_em_base64")},
    responses={
        200: json_answer(
            "O resumo",
            {"anyOf": [schema_ref("Resumo"), schema_ref("ResumoTags")]},
            "resumo_campos",
            "resumo_tags",
        ),
        **problems(*BODY_PROBLEMS, SemResumoPossivel),
    },
)
@not_audited("o documento não é guardado")
async def resumir(
    request: Request,
    formato: Annotated[
        Formato,
        Query(
            description="campos: nomes em português, iguais em todos os tipos de documento; "
            "tags: os nomes do próprio leiaute."
        ),
    ] = "campos",
) -> Response:
    """Lê um documento fiscal e devolve o que ele diz em JSON. Não o valida."""
    settings: Settings = request.app.state.settings
    data = await read_document(request, settings.max_document_bytes)
    resumo = await summarize_document(data, formato=formato, max_bytes=settings.max_document_bytes)
    return json_response(resumo)
