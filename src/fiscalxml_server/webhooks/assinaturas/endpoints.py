"""/v1/webhooks and one of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import audited, audits_itself
from fiscalxml_server.kit.http.json_body import JSON_PROBLEMS, read_json
from fiscalxml_server.kit.http.openapi import (
    LOCATION,
    REPLAYED,
    json_answer,
    problems,
    schema_ref,
    with_headers,
)
from fiscalxml_server.kit.http.parameters import Cursor
from fiscalxml_server.kit.http.structs import body_of
from fiscalxml_server.kit.idempotency import ChaveIdempotente, ChaveReutilizada
from fiscalxml_server.webhooks.assinaturas import service
from fiscalxml_server.webhooks.assinaturas.schemas import MudancaDeWebhook, NovoWebhook
from fiscalxml_server.webhooks.assinaturas.service import WebhooksDemais
from fiscalxml_server.webhooks.parameters import Escritor, Id, Leitor
from fiscalxml_server.webhooks.resources import Meios

router = APIRouter(tags=["webhooks"])

_ONE = json_answer("O webhook", schema_ref("Webhook"), "webhook")
_CREATED = json_answer("O webhook, com o segredo", schema_ref("WebhookCriado"), "webhook_criado")
_FIELDS = (
    "descricao (até 200 caracteres), tipos, empresas, modelos (dois algarismos), vereditos "
    "(valido, invalido, nao_avaliado), cabecalhos, por_minuto (de 1 a 60000, ou null), simultaneas "
    "(de 1 a 50) e ordenada são opcionais; nada mais se aceita."
)
_MAX_BODY = 128 * 1024


@router.post(
    "/v1/webhooks",
    operation_id="criarWebhook",
    summary="Criar um webhook",
    status_code=201,
    openapi_extra=body_of(NovoWebhook),
    responses={
        201: with_headers(_CREATED, LOCATION, REPLAYED),
        **problems(*JSON_PROBLEMS, WebhooksDemais, ChaveReutilizada),
    },
)
@audits_itself(Acao.WEBHOOK_CRIADO)
async def criar(
    request: Request,
    sujeito: Escritor,
    recursos: Meios,
    idempotency_key: ChaveIdempotente = None,
) -> Response:
    """O que acontece de agora em diante é entregue em `url`, por POST, com assinatura.

    A resposta traz o segredo que confere as assinaturas `v1`, e a chave pública das `v1a`. Cada
    filtro é uma lista: vazia, tudo. O endereço deve ser público e usar https.
    """
    hint = f'O JSON deve ser {{"url": "https://erp.exemplo.com.br/fiscal"}}; {_FIELDS}'
    novo = await read_json(request, NovoWebhook, hint, _MAX_BODY)
    return await service.create(recursos, sujeito, novo, idempotency_key)


@router.get(
    "/v1/webhooks",
    operation_id="listarWebhooks",
    summary="Listar os webhooks",
    responses={200: json_answer("Webhooks", schema_ref("PaginaDeWebhooks"), "pagina_de_webhooks")},
)
@audited(Acao.WEBHOOKS_LISTADOS)
async def listar(
    sujeito: Leitor,
    recursos: Meios,
    cursor: Cursor = None,
    limite: Annotated[int, Query(ge=1, le=1000, description="Quantos por página.")] = 50,
) -> Response:
    """Do mais novo ao mais antigo."""
    return json_response(await service.list_page(recursos, sujeito, cursor, limite))


@router.get(
    "/v1/webhooks/{assinatura}",
    operation_id="lerWebhook",
    summary="Ler um webhook",
    responses={200: _ONE, **problems(NaoEncontrado)},
)
@audited(Acao.WEBHOOK_LIDO)
async def ler(sujeito: Leitor, recursos: Meios, assinatura: Id) -> Response:
    """O que entrega, onde e em que situação está. Nunca o segredo, nem os valores de cabeçalhos."""
    return json_response(await service.read(recursos, sujeito, assinatura))


@router.patch(
    "/v1/webhooks/{assinatura}",
    operation_id="alterarWebhook",
    summary="Alterar um webhook",
    openapi_extra=body_of(MudancaDeWebhook),
    responses={200: _ONE, **problems(*JSON_PROBLEMS, NaoEncontrado)},
)
@audits_itself(Acao.WEBHOOK_ALTERADO)
async def alterar(request: Request, sujeito: Escritor, recursos: Meios, assinatura: Id) -> Response:
    """Só muda o que vem; uma lista, ou os cabeçalhos, por inteiro. Vale em até 2 segundos.

    O que já espera para ser entregue vai para o endereço novo. Os filtros novos valem para o que
    acontece depois.
    """
    hint = f'O JSON deve ter o que muda, como {{"ordenada": true}}; url, {_FIELDS}'
    mudanca = await read_json(request, MudancaDeWebhook, hint, _MAX_BODY)
    return json_response(await service.change(recursos, sujeito, assinatura, mudanca))


@router.delete(
    "/v1/webhooks/{assinatura}",
    operation_id="removerWebhook",
    summary="Remover um webhook",
    status_code=204,
    responses={204: {"description": "Removido"}, **problems(NaoEncontrado)},
)
@audits_itself(Acao.WEBHOOK_REMOVIDO)
async def remover(sujeito: Escritor, recursos: Meios, assinatura: Id) -> Response:
    """Nada mais é entregue, nem o que esperava. Não há como voltar atrás."""
    await service.remove(recursos, sujeito, assinatura)
    return Response(status_code=204)
