"""One's own account: all that is held of it, and its erasure."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from fiscalxml_server.auth.membros.service import UltimoDono
from fiscalxml_server.auth.people import ConfirmacaoNecessaria, PessoaAutenticada, PessoaConfirmada
from fiscalxml_server.auth.privacidade import account
from fiscalxml_server.auth.resources import Meios
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.http.answers import private_response
from fiscalxml_server.kit.http.auditing import audits_itself
from fiscalxml_server.kit.http.openapi import json_answer, problems

router = APIRouter(tags=["privacidade"])


@router.get(
    "/v1/conta/dados",
    operation_id="exportarConta",
    summary="Levar os dados da própria conta",
    responses={200: json_answer("Os dados, por tabela", {"type": "object"})},
)
@audits_itself(Acao.CONTA_EXPORTADA)
async def exportar(pessoa: PessoaAutenticada, recursos: Meios) -> Response:
    """Tudo o que se guarda da conta, com a finalidade, a base legal e o prazo de cada tabela. Só
    segredos ficam de fora."""
    response = private_response(await account.export(recursos, pessoa))
    response.headers["Content-Disposition"] = 'attachment; filename="conta.json"'
    return response


@router.delete(
    "/v1/conta",
    operation_id="apagarConta",
    summary="Apagar a própria conta",
    status_code=204,
    responses={204: {"description": "Apagada"}, **problems(UltimoDono, ConfirmacaoNecessaria)},
)
@audits_itself(Acao.CONTA_APAGADA, Acao.MEMBRO_REMOVIDO)
async def apagar(pessoa: PessoaConfirmada, recursos: Meios) -> Response:
    """Nome, e-mail, senha e tudo o mais da conta são apagados, e quem a tinha deixa de ser membro
    das organizações. Na auditoria delas fica um id, que não leva a ninguém."""
    await account.erase(recursos, pessoa)
    return Response(status_code=204)
