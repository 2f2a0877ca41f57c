"""POST …/entregas/{notificacao}/reenviar, POST …/reenviar and how far it has got."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import audited, audits_itself
from fiscalxml_server.kit.http.json_body import JSON_PROBLEMS, read_json
from fiscalxml_server.kit.http.openapi import (
    LOCATION,
    json_answer,
    problems,
    schema_ref,
    with_headers,
)
from fiscalxml_server.kit.http.structs import body_of
from fiscalxml_server.webhooks.assinaturas.service import address
from fiscalxml_server.webhooks.assinaturas.trying import WebhookInativo
from fiscalxml_server.webhooks.parameters import Escritor, Id, IdDeNotificacao, Leitor
from fiscalxml_server.webhooks.reenvios import service
from fiscalxml_server.webhooks.reenvios.schemas import PedidoDeReenvio
from fiscalxml_server.webhooks.reenvios.service import ReenvioEmAndamento
from fiscalxml_server.webhooks.resources import Meios

router = APIRouter(prefix="/v1/webhooks/{assinatura}", tags=["reenvios"])

_ASKED = json_answer("Reenvio pedido", schema_ref("Reenvio"), "reenvio")
_ONE = json_answer("O reenvio", schema_ref("Reenvio"), "reenvio")


@router.post(
    "/entregas/{notificacao}/reenviar",
    operation_id="reenviarEntrega",
    summary="Reenviar uma entrega",
    status_code=202,
    responses={
        202: with_headers({"description": "Na fila"}, LOCATION),
        **problems(NaoEncontrado, WebhookInativo),
    },
)
@audits_itself(Acao.WEBHOOK_ENTREGA_REENVIADA)
async def reenviar_uma(
    sujeito: Escritor, recursos: Meios, assinatura: Id, notificacao: IdDeNotificacao
) -> Response:
    """É entregue já, com o mesmo id e corpo, e todas as tentativas de novo se falhar.

    Também a que já foi entregue, ou que espera a próxima tentativa. Location diz onde acompanhar.
    """
    await service.resend_one(recursos, sujeito, assinatura, notificacao)
    where = f"{address(assinatura)}/entregas/{notificacao}"
    return Response(status_code=202, headers={"Location": where})


@router.post(
    "/reenviar",
    operation_id="reenviarEntregas",
    summary="Reenviar entregas de um webhook",
    status_code=202,
    openapi_extra=body_of(PedidoDeReenvio),
    responses={
        202: with_headers(_ASKED, LOCATION),
        **problems(*JSON_PROBLEMS, NaoEncontrado, WebhookInativo, ReenvioEmAndamento),
    },
)
@audits_itself(Acao.WEBHOOK_REENVIO_PEDIDO)
async def reenviar(
    request: Request, sujeito: Escritor, recursos: Meios, assinatura: Id
) -> Response:
    """Voltam à fila, em ordem, as que os filtros dizem: sem nenhum, tudo que não foi entregue.

    Com `de`, o que se perdeu desde que o receptor parou. As que esperam uma tentativa ficam como
    estão. Location diz onde acompanhar o reenvio; um webhook tem um por vez.
    """
    hint = (
        'O JSON deve ser {}, ou {"de": "2026-11-10T09:00:00-03:00"}; situacoes (falhou, retida, '
        "entregue), tipos e ate são opcionais."
    )
    pedido = await read_json(request, PedidoDeReenvio, hint)
    reenvio = await service.resend(recursos, sujeito, assinatura, pedido)
    response = json_response(reenvio, 202)
    response.headers["Location"] = f"{address(assinatura)}/reenvios/{reenvio.id}"
    return response


@router.get(
    "/reenvios/{reenvio}",
    operation_id="lerReenvio",
    summary="Acompanhar um reenvio",
    responses={200: _ONE, **problems(NaoEncontrado)},
)
@audited(Acao.WEBHOOK_REENVIO_LIDO)
async def ler(
    sujeito: Leitor,
    recursos: Meios,
    assinatura: Id,
    reenvio: Annotated[UUID, Path(description="O id do reenvio.")],
) -> Response:
    """A que ponto chegou, e quantas entregas voltaram à fila."""
    return json_response(await service.read(recursos, sujeito, assinatura, reenvio))
