"""/v1/notificacoes/fluxos."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import audits_itself
from fiscalxml_server.kit.http.json_body import JSON_PROBLEMS, read_json
from fiscalxml_server.kit.http.openapi import json_answer, problems, schema_ref
from fiscalxml_server.kit.http.structs import body_of
from fiscalxml_server.webhooks.fluxo import service
from fiscalxml_server.webhooks.fluxo.schemas import LeituraDeFluxo, NovoFluxo
from fiscalxml_server.webhooks.fluxo.service import FluxosDemais
from fiscalxml_server.webhooks.parameters import Leitor
from fiscalxml_server.webhooks.resources import Meios

router = APIRouter(prefix="/v1/notificacoes/fluxos", tags=["fluxos"])

Id = Annotated[UUID, Path(description="O id do fluxo.")]
_ONE = json_answer("O fluxo", schema_ref("Fluxo"), "fluxo")
_READ = json_answer("O que aconteceu", schema_ref("NotificacoesDoFluxo"), "notificacoes_do_fluxo")


@router.post(
    "",
    operation_id="abrirFluxo",
    summary="Abrir um fluxo",
    status_code=201,
    openapi_extra=body_of(NovoFluxo),
    responses={201: _ONE, **problems(*JSON_PROBLEMS, FluxosDemais)},
)
@audits_itself(Acao.WEBHOOK_FLUXO_ABERTO)
async def abrir(request: Request, sujeito: Leitor, recursos: Meios) -> Response:
    """O que acontece de agora em diante espera no fluxo até ser lido, sem endereço na internet.

    Para desenvolver: `fiscalxml webhooks listen` o abre, lê e entrega na sua máquina. Cada filtro é
    uma lista: vazia, tudo. Um fluxo que ninguém lê fecha-se em uma hora.
    """
    hint = 'O JSON deve ser {}, ou filtros como {"tipos": ["documento.processado"]}.'
    novo = await read_json(request, NovoFluxo, hint)
    return json_response(await service.open_fluxo(recursos, sujeito, novo), 201)


@router.post(
    "/{fluxo}/leitura",
    operation_id="lerFluxo",
    summary="Ler de um fluxo",
    openapi_extra=body_of(LeituraDeFluxo),
    responses={200: _READ, **problems(*JSON_PROBLEMS, NaoEncontrado)},
)
@audits_itself(Acao.WEBHOOK_FLUXO_LIDO)
async def ler(request: Request, sujeito: Leitor, recursos: Meios, fluxo: Id) -> Response:
    """As notificações mais antigas que esperam; se não há nenhuma, responde quando houver.

    As mesmas vêm de novo até estarem em `lidas` de uma leitura seguinte: quem é interrompido não
    perde nada. Cada item é o corpo que um webhook entregaria.
    """
    hint = 'O JSON deve ser {}, ou como {"lidas": [], "espera": 20, "limite": 100}.'
    leitura = await read_json(request, LeituraDeFluxo, hint)
    return json_response(await service.read(recursos, sujeito, fluxo, leitura))


@router.delete(
    "/{fluxo}",
    operation_id="fecharFluxo",
    summary="Fechar um fluxo",
    status_code=204,
    responses={204: {"description": "Fechado"}, **problems(NaoEncontrado)},
)
@audits_itself(Acao.WEBHOOK_FLUXO_FECHADO)
async def fechar(sujeito: Leitor, recursos: Meios, fluxo: Id) -> Response:
    """O que não foi lido não se lê mais."""
    await service.close(recursos, sujeito, fluxo)
    return Response(status_code=204)
