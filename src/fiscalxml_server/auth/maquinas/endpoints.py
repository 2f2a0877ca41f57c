"""Machines: /v1/maquinas, one of them, and /oauth/token, where they get their tokens."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from fiscalxml_server.auth.maquinas import granting, service
from fiscalxml_server.auth.maquinas.documentation import oauth_error, token_operation
from fiscalxml_server.auth.maquinas.granting import ClienteRecusado
from fiscalxml_server.auth.maquinas.oauth import ErroOAuth, read_request
from fiscalxml_server.auth.maquinas.schemas import NovaMaquina
from fiscalxml_server.auth.maquinas.service import MaquinasDemais
from fiscalxml_server.auth.people import ConfirmacaoNecessaria, PessoaConfirmada
from fiscalxml_server.auth.resources import Meios
from fiscalxml_server.auth.throttle import MuitasTentativas, address_of
from fiscalxml_server.auth.tokens.metadata import TOKENS
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import (
    CorpoGrandeDemais,
    Indisponivel,
    NaoEncontrado,
    TipoNaoAceito,
)
from fiscalxml_server.kit.http.answers import json_response, private_response
from fiscalxml_server.kit.http.auditing import audited, audits_itself
from fiscalxml_server.kit.http.auth import public, requires
from fiscalxml_server.kit.http.body import FORM
from fiscalxml_server.kit.http.json_body import JSON_PROBLEMS, read_json, read_small
from fiscalxml_server.kit.http.openapi import (
    LOCATION,
    json_answer,
    problems,
    schema_ref,
    with_headers,
)
from fiscalxml_server.kit.http.parameters import Cursor
from fiscalxml_server.kit.http.structs import body_of
from fiscalxml_server.kit.rbac import Escopo

router = APIRouter()

Leitor = Annotated[Sujeito, Depends(requires(Escopo.CHAVES_LER))]
Escritor = Annotated[Sujeito, Depends(requires(Escopo.CHAVES_ESCREVER))]
Id = Annotated[UUID, Path(description="O id da máquina.")]
_MAX_FORM = 16 * 1024


@router.post(
    "/v1/maquinas",
    tags=["maquinas"],
    operation_id="criarMaquina",
    summary="Criar uma máquina",
    status_code=201,
    openapi_extra=body_of(NovaMaquina),
    responses={
        201: with_headers(
            json_answer(
                "A máquina, com o segredo, que não se mostra de novo",
                schema_ref("MaquinaCriada"),
                "maquina_criada",
            ),
            LOCATION,
        ),
        **problems(*JSON_PROBLEMS, ConfirmacaoNecessaria, MaquinasDemais),
    },
)
@audits_itself(Acao.MAQUINA_CRIADA)
async def criar(
    request: Request, sujeito: Escritor, _: PessoaConfirmada, recursos: Meios
) -> Response:
    """Um sistema que pede os próprios tokens (OAuth 2, client_credentials).

    Com `chave_publica` (JWK; EC P-256 ou RSA), a máquina prova quem é assinando uma asserção
    (private_key_jwt), e nenhum segredo viaja. Sem ela, a resposta traz `client_secret`, esta única
    vez. A máquina não pode mais do que quem a cria: nem escopos, nem empresas.
    """
    nova = await read_json(
        request,
        NovaMaquina,
        'O JSON deve ser {"nome": "ERP", "escopos": ["documentos:ler"]}; empresas, teste e '
        "chave_publica são opcionais.",
    )
    created = await service.create(recursos, sujeito, nova)
    response = private_response(created, 201)
    response.headers["Location"] = f"/v1/maquinas/{created.id}"
    return response


@router.get(
    "/v1/maquinas",
    tags=["maquinas"],
    operation_id="listarMaquinas",
    summary="Listar as máquinas",
    responses={200: json_answer("Máquinas", schema_ref("PaginaDeMaquinas"), "pagina_de_maquinas")},
)
@audited(Acao.MAQUINAS_LISTADAS)
async def listar(
    sujeito: Leitor,
    recursos: Meios,
    cursor: Cursor = None,
    limite: Annotated[int, Query(ge=1, le=1000, description="Quantas por página.")] = 50,
) -> Response:
    """Da mais nova à mais antiga. Quem é limitado a algumas empresas vê as limitadas a elas."""
    return json_response(await service.list_page(recursos, sujeito, cursor, limite))


@router.get(
    "/v1/maquinas/{maquina}",
    tags=["maquinas"],
    operation_id="lerMaquina",
    summary="Ler uma máquina",
    responses={
        200: json_answer("A máquina", schema_ref("Maquina"), "maquina"),
        **problems(NaoEncontrado),
    },
)
@audited(Acao.MAQUINA_LIDA)
async def ler(sujeito: Leitor, recursos: Meios, maquina: Id) -> Response:
    """O que ela pode, e a hora em que pediu um token pela última vez. Nunca o segredo."""
    return json_response(await service.read(recursos, sujeito, maquina))


@router.delete(
    "/v1/maquinas/{maquina}",
    tags=["maquinas"],
    operation_id="removerMaquina",
    summary="Remover uma máquina",
    status_code=204,
    responses={204: {"description": "Removida"}, **problems(NaoEncontrado)},
)
@audits_itself(Acao.MAQUINA_REMOVIDA)
async def remover(sujeito: Escritor, recursos: Meios, maquina: Id) -> Response:
    """Não recebe mais tokens, e em até 5 segundos os que tem são recusados."""
    await service.remove(recursos, sujeito, maquina)
    return Response(status_code=204)


@router.post(
    TOKENS,
    tags=["tokens"],
    operation_id="pedirToken",
    summary="Pedir um token",
    dependencies=[Depends(public)],
    openapi_extra=token_operation(),
    responses={
        200: json_answer("O token", schema_ref("TokenDeAcesso"), "token_de_acesso"),
        400: oauth_error("O pedido não serve", "pedido_oauth_invalido"),
        401: oauth_error("A máquina não provou quem é", "cliente_oauth_invalido"),
        **problems(CorpoGrandeDemais, TipoNaoAceito, MuitasTentativas, Indisponivel),
    },
)
@audits_itself(Acao.MAQUINA_AUTENTICADA, Acao.MAQUINA_RECUSADA)
async def token(request: Request, recursos: Meios) -> Response:
    """Para máquinas: `grant_type=client_credentials` (RFC 6749, 4.4).

    A máquina prova quem é por Basic, por `client_secret` no corpo, ou por `client_assertion`
    (private_key_jwt, RFC 7523): `iss` e `sub` são o client_id, `aud` é este serviço, `exp` fica a
    até 5 minutos, e cada `jti` vale uma vez. `scope` pede menos do que ela pode. O token vale 5
    minutos.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise TipoNaoAceito(f"Mande {FORM}.")
    try:
        pedido = read_request(request.headers, await read_small(request, _MAX_FORM))
        endereco = address_of(request, recursos.settings.trusted_proxies)
        response = json_response(await granting.grant(recursos, pedido, endereco))
    except ErroOAuth as error:
        response = _refused(request, error)
    except ClienteRecusado as error:
        response = _refused(request, ErroOAuth("invalid_client", error.detalhe))
    response.headers["Cache-Control"] = "no-store"
    return response


def _refused(request: Request, error: ErroOAuth) -> Response:
    body = {"error": error.error, "error_description": error.description}
    response = json_response(body, 401 if error.error == "invalid_client" else 400)
    if response.status_code == 401 and "authorization" in request.headers:
        response.headers["WWW-Authenticate"] = 'Basic realm="fiscalxml"'
    return response
