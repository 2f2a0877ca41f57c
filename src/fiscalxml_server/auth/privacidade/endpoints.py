"""Requests of persons and legal holds: /v1/privacidade/pedidos, /retencoes."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from fiscalxml_server.auth.privacidade import service
from fiscalxml_server.auth.privacidade.parameters import LISTED, Escritor, Leitor
from fiscalxml_server.auth.privacidade.schemas import (
    NovaRetencao,
    NovoPedidoDeTitular,
    PaginaDePedidosDeTitular,
    PaginaDeRetencoes,
)
from fiscalxml_server.auth.privacidade.service import EliminacaoEmCurso
from fiscalxml_server.auth.resources import Meios
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.custody import pedidos, retencoes
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import private_response
from fiscalxml_server.kit.http.auditing import audits_itself, not_audited
from fiscalxml_server.kit.http.json_body import JSON_PROBLEMS, read_json
from fiscalxml_server.kit.http.openapi import (
    LOCATION,
    json_answer,
    problems,
    schema_ref,
    with_headers,
)
from fiscalxml_server.kit.http.parameters import Cursor, Limite
from fiscalxml_server.kit.http.structs import body_of

router = APIRouter(tags=["privacidade"])

_PEDIDO = json_answer("O pedido", schema_ref("PedidoDeTitular"))
_RETENCAO = json_answer("A retenção", schema_ref("Retencao"))


@router.post(
    "/v1/privacidade/pedidos",
    operation_id="registrarPedidoDeTitular",
    summary="Registrar o pedido de um titular",
    status_code=202,
    openapi_extra=body_of(NovoPedidoDeTitular),
    responses={
        202: with_headers(_PEDIDO, LOCATION),
        **problems(*JSON_PROBLEMS),
    },
)
@audits_itself(Acao.PEDIDO_DE_TITULAR_RECEBIDO)
async def pedir(request: Request, sujeito: Escritor, recursos: Meios) -> Response:
    """Acha os documentos que citam um CPF, em qualquer lugar, ou um CNPJ, como emitente ou
    destinatário; em uma eliminação, elimina os que já não precisam ser guardados.

    Documentos fiscais são guardados por 132 meses (Ajuste SINIEF 2/2025), por obrigação legal, e a
    resposta diz quais e até quando. O prazo para responder ao titular é de 15 dias.
    """
    novo = await read_json(
        request,
        NovoPedidoDeTitular,
        'O JSON deve ser {"tipo": "acesso", "inscricao": "<CPF ou CNPJ>"}; o tipo pode ser '
        "eliminacao.",
    )
    pedido = await service.ask(recursos, sujeito, novo)
    response = private_response(pedido, 202)
    response.headers["Location"] = f"/v1/privacidade/pedidos/{pedido.id}"
    return response


@router.get(
    "/v1/privacidade/pedidos",
    operation_id="listarPedidosDeTitulares",
    summary="Listar os pedidos de titulares",
    responses={
        200: json_answer("Pedidos", schema_ref("PaginaDePedidosDeTitular")),
    },
)
@not_audited(LISTED)
async def listar_pedidos(
    sujeito: Leitor, recursos: Meios, cursor: Cursor = None, limite: Limite = 50
) -> Response:
    """Do mais novo ao mais antigo; cada um fica cinco anos, e o CPF ou CNPJ, 30 dias depois de
    respondido."""
    rows, more = await service.list_rows(recursos, sujeito, pedidos, cursor, limite)
    return private_response(
        PaginaDePedidosDeTitular([service.pedido_view(row) for row in rows], more)
    )


@router.get(
    "/v1/privacidade/pedidos/{pedido}",
    operation_id="lerPedidoDeTitular",
    summary="Ler o pedido de um titular",
    responses={200: _PEDIDO, **problems(NaoEncontrado)},
)
@not_audited(LISTED)
async def ler_pedido(
    sujeito: Leitor, recursos: Meios, pedido: Annotated[UUID, Path(description="O id do pedido.")]
) -> Response:
    """Quantos documentos citam o titular, quantos foram eliminados, quantos ficam e até quando."""
    return private_response(await service.read(recursos, sujeito, pedido))


@router.get(
    "/v1/privacidade/pedidos/{pedido}/documentos",
    operation_id="listarDocumentosDeTitular",
    summary="Listar os documentos que citam um titular",
    responses={
        200: json_answer("Documentos", schema_ref("PaginaDeDocumentosDeTitular")),
        **problems(NaoEncontrado),
    },
)
@audits_itself(Acao.PEDIDO_DE_TITULAR_LIDO)
async def listar_documentos(
    sujeito: Leitor,
    recursos: Meios,
    pedido: Annotated[UUID, Path(description="O id do pedido.")],
    cursor: Cursor = None,
    limite: Limite = 50,
) -> Response:
    """Cada um com o endereço do XML na API dos documentos. A lista fica 30 dias."""
    return private_response(await service.read_documents(recursos, sujeito, pedido, cursor, limite))


@router.post(
    "/v1/privacidade/retencoes",
    operation_id="criarRetencao",
    summary="Reter documentos",
    status_code=201,
    openapi_extra=body_of(NovaRetencao),
    responses={
        201: _RETENCAO,
        **problems(*JSON_PROBLEMS, EliminacaoEmCurso),
    },
)
@audits_itself(Acao.RETENCAO_CRIADA)
async def reter(request: Request, sujeito: Escritor, recursos: Meios) -> Response:
    """O que é retido não é eliminado, nem no fim da custódia nem a pedido, até a retenção ser
    encerrada."""
    nova = await read_json(
        request,
        NovaRetencao,
        'O JSON deve ser {"motivo": "Processo 123"}; inscricao, desde e ate (com fuso) são '
        "opcionais.",
    )
    return private_response(await service.hold(recursos, sujeito, nova), 201)


@router.get(
    "/v1/privacidade/retencoes",
    operation_id="listarRetencoes",
    summary="Listar as retenções",
    responses={
        200: json_answer("Retenções", schema_ref("PaginaDeRetencoes")),
    },
)
@not_audited(LISTED)
async def listar_retencoes(
    sujeito: Leitor, recursos: Meios, cursor: Cursor = None, limite: Limite = 50
) -> Response:
    """Da mais nova à mais antiga, também as encerradas."""
    rows, more = await service.list_rows(recursos, sujeito, retencoes, cursor, limite)
    return private_response(PaginaDeRetencoes([service.retencao_view(row) for row in rows], more))


@router.delete(
    "/v1/privacidade/retencoes/{retencao}",
    operation_id="encerrarRetencao",
    summary="Encerrar uma retenção",
    responses={200: _RETENCAO, **problems(NaoEncontrado)},
)
@audits_itself(Acao.RETENCAO_ENCERRADA)
async def encerrar_retencao(
    sujeito: Escritor,
    recursos: Meios,
    retencao: Annotated[UUID, Path(description="O id da retenção.")],
) -> Response:
    """Ela fica na lista, encerrada."""
    return private_response(await service.release(recursos, sujeito, retencao))
