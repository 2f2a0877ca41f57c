"""/v1/convites: invitations of the caller's organisation, and their acceptance by anybody."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from fiscalxml_server.auth.codigos import CodigoInvalido
from fiscalxml_server.auth.convites import service
from fiscalxml_server.auth.convites.schemas import AceitacaoDeConvite, PedidoDeConvite
from fiscalxml_server.auth.convites.service import ConvitesDemais, EntreParaAceitar, JaParticipa
from fiscalxml_server.auth.membros.alcance import AlcanceInsuficiente
from fiscalxml_server.auth.people import person
from fiscalxml_server.auth.resources import Meios
from fiscalxml_server.auth.senhas import EntradaOcupada, SenhaRecusada
from fiscalxml_server.auth.throttle import MuitasTentativas, address_of
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import NaoAutenticado, NaoEncontrado
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import audited
from fiscalxml_server.kit.http.auth import public, requires
from fiscalxml_server.kit.http.json_body import JSON_PROBLEMS, read_json
from fiscalxml_server.kit.http.openapi import json_answer, problems, schema_ref
from fiscalxml_server.kit.http.parameters import Cursor, Limite
from fiscalxml_server.kit.http.structs import body_of
from fiscalxml_server.kit.rbac import Escopo, Papel

router = APIRouter(tags=["convites"])

Leitor = Annotated[Sujeito, Depends(requires(Escopo.MEMBROS_LER))]
Escritor = Annotated[Sujeito, Depends(requires(Escopo.MEMBROS_ESCREVER))]
_INVITE: Final = (
    'O JSON deve ser {"email": "…", "papel": "…", "empresas": […] ou null}; o papel é '
    f"{', '.join(Papel)}."
)
_ACCEPT: Final = (
    'O JSON deve ser {"codigo": "…"}; de quem ainda não tem conta, com "nome" e "senha".'
)


@router.post(
    "/v1/convites",
    operation_id="convidar",
    summary="Convidar uma pessoa",
    status_code=201,
    openapi_extra=body_of(PedidoDeConvite),
    responses={
        201: json_answer("O convite, que foi mandado por e-mail", schema_ref("Convite")),
        **problems(
            *JSON_PROBLEMS, AlcanceInsuficiente, JaParticipa, ConvitesDemais, MuitasTentativas
        ),
    },
)
async def convidar(request: Request, sujeito: Escritor, recursos: Meios) -> Response:
    """Convida por e-mail, com um papel e, se for o caso, só para algumas empresas.

    Vale 7 dias e uma vez. Outro convite para o mesmo e-mail toma o lugar deste.
    """
    pedido = await read_json(request, PedidoDeConvite, _INVITE)
    return json_response(await service.invite(recursos, sujeito, pedido), 201)


@router.get(
    "/v1/convites",
    operation_id="listarConvites",
    summary="Listar os convites",
    responses={200: json_answer("Convites", schema_ref("PaginaDeConvites"))},
)
@audited(Acao.CONVITES_LISTADOS)
async def listar(
    sujeito: Leitor, recursos: Meios, cursor: Cursor = None, limite: Limite = 100
) -> Response:
    """Os convites que ainda podem ser aceitos, do mais novo ao mais antigo."""
    page = await service.list_page(recursos, sujeito.organizacao, cursor, limite)
    return json_response(page)


@router.delete(
    "/v1/convites/{convite}",
    operation_id="cancelarConvite",
    summary="Cancelar um convite",
    status_code=204,
    responses={
        204: {"description": "Cancelado"},
        **problems(NaoEncontrado, AlcanceInsuficiente),
    },
)
async def cancelar(
    sujeito: Escritor,
    recursos: Meios,
    convite: Annotated[UUID, Path(description="O id do convite.")],
) -> Response:
    """O convite deixa de valer."""
    await service.withdraw(recursos, sujeito, convite)
    return Response(status_code=204)


@router.post(
    "/v1/convites/aceitacao",
    operation_id="aceitarConvite",
    summary="Aceitar um convite",
    status_code=201,
    dependencies=[Depends(public)],
    openapi_extra=body_of(AceitacaoDeConvite) | {"security": [{}, {"bearer": []}]},
    responses={
        201: json_answer("A pessoa participa da organização", schema_ref("Aceito")),
        **problems(
            *JSON_PROBLEMS,
            NaoAutenticado,
            CodigoInvalido,
            JaParticipa,
            EntreParaAceitar,
            MuitasTentativas,
            SenhaRecusada,
            EntradaOcupada,
        ),
    },
)
async def aceitar(request: Request, recursos: Meios) -> Response:
    """Aceita um convite, pelo código do e-mail.

    Quem tem conta com o e-mail convidado manda o próprio token, e só o código. Quem não tem manda
    também o nome e a senha com que vai entrar: a conta é aberta na hora.
    """
    signed_in = "authorization" in request.headers
    pessoa = (await person(request)).id if signed_in else None
    aceitacao = await read_json(request, AceitacaoDeConvite, _ACCEPT)
    endereco = address_of(request, recursos.settings.trusted_proxies)
    return json_response(await service.accept(recursos, aceitacao, pessoa, endereco), 201)
