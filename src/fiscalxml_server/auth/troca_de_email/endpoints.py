"""/v1/conta/email: another one, its confirmation, and the way back."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from fiscalxml_server.auth.codigos import CodigoInvalido
from fiscalxml_server.auth.origem import Proveniencia
from fiscalxml_server.auth.people import ConfirmacaoNecessaria, PessoaConfirmada
from fiscalxml_server.auth.resources import Meios
from fiscalxml_server.auth.senhas import EntradaOcupada
from fiscalxml_server.auth.throttle import MuitasTentativas
from fiscalxml_server.auth.troca_de_email import service
from fiscalxml_server.auth.troca_de_email.schemas import (
    ConfirmacaoDeEmail,
    EmailNovo,
    VoltaAoEmailAnterior,
)
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.http.auditing import audits_itself
from fiscalxml_server.kit.http.auth import public
from fiscalxml_server.kit.http.json_body import JSON_PROBLEMS, read_json
from fiscalxml_server.kit.http.openapi import problems
from fiscalxml_server.kit.http.structs import body_of

router = APIRouter(tags=["conta"])


@router.post(
    "/v1/conta/email",
    operation_id="pedirEmailNovo",
    summary="Pedir outro e-mail para a conta",
    status_code=202,
    openapi_extra=body_of(EmailNovo),
    responses={
        202: {"description": "Os dois endereços receberam um e-mail"},
        **problems(*JSON_PROBLEMS, ConfirmacaoNecessaria, MuitasTentativas),
    },
)
@audits_itself(Acao.CONTA_EMAIL_PEDIDO)
async def pedir(
    request: Request, pessoa: PessoaConfirmada, recursos: Meios, origem: Proveniencia
) -> Response:
    """Manda um código ao endereço novo e um aviso ao de agora, com que se desfaz em até 7 dias.

    A resposta é a mesma se o endereço novo já tem conta ou não: o e-mail mandado a ele diz. Nada
    muda até a confirmação, em até 24 horas; só o último pedido se confirma.
    """
    body = await read_json(request, EmailNovo, 'O JSON deve ser {"email": "…"}.')
    await service.ask(recursos, pessoa, body.email, origem)
    return Response(status_code=202)


@router.post(
    "/v1/conta/email/confirmacao",
    operation_id="confirmarEmailNovo",
    summary="Confirmar o e-mail novo",
    status_code=204,
    dependencies=[Depends(public)],
    openapi_extra=body_of(ConfirmacaoDeEmail),
    responses={
        204: {"description": "O e-mail da conta é outro"},
        **problems(*JSON_PROBLEMS, CodigoInvalido, MuitasTentativas, EntradaOcupada),
    },
)
@audits_itself(Acao.CONTA_EMAIL_TROCADO)
async def confirmar(request: Request, recursos: Meios, origem: Proveniencia) -> Response:
    """Usa o código que o endereço novo recebeu, uma vez, com a senha da conta.

    As sessões da pessoa terminam, menos a que pediu.
    """
    hint = 'O JSON deve ser {"codigo": "…", "senha": "…"}, com o código do e-mail.'
    await service.confirm(recursos, await read_json(request, ConfirmacaoDeEmail, hint), origem)
    return Response(status_code=204)


@router.post(
    "/v1/conta/email/anterior",
    operation_id="voltarAoEmailAnterior",
    summary="Voltar ao e-mail anterior",
    status_code=204,
    dependencies=[Depends(public)],
    openapi_extra=body_of(VoltaAoEmailAnterior),
    responses={
        204: {"description": "O e-mail da conta é o de antes"},
        **problems(*JSON_PROBLEMS, CodigoInvalido, MuitasTentativas),
    },
)
@audits_itself(Acao.CONTA_EMAIL_DESFEITO)
async def voltar(request: Request, recursos: Meios, origem: Proveniencia) -> Response:
    """Usa o código que o endereço anterior recebeu, uma vez: a troca se desfaz, e as seguintes.

    Vale antes e depois da confirmação. As sessões terminam e a senha deixa de valer: escolha outra
    em POST /v1/senha/esquecida. O segundo fator continua.
    """
    hint = 'O JSON deve ser {"codigo": "…"}, com o código do e-mail.'
    body = await read_json(request, VoltaAoEmailAnterior, hint)
    await service.undo(recursos, body.codigo, origem)
    return Response(status_code=204)
