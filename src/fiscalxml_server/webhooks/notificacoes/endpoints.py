"""/v1/notificacoes and one of them."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import json_response, private_response
from fiscalxml_server.kit.http.auditing import audited
from fiscalxml_server.kit.http.openapi import json_answer, problems, schema_ref
from fiscalxml_server.kit.http.parameters import Cursor
from fiscalxml_server.webhooks.notificacoes import service
from fiscalxml_server.webhooks.parameters import (
    Alvo,
    Ate,
    De,
    IdDeNotificacao,
    Leitor,
    PorPagina,
    UmTipo,
)
from fiscalxml_server.webhooks.resources import Meios
from fiscalxml_server.webhooks.walking import Recorte

router = APIRouter(tags=["notificacoes"])

_PAGE = json_answer("Notificações", schema_ref("PaginaDeNotificacoes"), "pagina_de_notificacoes")
_ONE = json_answer("A notificação", schema_ref("NotificacaoDetalhada"), "notificacao_detalhada")


@router.get(
    "/v1/notificacoes",
    operation_id="listarNotificacoes",
    summary="Listar as notificações",
    responses={200: _PAGE},
)
@audited(Acao.WEBHOOK_NOTIFICACOES_LISTADAS)
async def listar(
    sujeito: Leitor,
    recursos: Meios,
    tipo: UmTipo = None,
    alvo: Alvo = None,
    de: De = None,
    ate: Ate = None,
    cursor: Cursor = None,
    limite: PorPagina = 50,
) -> Response:
    """Tudo de que se avisou a algum webhook nos últimos 90 dias, do mais novo ao mais antigo.

    Uma página examina até 2.000 notificações: com filtros pode ter menos do que o limite, ou
    nenhuma, e ainda haver mais. Só quando `proximo` é null não há.
    """
    recorte = Recorte(tipo=tipo, alvo=alvo, de=de, ate=ate)
    return json_response(await service.list_page(recursos, sujeito, recorte, cursor, limite))


@router.get(
    "/v1/notificacoes/{notificacao}",
    operation_id="lerNotificacao",
    summary="Ler uma notificação",
    responses={200: _ONE, **problems(NaoEncontrado)},
)
@audited(Acao.WEBHOOK_NOTIFICACAO_LIDA)
async def ler(sujeito: Leitor, recursos: Meios, notificacao: IdDeNotificacao) -> Response:
    """O que se avisou, a quais webhooks, e com que resultado."""
    return private_response(await service.read(recursos, sujeito, notificacao))
