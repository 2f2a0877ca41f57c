"""/v1/senha: a new one."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.background import BackgroundTask
from starlette.responses import Response

from fiscalxml_server.auth.codigos import CodigoInvalido
from fiscalxml_server.auth.entrada.service import ConfirmacaoRecusada
from fiscalxml_server.auth.origem import Proveniencia
from fiscalxml_server.auth.people import ConfirmacaoNecessaria, PessoaAutenticada
from fiscalxml_server.auth.resources import Meios
from fiscalxml_server.auth.senhas import EntradaOcupada, SenhaRecusada
from fiscalxml_server.auth.throttle import MuitasTentativas
from fiscalxml_server.auth.troca_de_senha import service
from fiscalxml_server.auth.troca_de_senha.schemas import SenhaEsquecida, SenhaNova, TrocaDeSenha
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.http.auditing import audits_itself
from fiscalxml_server.kit.http.auth import public
from fiscalxml_server.kit.http.json_body import JSON_PROBLEMS, read_json
from fiscalxml_server.kit.http.openapi import problems
from fiscalxml_server.kit.http.structs import body_of

router = APIRouter(tags=["senha"])


@router.put(
    "/v1/senha",
    operation_id="trocarSenha",
    summary="Trocar a senha",
    status_code=204,
    openapi_extra=body_of(TrocaDeSenha),
    responses={
        204: {"description": "Trocada"},
        **problems(
            *JSON_PROBLEMS,
            ConfirmacaoNecessaria,
            ConfirmacaoRecusada,
            SenhaRecusada,
            MuitasTentativas,
            EntradaOcupada,
        ),
    },
)
@audits_itself(Acao.SENHA_ALTERADA)
async def trocar(
    request: Request, pessoa: PessoaAutenticada, recursos: Meios, origem: Proveniencia
) -> Response:
    """Pede a senha atual; a quem não tem uma, que tenha confirmado há pouco que é ela.

    As outras sessões são encerradas, e a pessoa é avisada por e-mail.
    """
    body = await read_json(request, TrocaDeSenha, 'Mande {"atual": "…", "nova": "…"}.')
    await service.change(recursos, pessoa, body, origem)
    return Response(status_code=204)


@router.post(
    "/v1/senha/esquecida",
    operation_id="esquecerSenha",
    summary="Pedir uma senha nova por e-mail",
    status_code=202,
    dependencies=[Depends(public)],
    openapi_extra=body_of(SenhaEsquecida),
    responses={
        202: {"description": "Se há uma conta com este e-mail, um código foi enviado"},
        **problems(*JSON_PROBLEMS, MuitasTentativas),
    },
)
@audits_itself(Acao.SENHA_ESQUECIDA)
async def esquecer(request: Request, recursos: Meios, origem: Proveniencia) -> Response:
    """A resposta é sempre a mesma, haja ou não uma conta com o e-mail. O código vale uma hora."""
    body = await read_json(request, SenhaEsquecida, 'Mande {"email": "…"}.')
    await service.count_forgotten(recursos, body.email, origem)
    send = BackgroundTask(service.send_code, recursos, body.email, origem)
    return Response(status_code=202, background=send)


@router.post(
    "/v1/senha/nova",
    operation_id="escolherSenhaNova",
    summary="Escolher a senha nova",
    status_code=204,
    dependencies=[Depends(public)],
    openapi_extra=body_of(SenhaNova),
    responses={
        204: {"description": "Trocada"},
        **problems(*JSON_PROBLEMS, CodigoInvalido, SenhaRecusada, EntradaOcupada),
    },
)
@audits_itself(Acao.SENHA_REDEFINIDA)
async def escolher(request: Request, recursos: Meios, origem: Proveniencia) -> Response:
    """Usa o código do e-mail, uma vez. As sessões são encerradas; o segundo fator continua."""
    body = await read_json(request, SenhaNova, 'Mande {"codigo": "…", "senha": "…"}.')
    await service.reset(recursos, body, origem)
    return Response(status_code=204)
