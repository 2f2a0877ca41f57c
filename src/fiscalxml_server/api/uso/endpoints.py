"""GET /v1/uso."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from fiscalxml_server.api.uso import service
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import not_audited
from fiscalxml_server.kit.http.auth import requires
from fiscalxml_server.kit.http.openapi import json_answer, schema_ref
from fiscalxml_server.kit.http.resources import Meios
from fiscalxml_server.kit.rbac import Escopo

router = APIRouter(prefix="/v1/uso", tags=["uso"])


@router.get(
    "",
    operation_id="lerUso",
    summary="Ler o uso do mês",
    responses={200: json_answer("O uso do mês", schema_ref("Uso"), "uso")},
)
@not_audited("só conta documentos")
async def ler(
    sujeito: Annotated[Sujeito, Depends(requires(Escopo.VALIDAR))], recursos: Meios
) -> Response:
    """Quantos documentos a organização e esta credencial usaram no mês, e quantos ainda têm.

    Conta cada documento validado por `/v1/validacoes` e cada documento novo que se guarda, seja
    qual for o veredito; um duplicado não conta, nem resumos e revalidações. Os documentos de um
    lote que foi recebido são todos processados e contados; com a cota usada, o próximo lote é
    recusado. O mês é o de Brasília. O que se validou no último segundo pode ainda não aparecer.
    """
    return json_response(await service.read_use(recursos, sujeito))
