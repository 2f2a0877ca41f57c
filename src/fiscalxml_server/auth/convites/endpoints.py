"""/v1/convites: invitations of the caller's organisation, and their acceptance."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from fiscalxml_server.auth.codigos import CodigoInvalido
from fiscalxml_server.auth.convites import acceptance, service
from fiscalxml_server.auth.convites.acceptance import EntreParaAceitar
from fiscalxml_server.auth.convites.schemas import (
    AceitacaoComContaNova,
    AceitacaoDeConvite,
    PedidoDeConvite,
)
from fiscalxml_server.auth.convites.service import ConvitesDemais, JaParticipa
from fiscalxml_server.auth.membros.alcance import AlcanceInsuficiente
from fiscalxml_server.auth.origem import Proveniencia
from fiscalxml_server.auth.people import PessoaAutenticada
from fiscalxml_server.auth.resources import Meios
from fiscalxml_server.auth.senhas import EntradaOcupada, SenhaRecusada
from fiscalxml_server.auth.throttle import MuitasTentativas
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import audited, audits_itself
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
_ACCEPTED: Final = json_answer("A pessoa participa da organização", schema_ref("Aceito"))


@router.post(
    "/v1/convites",
    operation_id="convidarPessoa",
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
@audits_itself(Acao.CONVITE_ENVIADO)
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
@audits_itself(Acao.CONVITE_CANCELADO)
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
    operation_id="aceitarConviteComContaNova",
    summary="Aceitar um convite e abrir uma conta",
    status_code=201,
    dependencies=[Depends(public)],
    openapi_extra=body_of(AceitacaoComContaNova),
    responses={
        201: _ACCEPTED,
        **problems(
            *JSON_PROBLEMS,
            CodigoInvalido,
            EntreParaAceitar,
            MuitasTentativas,
            SenhaRecusada,
            EntradaOcupada,
        ),
    },
)
@audits_itself(Acao.MEMBRO_INCLUIDO, Acao.PESSOA_CADASTRADA)
async def aceitar_com_conta_nova(
    request: Request, recursos: Meios, origem: Proveniencia
) -> Response:
    """Aceita um convite pelo código do e-mail, de quem ainda não tem conta, e abre uma."""
    hint = 'O JSON deve ser {"codigo": "…", "nome": "…", "senha": "…"}, com o código do e-mail.'
    aceitacao = await read_json(request, AceitacaoComContaNova, hint)
    return json_response(await acceptance.accept_as_new(recursos, aceitacao, origem.endereco), 201)


@router.post(
    "/v1/conta/organizacoes",
    operation_id="aceitarConvite",
    summary="Aceitar um convite",
    status_code=201,
    openapi_extra=body_of(AceitacaoDeConvite),
    responses={
        201: _ACCEPTED,
        **problems(*JSON_PROBLEMS, CodigoInvalido, JaParticipa, MuitasTentativas),
    },
)
@audits_itself(Acao.MEMBRO_INCLUIDO)
async def aceitar(
    request: Request, pessoa: PessoaAutenticada, recursos: Meios, origem: Proveniencia
) -> Response:
    """Aceita um convite pelo código do e-mail, de quem tem conta com o e-mail convidado."""
    hint = 'O JSON deve ser {"codigo": "…"}, com o código do e-mail.'
    aceitacao = await read_json(request, AceitacaoDeConvite, hint)
    done = await acceptance.accept(recursos, aceitacao, pessoa.id, origem.endereco)
    return json_response(done, 201)
