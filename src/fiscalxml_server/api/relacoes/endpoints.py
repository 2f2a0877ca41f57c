"""GET /v1/documentos/{chave}/eventos and /grafo."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from fiscalxml_server.api.documentos import history
from fiscalxml_server.api.documentos.endpoints import Chave, Em
from fiscalxml_server.api.relacoes import service
from fiscalxml_server.api.relacoes.views import grafo_view
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import cacheable_response
from fiscalxml_server.kit.http.auditing import audited
from fiscalxml_server.kit.http.auth import Leitor
from fiscalxml_server.kit.http.openapi import (
    ETAG,
    NOT_MODIFIED,
    json_answer,
    problems,
    schema_ref,
    with_headers,
)
from fiscalxml_server.kit.http.resources import Meios

router = APIRouter(prefix="/v1/documentos", tags=["documentos"])


@router.get(
    "/{chave}/eventos",
    operation_id="listarEventos",
    summary="Listar os eventos de um documento",
    responses={
        200: with_headers(
            json_answer("Os eventos", schema_ref("Eventos"), "eventos", "eventos_sem_documento"),
            ETAG,
        ),
        **NOT_MODIFIED,
        **problems(NaoEncontrado),
    },
)
@audited(Acao.DOCUMENTO_EVENTOS_LIDOS)
async def eventos(
    request: Request, sujeito: Leitor, recursos: Meios, chave: Chave, em: Em = None
) -> Response:
    """Os eventos guardados de uma chave, na ordem em que foram registrados.

    Também os de uma chave cujo documento não está guardado. Um evento sem protocolo, ou rejeitado,
    aparece no fim e nada faz. Com `em`, só os que a SEFAZ já tinha registrado. Um texto com mais de
    1000 caracteres, que nenhum leiaute permite, vem cortado: o resumo do evento o tem inteiro.
    """
    return cacheable_response(
        request, await history.list_events(recursos, sujeito.organizacao, chave, em)
    )


@router.get(
    "/{chave}/grafo",
    operation_id="lerGrafo",
    summary="Ler o grafo de um documento",
    responses={
        200: with_headers(json_answer("O grafo", schema_ref("Grafo"), "grafo"), ETAG),
        **NOT_MODIFIED,
        **problems(NaoEncontrado),
    },
)
@audited(Acao.DOCUMENTO_GRAFO_LIDO)
async def grafo(
    request: Request,
    sujeito: Leitor,
    recursos: Meios,
    chave: Chave,
    profundidade: Annotated[
        int, Query(ge=1, le=5, description="Até quantos passos do documento.")
    ] = 2,
    limite: Annotated[int, Query(ge=1, le=1000, description="Até quantos nós.")] = 200,
) -> Response:
    """Os documentos que este cita, os que o citam, os seus eventos, e assim por diante.

    Um nó que só é citado não está guardado. O que passa dos limites fica fora (`parcial`).
    """
    found = await service.read_graph(recursos, sujeito.organizacao, chave, profundidade, limite)
    return cacheable_response(request, grafo_view(found))
