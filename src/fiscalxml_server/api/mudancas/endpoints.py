"""GET /v1/documentos/mudancas."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from fiscalxml_server.api.mudancas import service
from fiscalxml_server.api.mudancas.service import MAX_VERSAO, SincroniaPerdida
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import audited
from fiscalxml_server.kit.http.auth import Leitor
from fiscalxml_server.kit.http.openapi import json_answer, problems, schema_ref
from fiscalxml_server.kit.http.resources import Meios

router = APIRouter(prefix="/v1/documentos", tags=["documentos"])


@router.get(
    "/mudancas",
    operation_id="listarMudancas",
    summary="Listar o que mudou",
    responses={
        200: json_answer("Mudanças", schema_ref("PaginaDeMudancas"), "pagina_de_mudancas"),
        **problems(SincroniaPerdida),
    },
)
@audited(Acao.DOCUMENTOS_MUDANCAS_LIDAS)
async def mudancas(
    sujeito: Leitor,
    recursos: Meios,
    desde: Annotated[
        int, Query(ge=0, le=MAX_VERSAO, description="A versao da última página lida; 0: tudo.")
    ] = 0,
    cursor: Annotated[
        str | None, Query(max_length=120, description="O proximo da página anterior.")
    ] = None,
    limite: Annotated[int, Query(ge=1, le=1000, description="Quantos por página.")] = 200,
) -> Response:
    """Os documentos novos ou mudados depois de uma versão, na ordem das mudanças.

    Inclui eventos e conflitos (`vigente`: false). Leia até `proximo` ser null, guarde `versao` e
    mande-a em `desde` da próxima vez: nada se perde, e o que estava sendo gravado vem depois.
    """
    page = await service.list_changes(
        recursos, sujeito.organizacao, desde=desde, cursor=cursor, limite=limite
    )
    return json_response(page)
