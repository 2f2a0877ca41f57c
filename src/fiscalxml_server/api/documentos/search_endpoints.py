"""GET /v1/documentos and /v1/documentos/totais: what a filter chooses, listed and summed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from fiscalxml_server.api.documentos import searching, totals
from fiscalxml_server.api.documentos.pages import Ordem
from fiscalxml_server.api.documentos.parameters import Filtragem
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import audited
from fiscalxml_server.kit.http.auth import Leitor
from fiscalxml_server.kit.http.openapi import json_answer, schema_ref
from fiscalxml_server.kit.http.resources import Meios

router = APIRouter(prefix="/v1/documentos", tags=["documentos"])


@router.get(
    "",
    operation_id="procurarDocumentos",
    summary="Procurar documentos",
    responses={
        200: json_answer(
            "Uma página de documentos", schema_ref("PaginaDeDocumentos"), "pagina_de_documentos"
        )
    },
)
@audited(Acao.DOCUMENTOS_PROCURADOS)
async def procurar(
    sujeito: Leitor,
    recursos: Meios,
    filtro: Filtragem,
    ordem: Annotated[
        Ordem,
        Query(
            description="Por data (de emissão; de chegada, do que não a tem) ou por valor (só o "
            "que tem valor). Com -, do maior para o menor."
        ),
    ] = "-data",
    cursor: Annotated[
        str | None, Query(max_length=150, description="O proximo da página anterior.")
    ] = None,
    limite: Annotated[int, Query(ge=1, le=500, description="Quantos por página.")] = 50,
) -> Response:
    """Os documentos guardados que atendem a todos os filtros; sem filtro, todos.

    Só a versão que vale de cada um: um conflito se lê pelo seu id. O que chega enquanto se pagina
    não repete nem esconde o que já estava.
    """
    page = await searching.list_page(
        recursos, sujeito.organizacao, filtro, ordem=ordem, cursor=cursor, limite=limite
    )
    return json_response(page)


@router.get(
    "/totais",
    operation_id="somarDocumentos",
    summary="Contar e somar documentos",
    responses={200: json_answer("Os totais", schema_ref("Totais"), "totais")},
)
@audited(Acao.DOCUMENTOS_SOMADOS)
async def somar(
    sujeito: Leitor,
    recursos: Meios,
    filtro: Filtragem,
    por: Annotated[
        str | None,
        Query(
            max_length=100,
            description=f"Em que grupos: até {totals.MAX_GROUPINGS} destes, separados por vírgula: "
            f"{', '.join(totals.GRUPOS)}. Dias e meses são os de Brasília. emitente e destinatario "
            "não se combinam entre si, nem com dia ou mes.",
            examples=["mes", "mes,situacao", "emitente"],
        ),
    ] = None,
    limite: Annotated[
        int, Query(ge=1, le=2000, description="Quantos grupos, os de maior valor.")
    ] = 100,
) -> Response:
    """Quantos documentos atendem aos filtros, e as somas exatas do valor e de cada tributo.

    Grupos de partes vêm do maior valor ao menor; os outros, em ordem. O que passa de `limite` vem
    somado em `outros`. Eventos contam como documentos: `tipo` os separa.
    """
    grupos = totals.read_groupings(por)
    return json_response(await totals.totals(recursos, sujeito.organizacao, filtro, grupos, limite))
