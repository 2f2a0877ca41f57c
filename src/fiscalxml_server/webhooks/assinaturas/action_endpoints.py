"""What is done with a subscription: pause, resume, try, and its secrets."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import json_response, private_response
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
from fiscalxml_server.webhooks.assinaturas import pausing, rotation
from fiscalxml_server.webhooks.assinaturas.schemas import TesteDeWebhook, TrocaDeSegredo
from fiscalxml_server.webhooks.assinaturas.service import address
from fiscalxml_server.webhooks.assinaturas.trying import WebhookInativo, try_out
from fiscalxml_server.webhooks.parameters import Escritor, Id
from fiscalxml_server.webhooks.resources import Meios

router = APIRouter(prefix="/v1/webhooks/{assinatura}", tags=["webhooks"])

_ONE = json_answer("O webhook", schema_ref("Webhook"), "webhook")
_ROTATED = json_answer(
    "O webhook, com o segredo novo", schema_ref("WebhookCriado"), "webhook_criado"
)
_SECRET = json_answer("O segredo", schema_ref("SegredoDeWebhook"), "segredo_de_webhook")
_TRIED = json_answer("Teste pedido", schema_ref("TesteDeWebhook"), "teste_de_webhook")


@router.post(
    "/pausar",
    operation_id="pausarWebhook",
    summary="Pausar um webhook",
    responses={200: _ONE, **problems(NaoEncontrado)},
)
@audits_itself(Acao.WEBHOOK_PAUSADO)
async def pausar(sujeito: Escritor, recursos: Meios, assinatura: Id) -> Response:
    """Em até 2 segundos nada mais é entregue. O que acontece fica retido, por até 90 dias.

    Pausar um que já está pausado, ou que foi desativado, não muda nada.
    """
    return json_response(await pausing.pause(recursos, sujeito, assinatura))


@router.post(
    "/retomar",
    operation_id="retomarWebhook",
    summary="Retomar um webhook",
    responses={200: _ONE, **problems(NaoEncontrado)},
)
@audits_itself(Acao.WEBHOOK_RETOMADO)
async def retomar(sujeito: Escritor, recursos: Meios, assinatura: Id) -> Response:
    """Volta a entregar um que foi pausado ou desativado, e primeiro o que ficou retido, em ordem.

    Enquanto o retido volta à fila, a situação é retomando. Retomar um que está ativo não muda nada.
    """
    return json_response(await pausing.resume(recursos, sujeito, assinatura))


@router.post(
    "/teste",
    operation_id="testarWebhook",
    summary="Testar um webhook",
    status_code=202,
    responses={
        202: with_headers(_TRIED, LOCATION),
        **problems(NaoEncontrado, WebhookInativo),
    },
)
@audits_itself(Acao.WEBHOOK_TESTADO)
async def testar(sujeito: Escritor, recursos: Meios, assinatura: Id) -> Response:
    """Entrega a este webhook, e só a ele, uma notificação `webhook.teste`.

    Os filtros não contam. Location diz onde acompanhar a entrega.
    """
    teste = await try_out(recursos, sujeito, assinatura)
    response = json_response(TesteDeWebhook(teste), 202)
    response.headers["Location"] = f"{address(assinatura)}/entregas/{teste}"
    return response


@router.get(
    "/segredo",
    operation_id="lerSegredoDeWebhook",
    summary="Ler o segredo de um webhook",
    responses={200: _SECRET, **problems(NaoEncontrado)},
)
@audited(Acao.WEBHOOK_SEGREDO_LIDO)
async def ler_segredo(sujeito: Escritor, recursos: Meios, assinatura: Id) -> Response:
    """O segredo atual, que confere as assinaturas `v1`. A leitura fica na auditoria."""
    return private_response(await rotation.show(recursos, sujeito, assinatura))


@router.post(
    "/segredos",
    operation_id="trocarSegredoDeWebhook",
    summary="Trocar o segredo de um webhook",
    openapi_extra=body_of(TrocaDeSegredo),
    responses={200: _ROTATED, **problems(*JSON_PROBLEMS, NaoEncontrado)},
)
@audits_itself(Acao.WEBHOOK_SEGREDO_TROCADO)
async def trocar_segredo(
    request: Request, sujeito: Escritor, recursos: Meios, assinatura: Id
) -> Response:
    """O segredo e a chave `v1a` passam a ser outros, em até 2 segundos.

    Por `validade_anterior` horas (24; até 72) cada entrega leva também as assinaturas dos
    anteriores, para a troca no seu sistema; com 0, só as novas. Um ainda anterior, que assinasse,
    deixa de assinar.
    """
    hint = 'O JSON deve ser {}, ou {"validade_anterior": 24}, de 0 a 72 horas.'
    troca = await read_json(request, TrocaDeSegredo, hint)
    return private_response(
        await rotation.rotate(recursos, sujeito, assinatura, troca.validade_anterior)
    )


@router.delete(
    "/segredos/anterior",
    operation_id="removerSegredoAnteriorDeWebhook",
    summary="Remover o segredo anterior de um webhook",
    status_code=204,
    responses={204: {"description": "Removido"}, **problems(NaoEncontrado)},
)
@audits_itself(Acao.WEBHOOK_SEGREDO_ANTERIOR_REMOVIDO)
async def remover_anterior(sujeito: Escritor, recursos: Meios, assinatura: Id) -> Response:
    """Em até 2 segundos as entregas levam só as assinaturas do segredo atual."""
    await rotation.forget_previous(recursos, sujeito, assinatura)
    return Response(status_code=204)
