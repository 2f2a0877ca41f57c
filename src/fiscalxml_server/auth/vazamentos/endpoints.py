"""Where a key that was found is told of: by anybody, or by GitHub's secret scanning."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from fiscalxml_server.auth.resources import Meios, Recursos
from fiscalxml_server.auth.throttle import Limites, MuitasTentativas, address_of
from fiscalxml_server.auth.vazamentos import service
from fiscalxml_server.auth.vazamentos.documentation import request_body
from fiscalxml_server.auth.vazamentos.schemas import Alerta, Vazamento
from fiscalxml_server.auth.vazamentos.service import AssinaturaInvalida
from fiscalxml_server.auth.vazamentos.signature import is_signed
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import audits_itself
from fiscalxml_server.kit.http.auth import public
from fiscalxml_server.kit.http.json_body import (
    JSON_PROBLEMS,
    decode_json,
    read_json,
    read_json_bytes,
)
from fiscalxml_server.kit.http.openapi import json_answer, problems, schema_ref

router = APIRouter(tags=["vazamentos"])

_LIMITES: Final = Limites("vazamento", endereco="30/hour", total="2000/hour")
_ASSINADOS: Final = Limites("vazamento_assinado", endereco="600/hour")
_IDENTIFIER: Final = "github-public-key-identifier"
_SIGNATURE: Final = "github-public-key-signature"
MAX_BYTES: Final = 512 * 1024
"""of a report"""
_HINT: Final = 'O JSON deve ser {"chave": "fx_live_…", "onde": "https://…"}; onde é opcional.'
_SIGNED_HINT: Final = 'O JSON assinado deve ser [{"token": "…", "type": "…", "url": "…"}].'


@router.post(
    "/v1/chaves-vazadas",
    operation_id="avisarChaveVazada",
    summary="Avisar que uma chave vazou",
    dependencies=[Depends(public)],
    status_code=204,
    openapi_extra={"requestBody": request_body()},
    responses={
        200: json_answer(
            "A um aviso assinado do GitHub: o que era cada um",
            schema_ref("RetornosAoGitHub"),
            "retornos_ao_github",
        ),
        204: {"description": "Recebido; não se diz se a chave vale"},
        **problems(*JSON_PROBLEMS, AssinaturaInvalida, MuitasTentativas, Indisponivel),
    },
)
@audits_itself(Acao.CHAVE_VAZADA, Acao.CHAVE_REVOGADA)
async def avisar(request: Request, recursos: Meios) -> Response:
    """Para quem achou uma chave de API em um repositório, um site, um log.

    Se ela vale, é revogada na hora e os donos da organização são avisados; ou só avisados, quando a
    organização assim escolheu. A resposta é a mesma para qualquer texto.

    O programa de secret scanning do GitHub avisa aqui também, no formato dele: com os cabeçalhos
    `Github-Public-Key-Identifier` e `Github-Public-Key-Signature`, que se conferem.
    """
    endereco = address_of(request, recursos.settings.trusted_proxies)
    if _IDENTIFIER in request.headers or _SIGNATURE in request.headers:
        await recursos.freio.count(_ASSINADOS, endereco=endereco)
        return json_response(await service.alerted(recursos, await _alerts(request, recursos)))
    await recursos.freio.count(_LIMITES, endereco=endereco)
    await service.reported(recursos, await read_json(request, Vazamento, _HINT))
    return Response(status_code=204)


async def _alerts(request: Request, recursos: Recursos) -> list[Alerta]:
    """What GitHub signed. Raises `AssinaturaInvalida`."""
    keys = recursos.settings.leak_scanner_keys_file
    body = await read_json_bytes(request, _SIGNED_HINT, MAX_BYTES)
    identifier = request.headers.get(_IDENTIFIER, "")
    signature = request.headers.get(_SIGNATURE, "")
    if keys is None or not is_signed(keys, identifier, signature, body):
        raise AssinaturaInvalida("O corpo não está assinado por uma chave conhecida do GitHub.")
    return decode_json(body, list[Alerta], _SIGNED_HINT)
