"""API keys: /v1/chaves-api, one of them, its rotation; what is done with one that leaked."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from fiscalxml_server.auth.chaves import service
from fiscalxml_server.auth.chaves.schemas import (
    NovaChaveDeApi,
    NovoNomeDeChave,
    PoliticaDeChaves,
    RotacaoDeChave,
)
from fiscalxml_server.auth.chaves.service import ChaveEncerrada, ChavesDemais
from fiscalxml_server.auth.people import ConfirmacaoNecessaria, PessoaConfirmada
from fiscalxml_server.auth.resources import Meios
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import json_response, private_response
from fiscalxml_server.kit.http.auditing import audited, audits_itself
from fiscalxml_server.kit.http.auth import requires
from fiscalxml_server.kit.http.json_body import JSON_PROBLEMS, read_json
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

router = APIRouter(tags=["chaves"])

Leitor = Annotated[Sujeito, Depends(requires(Escopo.CHAVES_LER))]
Escritor = Annotated[Sujeito, Depends(requires(Escopo.CHAVES_ESCREVER))]
Id = Annotated[UUID, Path(description="O id da chave.")]
_ONE = json_answer("A chave", schema_ref("ChaveDeApi"), "chave_de_api")
_WITH_TEXT = json_answer(
    "A chave, com o texto, que não se mostra de novo",
    schema_ref("ChaveDeApiCriada"),
    "chave_de_api_criada",
)
_POLICY = json_answer("A política", schema_ref("PoliticaDeChaves"), "politica_de_chaves")


@router.post(
    "/v1/chaves-api",
    operation_id="criarChaveDeApi",
    summary="Criar uma chave de API",
    status_code=201,
    openapi_extra=body_of(NovaChaveDeApi),
    responses={
        201: with_headers(_WITH_TEXT, LOCATION),
        **problems(*JSON_PROBLEMS, ConfirmacaoNecessaria, ChavesDemais),
    },
)
@audits_itself(Acao.CHAVE_CRIADA)
async def criar(
    request: Request, sujeito: Escritor, _: PessoaConfirmada, recursos: Meios
) -> Response:
    """A resposta traz o texto da chave, esta única vez: ele não fica guardado.

    A chave não pode mais do que quem a cria: nem escopos, nem empresas. Uma chave de teste
    (`fx_test_`) trabalha em um ambiente separado: os documentos dela não aparecem para as outras,
    nem os das outras para ela.
    """
    nova = await read_json(
        request,
        NovaChaveDeApi,
        'O JSON deve ser {"nome": "ERP", "escopos": ["documentos:ler"]}; empresas, validade_dias '
        "(de 1 a 730; 365) e teste são opcionais.",
    )
    created = await service.create(recursos, sujeito, nova)
    response = private_response(created, 201)
    response.headers["Location"] = f"/v1/chaves-api/{created.id}"
    return response


@router.get(
    "/v1/chaves-api",
    operation_id="listarChavesDeApi",
    summary="Listar as chaves de API",
    responses={
        200: json_answer("Chaves", schema_ref("PaginaDeChavesDeApi"), "pagina_de_chaves_de_api")
    },
)
@audited(Acao.CHAVES_LISTADAS)
async def listar(
    sujeito: Leitor,
    recursos: Meios,
    cursor: Cursor = None,
    limite: Annotated[int, Query(ge=1, le=1000, description="Quantas por página.")] = 50,
) -> Response:
    """Da mais nova à mais antiga, também as que já não valem.

    Quem é limitado a algumas empresas vê as chaves limitadas a elas.
    """
    return json_response(await service.list_page(recursos, sujeito, cursor, limite))


@router.get(
    "/v1/chaves-api/{chave}",
    operation_id="lerChaveDeApi",
    summary="Ler uma chave de API",
    responses={200: _ONE, **problems(NaoEncontrado)},
)
@audited(Acao.CHAVE_LIDA)
async def ler(sujeito: Leitor, recursos: Meios, chave: Id) -> Response:
    """O que ela pode, até quando, e a hora em que foi usada pela última vez. Nunca o texto."""
    return json_response(await service.read(recursos, sujeito, chave))


@router.patch(
    "/v1/chaves-api/{chave}",
    operation_id="renomearChaveDeApi",
    summary="Renomear uma chave de API",
    openapi_extra=body_of(NovoNomeDeChave),
    responses={200: _ONE, **problems(*JSON_PROBLEMS, NaoEncontrado)},
)
@audits_itself(Acao.CHAVE_RENOMEADA)
async def renomear(request: Request, sujeito: Escritor, recursos: Meios, chave: Id) -> Response:
    """O que a chave pode não muda: para outros escopos ou empresas, crie outra."""
    novo = await read_json(request, NovoNomeDeChave, 'O JSON deve ser {"nome": "ERP"}.')
    return json_response(await service.rename(recursos, sujeito, chave, novo.nome))


@router.delete(
    "/v1/chaves-api/{chave}",
    operation_id="revogarChaveDeApi",
    summary="Revogar uma chave de API",
    status_code=204,
    responses={204: {"description": "Revogada"}, **problems(NaoEncontrado)},
)
@audits_itself(Acao.CHAVE_REVOGADA)
async def revogar(sujeito: Escritor, recursos: Meios, chave: Id) -> Response:
    """Em até 5 segundos, todo pedido feito com ela é recusado. Não há como voltar atrás."""
    await service.revoke(recursos, sujeito, chave)
    return Response(status_code=204)


@router.post(
    "/v1/chaves-api/{chave}/rotacao",
    operation_id="rotacionarChaveDeApi",
    summary="Trocar o texto de uma chave de API",
    openapi_extra=body_of(RotacaoDeChave),
    responses={
        200: _WITH_TEXT,
        **problems(*JSON_PROBLEMS, ConfirmacaoNecessaria, NaoEncontrado, ChaveEncerrada),
    },
)
@audits_itself(Acao.CHAVE_ROTACIONADA)
async def rotacionar(
    request: Request, sujeito: Escritor, _: PessoaConfirmada, recursos: Meios, chave: Id
) -> Response:
    """A chave ganha outro texto, e tudo o mais dela continua: id, nome, escopos, empresas.

    O texto atual vale por mais `horas` (24; até 168), para a troca nos seus sistemas; com 0, deixa
    de valer em até 5 segundos. Só o atual: um anterior a ele, que ainda valesse, deixa de valer.
    `segredos`, na leitura da chave, diz se o anterior ainda é usado.
    """
    rotacao = await read_json(
        request, RotacaoDeChave, 'O JSON deve ser {}, ou {"horas": 24, "validade_dias": 365}.'
    )
    return private_response(await service.rotate(recursos, sujeito, chave, rotacao))


@router.get(
    "/v1/politica-de-chaves",
    operation_id="lerPoliticaDeChaves",
    summary="Ler o que se faz com uma chave que vazou",
    responses={200: _POLICY},
)
@audited(Acao.CHAVES_POLITICA_LIDA)
async def ler_politica(sujeito: Leitor, recursos: Meios) -> Response:
    """Enquanto a organização não diz outra coisa, uma chave que vazou é revogada."""
    return json_response(await service.policy(recursos, sujeito))


@router.put(
    "/v1/politica-de-chaves",
    operation_id="escreverPoliticaDeChaves",
    summary="Dizer o que se faz com uma chave que vazou",
    openapi_extra=body_of(PoliticaDeChaves),
    responses={200: _POLICY, **problems(*JSON_PROBLEMS)},
)
@audits_itself(Acao.POLITICA_DE_CHAVES_ALTERADA)
async def escrever_politica(request: Request, sujeito: Escritor, recursos: Meios) -> Response:
    """`revogar`: na hora, e os donos são avisados. `avisar`: os donos são avisados, e só."""
    politica = await read_json(
        request,
        PoliticaDeChaves,
        'O JSON deve ser {"ao_vazar": "revogar"} ou {"ao_vazar": "avisar"}.',
    )
    await service.write_policy(recursos, sujeito, politica)
    return json_response(politica)
