"""Sign-up, and what is a person's own: /v1/cadastro, /v1/conta."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from fiscalxml_server.auth.codigos import CodigoInvalido
from fiscalxml_server.auth.membros import service as membros
from fiscalxml_server.auth.membros.service import UltimoDono
from fiscalxml_server.auth.organizacoes.service import CadastroFechado
from fiscalxml_server.auth.people import PessoaAutenticada
from fiscalxml_server.auth.pessoas import service
from fiscalxml_server.auth.pessoas.schemas import (
    AlteracaoDaConta,
    ConfirmacaoDeCadastro,
    PedidoDeCadastro,
)
from fiscalxml_server.auth.resources import Meios
from fiscalxml_server.auth.senhas import EntradaOcupada, SenhaRecusada
from fiscalxml_server.auth.throttle import MuitasTentativas, address_of
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import audits_itself, not_audited
from fiscalxml_server.kit.http.auth import public
from fiscalxml_server.kit.http.json_body import JSON_PROBLEMS, read_json
from fiscalxml_server.kit.http.openapi import json_answer, problems, schema_ref
from fiscalxml_server.kit.http.structs import body_of

router = APIRouter(tags=["conta"])

_SIGN_UP: Final = (
    'O JSON deve ser {"nome": "…", "email": "…", "senha": "…", "organizacao": "…"}, tudo texto.'
)
_CONFIRM: Final = 'O JSON deve ser {"codigo": "…", "senha": "…"}, com o código do e-mail.'
_RENAME: Final = 'O JSON deve ser {"nome": "…"}.'


@router.post(
    "/v1/cadastro",
    operation_id="cadastrarPessoa",
    summary="Cadastrar-se",
    status_code=202,
    dependencies=[Depends(public)],
    openapi_extra=body_of(PedidoDeCadastro),
    responses={
        202: {"description": "Um e-mail foi mandado"},
        **problems(
            *JSON_PROBLEMS, CadastroFechado, MuitasTentativas, SenhaRecusada, EntradaOcupada
        ),
    },
)
@audits_itself(Acao.CADASTRO_PEDIDO)
async def cadastrar(request: Request, recursos: Meios) -> Response:
    """Começa o cadastro de uma pessoa e da organização dela.

    A resposta é a mesma se o e-mail já tem conta ou não: o e-mail mandado diz. Nada existe até a
    confirmação, em até 24 horas.
    """
    pedido = await read_json(request, PedidoDeCadastro, _SIGN_UP)
    await service.sign_up(recursos, pedido, address_of(request, recursos.settings.trusted_proxies))
    return Response(status_code=202)


@router.post(
    "/v1/cadastro/confirmacao",
    operation_id="confirmarCadastro",
    summary="Confirmar o cadastro",
    status_code=201,
    dependencies=[Depends(public)],
    openapi_extra=body_of(ConfirmacaoDeCadastro),
    responses={
        201: json_answer("A pessoa e a organização existem", schema_ref("Cadastrada")),
        **problems(*JSON_PROBLEMS, CodigoInvalido, MuitasTentativas, EntradaOcupada),
    },
)
@audits_itself(Acao.PESSOA_CADASTRADA, Acao.ORGANIZACAO_CRIADA)
async def confirmar(request: Request, recursos: Meios) -> Response:
    """Confirma o e-mail e abre a conta e a organização, de que a pessoa é dona.

    A senha é a do cadastro: quem só recebeu o e-mail não confirma o que outro pediu. Depois, entre
    com ela.
    """
    confirmacao = await read_json(request, ConfirmacaoDeCadastro, _CONFIRM)
    endereco = address_of(request, recursos.settings.trusted_proxies)
    return json_response(await service.confirm(recursos, confirmacao, endereco), 201)


@router.get(
    "/v1/conta",
    operation_id="lerConta",
    summary="Ler a própria conta",
    responses={200: json_answer("A conta", schema_ref("Conta"))},
)
@not_audited("só diz à pessoa o que é dela")
async def ler(pessoa: PessoaAutenticada, recursos: Meios) -> Response:
    """Quem é a pessoa, de que organizações participa e com que papel."""
    return json_response(await service.account(recursos, pessoa.id))


@router.patch(
    "/v1/conta",
    operation_id="alterarConta",
    summary="Alterar a própria conta",
    openapi_extra=body_of(AlteracaoDaConta),
    responses={
        200: json_answer("A conta", schema_ref("Conta")),
        **problems(*JSON_PROBLEMS),
    },
)
@audits_itself(Acao.CONTA_ALTERADA)
async def alterar(request: Request, pessoa: PessoaAutenticada, recursos: Meios) -> Response:
    """Muda o nome da pessoa."""
    alteracao = await read_json(request, AlteracaoDaConta, _RENAME)
    return json_response(await service.rename(recursos, pessoa.id, alteracao.nome))


@router.delete(
    "/v1/conta/organizacoes/{organizacao}",
    operation_id="sairDaOrganizacao",
    summary="Sair de uma organização",
    status_code=204,
    responses={204: {"description": "Saiu"}, **problems(NaoEncontrado, UltimoDono)},
)
@audits_itself(Acao.MEMBRO_REMOVIDO)
async def sair(
    pessoa: PessoaAutenticada,
    recursos: Meios,
    organizacao: Annotated[UUID, Path(description="O id da organização.")],
) -> Response:
    """A pessoa deixa de participar da organização, e os tokens dela nela deixam de valer."""
    await membros.leave(recursos, pessoa.id, organizacao)
    return Response(status_code=204)
