"""/v1/sessoes: signing in, by password and second factor or by passkey; proving again."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from fiscalxml_server.auth.desafios.service import DesafioInvalido
from fiscalxml_server.auth.entrada import service
from fiscalxml_server.auth.entrada.schemas import (
    Confirmacao,
    EntradaPorSenha,
    RespostaDoSegundoFator,
    SegundoFator,
)
from fiscalxml_server.auth.entrada.service import ConfirmacaoRecusada, CredenciaisErradas
from fiscalxml_server.auth.fatores.proving import (
    CodigoErrado,
    PasskeyRecusada,
    passkey_options,
)
from fiscalxml_server.auth.fatores.schemas import RespostaDePasskey
from fiscalxml_server.auth.origem import Proveniencia
from fiscalxml_server.auth.people import PessoaAutenticada
from fiscalxml_server.auth.resources import Meios
from fiscalxml_server.auth.senhas import EntradaOcupada
from fiscalxml_server.auth.sessoes.documentation import CREDENCIAIS
from fiscalxml_server.auth.sessoes.renewal import RenovacaoInvalida
from fiscalxml_server.auth.throttle import MuitasTentativas
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import audits_itself, not_audited
from fiscalxml_server.kit.http.auth import public
from fiscalxml_server.kit.http.json_body import JSON_PROBLEMS, read_json
from fiscalxml_server.kit.http.openapi import json_answer, problems, schema_ref
from fiscalxml_server.kit.http.structs import body_of

router = APIRouter(tags=["entrada"])


@router.post(
    "/v1/sessoes",
    operation_id="abrirSessao",
    summary="Entrar com e-mail e senha",
    dependencies=[Depends(public)],
    openapi_extra=body_of(EntradaPorSenha),
    responses={
        200: json_answer("Falta o segundo fator", schema_ref("SegundoFator")),
        201: CREDENCIAIS,
        **problems(*JSON_PROBLEMS, CredenciaisErradas, MuitasTentativas, EntradaOcupada),
    },
)
@audits_itself(Acao.SESSAO_ABERTA, Acao.SESSAO_NA_ORGANIZACAO, Acao.ENTRADA_RECUSADA)
async def entrar(request: Request, recursos: Meios, origem: Proveniencia) -> Response:
    """Dá os tokens de uma sessão nova; a quem tem um segundo fator, um desafio.

    Quem não se conhece tem a mesma resposta de quem erra a senha. Depois de 10 erros em 5 minutos,
    da conta ou do endereço, espera-se (429): nada fica bloqueado.
    """
    body = await read_json(request, EntradaPorSenha, 'Mande {"email": "…", "senha": "…"}.')
    answer = await service.sign_in(recursos, body, origem)
    return json_response(answer, 200 if isinstance(answer, SegundoFator) else 201)


@router.post(
    "/v1/sessoes/segundo-fator",
    operation_id="entrarComSegundoFator",
    summary="Apresentar o segundo fator",
    status_code=201,
    dependencies=[Depends(public)],
    openapi_extra=body_of(RespostaDoSegundoFator),
    responses={
        201: CREDENCIAIS,
        **problems(*JSON_PROBLEMS, DesafioInvalido, CodigoErrado, MuitasTentativas),
    },
)
@audits_itself(
    Acao.SESSAO_ABERTA,
    Acao.SESSAO_NA_ORGANIZACAO,
    Acao.CODIGO_DE_RECUPERACAO_USADO,
    Acao.ENTRADA_RECUSADA,
)
async def segundo_fator(request: Request, recursos: Meios, origem: Proveniencia) -> Response:
    """Dá os tokens a quem, depois da senha, apresenta um código do aplicativo ou de recuperação."""
    body = await read_json(
        request,
        RespostaDoSegundoFator,
        'Mande {"desafio": "…", "fator": "totp" ou "recuperacao", "codigo": "…"}.',
    )
    return json_response(await service.second_factor(recursos, body, origem), 201)


@router.post(
    "/v1/sessoes/passkey/opcoes",
    operation_id="pedirPasskey",
    summary="Pedir uma passkey ao navegador",
    dependencies=[Depends(public)],
    responses={200: json_answer("O que pedir ao navegador", schema_ref("OpcoesDePasskey"))},
)
@not_audited("só dá um desafio, que nada abre")
async def opcoes_de_passkey(recursos: Meios) -> Response:
    """O que a página dá a `navigator.credentials.get()`, para entrar ou para confirmar."""
    return json_response(passkey_options(recursos))


@router.post(
    "/v1/sessoes/passkey",
    operation_id="entrarComPasskey",
    summary="Entrar com uma passkey",
    status_code=201,
    dependencies=[Depends(public)],
    openapi_extra=body_of(RespostaDePasskey),
    responses={
        201: CREDENCIAIS,
        **problems(*JSON_PROBLEMS, DesafioInvalido, PasskeyRecusada, MuitasTentativas),
    },
)
@audits_itself(Acao.SESSAO_ABERTA, Acao.SESSAO_NA_ORGANIZACAO, Acao.PASSKEY_RECUSADA)
async def entrar_com_passkey(request: Request, recursos: Meios, origem: Proveniencia) -> Response:
    """Dá os tokens sem pedir senha nem e-mail: a passkey diz quem é e vale por dois fatores."""
    body = await read_json(request, RespostaDePasskey, 'Mande {"desafio": "…", "credencial": {…}}.')
    return json_response(await service.sign_in_by_passkey(recursos, body, origem), 201)


@router.post(
    "/v1/sessoes/confirmacao",
    operation_id="confirmarSessao",
    summary="Confirmar que é você",
    openapi_extra=body_of(Confirmacao),
    responses={
        200: CREDENCIAIS,
        **problems(
            *JSON_PROBLEMS,
            RenovacaoInvalida,
            ConfirmacaoRecusada,
            DesafioInvalido,
            MuitasTentativas,
            EntradaOcupada,
        ),
    },
)
@audits_itself(Acao.SESSAO_CONFIRMADA)
async def confirmar(
    request: Request, pessoa: PessoaAutenticada, recursos: Meios, origem: Proveniencia
) -> Response:
    """Confirma que é a própria pessoa, para o que é delicado: segundos fatores, chaves, e-mail.

    Manda-se a senha, com o código do aplicativo de quem tem um; ou uma passkey. O token que vem
    vale por 10 minutos para o que pede confirmação. O de renovação também é outro: guarde-o, que o
    anterior deixa de valer.
    """
    body = await read_json(
        request, Confirmacao, 'Mande {"senha": "…", "codigo": "…"} ou {"passkey": {…}}.'
    )
    return json_response(await service.confirm(recursos, pessoa, body, origem))
