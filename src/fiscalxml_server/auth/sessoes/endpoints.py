"""/v1/sessoes: those of the person who asks, their renewal, and the organisation they are in."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from fiscalxml_server.auth.origem import Proveniencia
from fiscalxml_server.auth.people import PessoaAutenticada
from fiscalxml_server.auth.resources import Meios
from fiscalxml_server.auth.sessoes import service
from fiscalxml_server.auth.sessoes.documentation import CREDENCIAIS
from fiscalxml_server.auth.sessoes.renewal import RenovacaoInvalida
from fiscalxml_server.auth.sessoes.schemas import PedidoDeOrganizacao, PedidoDeRenovacao
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import audits_itself, not_audited
from fiscalxml_server.kit.http.auth import public
from fiscalxml_server.kit.http.json_body import JSON_PROBLEMS, read_json
from fiscalxml_server.kit.http.openapi import json_answer, problems, schema_ref
from fiscalxml_server.kit.http.structs import body_of

router = APIRouter(tags=["sessoes"])


@router.post(
    "/v1/sessoes/renovacao",
    operation_id="renovarSessao",
    summary="Renovar a sessão",
    dependencies=[Depends(public)],
    openapi_extra=body_of(PedidoDeRenovacao),
    responses={200: CREDENCIAIS, **problems(*JSON_PROBLEMS, RenovacaoInvalida)},
)
@audits_itself(Acao.SESSAO_REUTILIZADA)
async def renovar(request: Request, recursos: Meios) -> Response:
    """Dá outro token de acesso e outro token de renovação; o que se mandou não vale mais.

    Um token de renovação que já foi usado e volta é sinal de cópia: a sessão termina, e os tokens
    dela deixam de valer. Só o imediatamente anterior ainda vale por 10 segundos, para duas janelas
    que renovam ao mesmo tempo. O papel e os limites são lidos de novo a cada renovação.
    """
    body = await read_json(request, PedidoDeRenovacao, 'Mande {"renovacao": "…"}.')
    return json_response(await service.renew(recursos, body.renovacao))


@router.post(
    "/v1/sessoes/organizacao",
    operation_id="escolherOrganizacao",
    summary="Escolher a organização da sessão",
    openapi_extra=body_of(PedidoDeOrganizacao),
    responses={200: CREDENCIAIS, **problems(*JSON_PROBLEMS, NaoEncontrado)},
)
@audits_itself(Acao.SESSAO_NA_ORGANIZACAO)
async def escolher_organizacao(
    request: Request, pessoa: PessoaAutenticada, recursos: Meios, origem: Proveniencia
) -> Response:
    """Dá tokens para uma das suas organizações, com o seu papel nela. As renovações ficam nela."""
    body = await read_json(
        request, PedidoDeOrganizacao, 'Mande {"organizacao": "<id>"}, ou null para nenhuma.'
    )
    return json_response(await service.choose(recursos, pessoa, body.organizacao, origem))


@router.get(
    "/v1/sessoes",
    operation_id="listarSessoes",
    summary="Listar as suas sessões",
    responses={200: json_answer("As sessões", schema_ref("SessoesAbertas"))},
)
@not_audited("só diz à pessoa o que é dela")
async def listar(pessoa: PessoaAutenticada, recursos: Meios) -> Response:
    """As suas sessões abertas: onde se entrou, de que forma e quando se usou por último."""
    return json_response(await service.list_open(recursos, pessoa))


@router.delete(
    "/v1/sessoes/{sessao}",
    operation_id="encerrarSessao",
    summary="Encerrar uma sessão",
    status_code=204,
    responses={204: {"description": "Encerrada"}, **problems(NaoEncontrado)},
)
@audits_itself(Acao.SESSAO_ENCERRADA)
async def encerrar(
    pessoa: PessoaAutenticada,
    recursos: Meios,
    sessao: Annotated[UUID, Path(description="O id da sessão; a sua própria, para sair.")],
) -> Response:
    """Os tokens da sessão deixam de valer, em todo lugar, em poucos segundos."""
    await service.end_one(recursos, pessoa, sessao)
    return Response(status_code=204)


@router.delete(
    "/v1/sessoes",
    operation_id="encerrarOutrasSessoes",
    summary="Encerrar as outras sessões",
    status_code=204,
    responses={204: {"description": "Encerradas"}},
)
@audits_itself(Acao.SESSAO_ENCERRADA)
async def encerrar_outras(pessoa: PessoaAutenticada, recursos: Meios) -> Response:
    """Encerra todas as suas sessões, menos esta."""
    await service.end_others(recursos, pessoa)
    return Response(status_code=204)
