"""POST /v1/revalidacoes; GET of them, one of them, what it changed and why."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from fiscalxml_server.api.revalidacoes import service
from fiscalxml_server.api.revalidacoes.documentation import request_body
from fiscalxml_server.api.revalidacoes.request import HINT, Corpo, read_request
from fiscalxml_server.api.revalidacoes.schemas import Mudanca, Papel
from fiscalxml_server.api.revalidacoes.views import revalidation_view
from fiscalxml_server.kit.admission import FilaCheia
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import audited, audits_itself
from fiscalxml_server.kit.http.auth import Escritor, Leitor
from fiscalxml_server.kit.http.events import UltimoEvento, progress_response
from fiscalxml_server.kit.http.json_body import JSON_PROBLEMS, read_json
from fiscalxml_server.kit.http.openapi import (
    LOCATION,
    REPLAYED,
    events_answer,
    json_answer,
    problems,
    schema_ref,
    with_headers,
)
from fiscalxml_server.kit.http.parameters import Limite
from fiscalxml_server.kit.http.resources import Meios
from fiscalxml_server.kit.idempotency import ChaveIdempotente, ChaveReutilizada

router = APIRouter(prefix="/v1/revalidacoes", tags=["revalidacoes"])

Revalidacao = Annotated[UUID, Path(description="O id da revalidação.")]
Cursor = Annotated[str | None, Query(max_length=200, description="O proximo da página anterior.")]
Inscricao = Annotated[
    str | None, Query(pattern="^[0-9A-Z]{11,14}$", description="CNPJ ou CPF, sem máscara.")
]


@router.post(
    "",
    operation_id="revalidarDocumentos",
    summary="Revalidar documentos guardados",
    status_code=202,
    openapi_extra={"requestBody": request_body()},
    responses={
        202: with_headers(
            json_answer("Revalidação recebida", schema_ref("Revalidacao"), "revalidacao_recebida"),
            LOCATION,
            REPLAYED,
        ),
        **problems(*JSON_PROBLEMS, ChaveReutilizada, FilaCheia),
    },
)
@audits_itself(Acao.REVALIDACAO_PEDIDA)
async def revalidar(
    request: Request, sujeito: Escritor, recursos: Meios, idempotency_key: ChaveIdempotente = None
) -> Response:
    """Julga de novo os documentos de um filtro, pelas regras de outro dia ou pelas de agora.

    Diz o que mudaria: que documentos passariam a inválidos ou a válidos, por que causas e em que
    emitentes. A validação que vale de cada documento fica como está; a nova entra no histórico.

    `em` escolhe só as regras e os esquemas: o certificado e o que se compara com a hora do
    recebimento são julgados pelo instante do próprio documento. Valem os documentos que estavam
    guardados na hora do pedido.
    """
    pedido = read_request(await read_json(request, Corpo, HINT))
    return await service.create(recursos, sujeito, pedido, idempotency_key)


@router.get(
    "",
    operation_id="listarRevalidacoes",
    summary="Listar as revalidações",
    responses={
        200: json_answer(
            "Revalidações", schema_ref("PaginaDeRevalidacoes"), "pagina_de_revalidacoes"
        )
    },
)
@audited(Acao.REVALIDACOES_LISTADAS)
async def listar(
    sujeito: Leitor, recursos: Meios, cursor: Cursor = None, limite: Limite = 50
) -> Response:
    """As revalidações da organização, da mais nova à mais antiga."""
    return json_response(await service.list_page(recursos, sujeito.organizacao, cursor, limite))


@router.get(
    "/{revalidacao}",
    operation_id="lerRevalidacao",
    summary="Ler uma revalidação",
    responses={
        200: json_answer(
            "A revalidação",
            schema_ref("Revalidacao"),
            "revalidacao_recebida",
            "revalidacao_concluida",
        ),
        **problems(NaoEncontrado),
    },
)
@audited(Acao.REVALIDACAO_LIDA)
async def ler(sujeito: Leitor, recursos: Meios, revalidacao: Revalidacao) -> Response:
    """Em que situação está e quantos documentos mudaram, e como."""
    row = await service.find(recursos, sujeito.organizacao, revalidacao)
    return json_response(revalidation_view(row))


@router.post(
    "/{revalidacao}/cancelamento",
    operation_id="cancelarRevalidacao",
    summary="Cancelar uma revalidação",
    responses={
        200: json_answer("A revalidação", schema_ref("Revalidacao"), "revalidacao_cancelada"),
        **problems(NaoEncontrado),
    },
)
@audits_itself(Acao.REVALIDACAO_CANCELADA)
async def cancelar(sujeito: Escritor, recursos: Meios, revalidacao: Revalidacao) -> Response:
    """Não começa mais nada; o que já foi julgado fica. Em uma que terminou, nada muda."""
    row = await service.cancel(recursos, sujeito, revalidacao)
    return json_response(revalidation_view(row))


@router.get(
    "/{revalidacao}/itens",
    operation_id="listarItensDaRevalidacao",
    summary="Listar o que uma revalidação mudou",
    responses={
        200: json_answer(
            "Itens", schema_ref("PaginaDeItensRevalidados"), "pagina_de_itens_revalidados"
        ),
        **problems(NaoEncontrado),
    },
)
@audited(Acao.REVALIDACAO_ITENS_LIDOS)
async def itens(
    sujeito: Leitor,
    recursos: Meios,
    revalidacao: Revalidacao,
    mudanca: Annotated[Mudanca | None, Query(description="Só as mudanças deste tipo.")] = None,
    emitente: Inscricao = None,
    destinatario: Inscricao = None,
    codigo: Annotated[
        str | None,
        Query(pattern="^[0-9A-Z-]{1,20}$", description="Só onde veio um achado deste código."),
    ] = None,
    cursor: Cursor = None,
    limite: Limite = 100,
) -> Response:
    """Os documentos que mudaram, e os que não se conseguiu julgar de novo (falha)."""
    return json_response(
        await service.list_items(
            recursos,
            sujeito.organizacao,
            revalidacao,
            mudanca=mudanca,
            emitente=emitente,
            destinatario=destinatario,
            codigo=codigo,
            cursor=cursor,
            limite=limite,
        )
    )


@router.get(
    "/{revalidacao}/causas",
    operation_id="listarCausasDaRevalidacao",
    summary="Ler as causas do que veio",
    responses={
        200: json_answer("As causas", schema_ref("Causas"), "causas_da_revalidacao"),
        **problems(NaoEncontrado),
    },
)
@audited(Acao.REVALIDACAO_CAUSAS_LIDAS)
async def causas(
    sujeito: Leitor,
    recursos: Meios,
    revalidacao: Revalidacao,
    limite: Annotated[int, Query(ge=1, le=500, description="Quantas causas.")] = 50,
) -> Response:
    """As causas só dos achados que não havia antes, com documentos e emitentes de cada uma.

    As de mais impacto primeiro. Enquanto a revalidação não termina, do que já foi julgado.
    """
    return json_response(await service.causes(recursos, sujeito.organizacao, revalidacao, limite))


@router.get(
    "/{revalidacao}/participantes",
    operation_id="listarParticipantesDaRevalidacao",
    summary="Listar em quem a mudança está",
    responses={
        200: json_answer(
            "Participantes", schema_ref("PaginaDeParticipantes"), "pagina_de_participantes"
        ),
        **problems(NaoEncontrado),
    },
)
@audited(Acao.REVALIDACAO_PARTICIPANTES_LIDOS)
async def participantes(
    sujeito: Leitor,
    recursos: Meios,
    revalidacao: Revalidacao,
    papel: Annotated[Papel, Query(description="De quem se contam os documentos.")] = "emitente",
    cursor: Cursor = None,
    limite: Limite = 100,
) -> Response:
    """Emitentes, ou destinatários, de documentos que mudaram, e com que achados.

    Primeiro os de mais documentos que passariam a inválidos.
    """
    return json_response(
        await service.list_parties(
            recursos,
            sujeito.organizacao,
            revalidacao,
            papel=papel,
            cursor=cursor,
            limite=limite,
        )
    )


@router.get(
    "/{revalidacao}/progresso",
    operation_id="acompanharRevalidacao",
    summary="Acompanhar uma revalidação",
    responses={
        200: events_answer(
            "Um evento a cada mudança da revalidação",
            "progresso",
            schema_ref("Revalidacao"),
            "progresso_da_revalidacao",
        ),
        204: {"description": "A revalidação terminou e o último evento já foi visto"},
        **problems(NaoEncontrado),
    },
)
@audited(Acao.REVALIDACAO_LIDA)
async def progresso(
    sujeito: Leitor, recursos: Meios, revalidacao: Revalidacao, last_event_id: UltimoEvento = None
) -> Response:
    """Eventos (SSE) `progresso` com a revalidação a cada mudança, até ela terminar."""
    return await progress_response(
        service.progress(recursos, sujeito.organizacao, revalidacao), last_event_id
    )
