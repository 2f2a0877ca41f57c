"""/v1/webhooks/{id}/entregas, one of them, and /v1/webhooks/{id}/saude."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import json_response, private_response
from fiscalxml_server.kit.http.auditing import audited
from fiscalxml_server.kit.http.openapi import json_answer, problems, schema_ref
from fiscalxml_server.kit.http.parameters import Cursor
from fiscalxml_server.webhooks.entregas import service
from fiscalxml_server.webhooks.entregas.health import read_health
from fiscalxml_server.webhooks.entregas.schemas import SituacaoDeEntrega
from fiscalxml_server.webhooks.parameters import (
    Alvo,
    Ate,
    De,
    Id,
    IdDeNotificacao,
    Leitor,
    PorPagina,
    UmTipo,
)
from fiscalxml_server.webhooks.resources import Meios
from fiscalxml_server.webhooks.walking import Recorte

router = APIRouter(prefix="/v1/webhooks/{assinatura}", tags=["entregas"])

_PAGE = json_answer("Entregas", schema_ref("PaginaDeEntregas"), "pagina_de_entregas")
_ONE = json_answer("A entrega", schema_ref("EntregaDetalhada"), "entrega_detalhada")
_HEALTH = json_answer("A saúde", schema_ref("SaudeDeWebhook"), "saude_de_webhook")


@router.get(
    "/entregas",
    operation_id="listarEntregas",
    summary="Listar as entregas de um webhook",
    responses={200: _PAGE, **problems(NaoEncontrado)},
)
@audited(Acao.WEBHOOK_ENTREGAS_LISTADAS)
async def listar(
    sujeito: Leitor,
    recursos: Meios,
    assinatura: Id,
    situacao: Annotated[
        SituacaoDeEntrega | None, Query(description="Só as que estão nesta situação.")
    ] = None,
    tipo: UmTipo = None,
    alvo: Alvo = None,
    de: De = None,
    ate: Ate = None,
    cursor: Cursor = None,
    limite: PorPagina = 50,
) -> Response:
    """Da mais nova à mais antiga, dos últimos 90 dias.

    Uma página examina até 2.000 entregas: com filtros pode ter menos do que o limite, ou nenhuma, e
    ainda haver mais. Só quando `proximo` é null não há.
    """
    recorte = Recorte(tipo=tipo, alvo=alvo, de=de, ate=ate)
    return json_response(
        await service.list_page(recursos, sujeito, assinatura, recorte, situacao, cursor, limite)
    )


@router.get(
    "/entregas/{notificacao}",
    operation_id="lerEntrega",
    summary="Ler uma entrega",
    responses={200: _ONE, **problems(NaoEncontrado)},
)
@audited(Acao.WEBHOOK_ENTREGA_LIDA)
async def ler(
    sujeito: Leitor, recursos: Meios, assinatura: Id, notificacao: IdDeNotificacao
) -> Response:
    """O que se entrega, e cada tentativa: quando, quanto durou, e o que o receptor respondeu."""
    return private_response(await service.read(recursos, sujeito, assinatura, notificacao))


@router.get(
    "/saude",
    operation_id="lerSaudeDeWebhook",
    summary="Ler a saúde de um webhook",
    responses={200: _HEALTH, **problems(NaoEncontrado)},
)
@audited(Acao.WEBHOOK_SAUDE_LIDA)
async def saude(sujeito: Leitor, recursos: Meios, assinatura: Id) -> Response:
    """Quantas entregas dão certo, quanto duram, quantas esperam e quantas falharam."""
    return json_response(await read_health(recursos, sujeito, assinatura))
