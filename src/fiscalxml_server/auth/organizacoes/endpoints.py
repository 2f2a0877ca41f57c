"""/v1/organizacao, the caller's own, and /v1/organizacoes, where a person makes another."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from fiscalxml_server.auth.organizacoes import service
from fiscalxml_server.auth.organizacoes.schemas import AlteracaoDeOrganizacao, NomeDeOrganizacao
from fiscalxml_server.auth.organizacoes.service import (
    CadastroFechado,
    NomeNaoConfere,
    OrganizacoesDemais,
    SegundoFatorAusente,
)
from fiscalxml_server.auth.people import (
    ConfirmacaoNecessaria,
    PessoaAutenticada,
    PessoaConfirmada,
)
from fiscalxml_server.auth.resources import Meios
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import audited, audits_itself
from fiscalxml_server.kit.http.auth import requires
from fiscalxml_server.kit.http.json_body import JSON_PROBLEMS, read_json
from fiscalxml_server.kit.http.openapi import json_answer, problems, schema_ref
from fiscalxml_server.kit.http.structs import body_of
from fiscalxml_server.kit.rbac import Escopo

router = APIRouter(tags=["organizacao"])

_NAME: Final = 'O JSON deve ser {"nome": "…"}.'
_CHANGE: Final = 'O JSON deve ser {"nome": "…", "exige_segundo_fator": true}, ou um dos dois.'
_ANSWER: Final = json_answer("A organização", schema_ref("Organizacao"))


@router.post(
    "/v1/organizacoes",
    operation_id="abrirOrganizacao",
    summary="Abrir outra organização",
    status_code=201,
    openapi_extra=body_of(NomeDeOrganizacao),
    responses={
        201: _ANSWER,
        **problems(*JSON_PROBLEMS, CadastroFechado, OrganizacoesDemais),
    },
)
@audits_itself(Acao.ORGANIZACAO_CRIADA)
async def abrir(request: Request, pessoa: PessoaAutenticada, recursos: Meios) -> Response:
    """Abre mais uma organização, de que a pessoa é dona. Escolha-a na sessão para usá-la."""
    pedido = await read_json(request, NomeDeOrganizacao, _NAME)
    return json_response(await service.found_another(recursos, pessoa.id, pedido.nome), 201)


@router.get(
    "/v1/organizacao",
    operation_id="lerOrganizacao",
    summary="Ler a organização",
    responses={200: _ANSWER},
)
@audited(Acao.ORGANIZACAO_LIDA)
async def ler(
    sujeito: Annotated[Sujeito, Depends(requires(Escopo.ORGANIZACAO_LER))], recursos: Meios
) -> Response:
    """A organização da credencial."""
    return json_response(await service.read(recursos, sujeito))


@router.patch(
    "/v1/organizacao",
    operation_id="alterarOrganizacao",
    summary="Mudar o nome da organização, ou exigir um segundo fator",
    openapi_extra=body_of(AlteracaoDeOrganizacao),
    responses={
        200: _ANSWER,
        **problems(*JSON_PROBLEMS, ConfirmacaoNecessaria, SegundoFatorAusente),
    },
)
@audits_itself(Acao.ORGANIZACAO_ALTERADA)
async def alterar(
    request: Request,
    sujeito: Annotated[Sujeito, Depends(requires(Escopo.ORGANIZACAO_ESCREVER))],
    pessoa: PessoaAutenticada,
    recursos: Meios,
) -> Response:
    """Muda o nome, ou se a organização exige um segundo fator das pessoas.

    Quando exige, uma sessão em que não se mostrou um não abre nada dela (403), já nos tokens que
    existem, até que a pessoa ligue um, ou confirme com ele. Chaves de API e máquinas continuam.
    Quem o exige tem o seu; exigir e dispensar pedem que se confirme quem é.
    """
    alteracao = await read_json(request, AlteracaoDeOrganizacao, _CHANGE)
    return json_response(await service.change(recursos, sujeito, pessoa, alteracao))


@router.post(
    "/v1/organizacao/encerramento",
    operation_id="encerrarOrganizacao",
    summary="Encerrar a organização",
    status_code=204,
    openapi_extra=body_of(NomeDeOrganizacao),
    responses={
        204: {"description": "Encerrada"},
        **problems(*JSON_PROBLEMS, ConfirmacaoNecessaria, NomeNaoConfere),
    },
)
@audits_itself(Acao.ORGANIZACAO_ENCERRADA)
async def encerrar(
    request: Request,
    sujeito: Annotated[Sujeito, Depends(requires(Escopo.ORGANIZACAO_ENCERRAR))],
    _: PessoaConfirmada,
    recursos: Meios,
) -> Response:
    """Encerra a organização: ninguém mais entra, e tokens, chaves e convites dela não valem mais.

    O nome dela vai no corpo, para que não seja por engano. Os documentos fiscais ficam guardados
    pelo prazo legal. Só um dono encerra, que tenha confirmado há pouco que é ele, e não há volta.
    """
    pedido = await read_json(request, NomeDeOrganizacao, _NAME)
    await service.close(recursos, sujeito, pedido.nome)
    return Response(status_code=204)
