"""/v1/fatores: a person's own second factors."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from fiscalxml_server.auth.desafios.service import DesafioInvalido
from fiscalxml_server.auth.fatores import service
from fiscalxml_server.auth.fatores.proving import CodigoErrado, PasskeyRecusada
from fiscalxml_server.auth.fatores.schemas import NomeDePasskey, PedidoDeCodigo, PedidoDePasskey
from fiscalxml_server.auth.fatores.service import FatorExistente
from fiscalxml_server.auth.people import (
    ConfirmacaoNecessaria,
    PessoaAutenticada,
    PessoaConfirmada,
)
from fiscalxml_server.auth.resources import Meios
from fiscalxml_server.auth.throttle import MuitasTentativas
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import audits_itself, not_audited
from fiscalxml_server.kit.http.json_body import JSON_PROBLEMS, read_json
from fiscalxml_server.kit.http.openapi import json_answer, problems, schema_ref
from fiscalxml_server.kit.http.structs import body_of

router = APIRouter(tags=["fatores"])

Escolhida = Annotated[UUID, Path(description="O id da passkey.")]
_CODES = json_answer("Códigos de recuperação", schema_ref("CodigosDeRecuperacao"))


@router.get(
    "/v1/fatores",
    operation_id="verFatores",
    summary="Ver os seus segundos fatores",
    responses={200: json_answer("Os fatores", schema_ref("Fatores"))},
)
@not_audited("só diz à pessoa o que é dela")
async def ver(pessoa: PessoaAutenticada, recursos: Meios) -> Response:
    """O que você tem além da senha. Nada aqui é segredo."""
    return json_response(await service.show(recursos, pessoa))


@router.post(
    "/v1/fatores/totp",
    operation_id="proporTotp",
    summary="Começar a ligar um aplicativo de códigos",
    responses={
        200: json_answer("O segredo", schema_ref("TotpProposto")),
        **problems(ConfirmacaoNecessaria, FatorExistente),
    },
)
@not_audited("nada muda até a confirmação")
async def propor_totp(pessoa: PessoaConfirmada, recursos: Meios) -> Response:
    """Dá o segredo para o aplicativo. Nada muda até que se confirme com um código dele."""
    return json_response(await service.propose_totp(recursos, pessoa))


@router.post(
    "/v1/fatores/totp/confirmacao",
    operation_id="confirmarTotp",
    summary="Ligar o aplicativo de códigos",
    openapi_extra=body_of(PedidoDeCodigo),
    responses={
        200: _CODES,
        **problems(
            *JSON_PROBLEMS, ConfirmacaoNecessaria, CodigoErrado, FatorExistente, MuitasTentativas
        ),
    },
)
@audits_itself(Acao.TOTP_ATIVADO)
async def confirmar_totp(request: Request, pessoa: PessoaConfirmada, recursos: Meios) -> Response:
    """O código passa a ser pedido depois da senha. Dá códigos de recuperação a quem não os tem."""
    body = await read_json(request, PedidoDeCodigo, 'Mande {"codigo": "123456"}.')
    return json_response(await service.confirm_totp(recursos, pessoa, body.codigo))


@router.delete(
    "/v1/fatores/totp",
    operation_id="removerTotp",
    summary="Remover o aplicativo de códigos",
    status_code=204,
    responses={
        204: {"description": "Removido"},
        **problems(ConfirmacaoNecessaria, NaoEncontrado),
    },
)
@audits_itself(Acao.TOTP_REMOVIDO)
async def remover_totp(pessoa: PessoaConfirmada, recursos: Meios) -> Response:
    """Sem outro segundo fator, os códigos de recuperação também deixam de valer."""
    await service.remove_totp(recursos, pessoa)
    return Response(status_code=204)


@router.post(
    "/v1/fatores/recuperacao",
    operation_id="refazerCodigosDeRecuperacao",
    summary="Refazer os códigos de recuperação",
    responses={200: _CODES, **problems(ConfirmacaoNecessaria, NaoEncontrado)},
)
@audits_itself(Acao.CODIGOS_DE_RECUPERACAO_CRIADOS)
async def refazer_codigos(pessoa: PessoaConfirmada, recursos: Meios) -> Response:
    """Dá dez códigos novos; os anteriores não valem mais."""
    return json_response(await service.new_codes(recursos, pessoa))


@router.post(
    "/v1/fatores/passkeys/opcoes",
    operation_id="proporPasskey",
    summary="Começar a criar uma passkey",
    responses={
        200: json_answer("O que pedir ao navegador", schema_ref("OpcoesDePasskey")),
        **problems(ConfirmacaoNecessaria),
    },
)
@not_audited("nada muda até a confirmação")
async def propor_passkey(pessoa: PessoaConfirmada, recursos: Meios) -> Response:
    """O que a página dá a `navigator.credentials.create()`."""
    return json_response(await service.passkey_options(recursos, pessoa))


@router.post(
    "/v1/fatores/passkeys",
    operation_id="criarPasskey",
    summary="Criar uma passkey",
    status_code=201,
    openapi_extra=body_of(PedidoDePasskey),
    responses={
        201: json_answer("A passkey", schema_ref("PasskeyCriada")),
        **problems(
            *JSON_PROBLEMS, ConfirmacaoNecessaria, DesafioInvalido, PasskeyRecusada, FatorExistente
        ),
    },
)
@audits_itself(Acao.PASSKEY_CRIADA)
async def criar_passkey(request: Request, pessoa: PessoaConfirmada, recursos: Meios) -> Response:
    """Guarda a passkey que o navegador criou: com ela se entra sem senha."""
    body = await read_json(
        request, PedidoDePasskey, 'Mande {"desafio": "…", "credencial": {…}, "nome": "…"}.'
    )
    return json_response(await service.add_passkey(recursos, pessoa, body), 201)


@router.patch(
    "/v1/fatores/passkeys/{passkey}",
    operation_id="renomearPasskey",
    summary="Dar outro nome a uma passkey",
    status_code=204,
    openapi_extra=body_of(NomeDePasskey),
    responses={204: {"description": "Renomeada"}, **problems(*JSON_PROBLEMS, NaoEncontrado)},
)
@audits_itself(Acao.PASSKEY_RENOMEADA)
async def renomear_passkey(
    request: Request, pessoa: PessoaAutenticada, recursos: Meios, passkey: Escolhida
) -> Response:
    """O nome é só para a própria pessoa."""
    body = await read_json(request, NomeDePasskey, 'Mande {"nome": "…"}.')
    await service.rename_passkey(recursos, pessoa, passkey, body.nome)
    return Response(status_code=204)


@router.delete(
    "/v1/fatores/passkeys/{passkey}",
    operation_id="removerPasskey",
    summary="Remover uma passkey",
    status_code=204,
    responses={
        204: {"description": "Removida"},
        **problems(ConfirmacaoNecessaria, NaoEncontrado),
    },
)
@audits_itself(Acao.PASSKEY_REMOVIDA)
async def remover_passkey(
    pessoa: PessoaConfirmada, recursos: Meios, passkey: Escolhida
) -> Response:
    """Não se entra mais com ela. Sessões abertas continuam: encerre-as em DELETE /v1/sessoes."""
    await service.remove_passkey(recursos, pessoa, passkey)
    return Response(status_code=204)
