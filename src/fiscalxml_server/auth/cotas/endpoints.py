"""GET /v1/cotas; GET and PUT /v1/chaves-api/{chave}/cota."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from fiscalxml_server.auth.cotas import service
from fiscalxml_server.auth.cotas.schemas import NovaCota
from fiscalxml_server.auth.resources import Meios
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import audited, audits_itself
from fiscalxml_server.kit.http.auth import requires
from fiscalxml_server.kit.http.json_body import JSON_PROBLEMS, read_json
from fiscalxml_server.kit.http.openapi import json_answer, problems, schema_ref
from fiscalxml_server.kit.http.structs import body_of
from fiscalxml_server.kit.rbac import Escopo

router = APIRouter(tags=["cotas"])

Id = Annotated[UUID, Path(description="O id da chave.")]
_COTA = json_answer("Os limites da chave", schema_ref("Cota"))


@router.get(
    "/v1/cotas",
    operation_id="lerCotas",
    summary="Ler os limites da organização",
    responses={
        200: json_answer("Os limites", schema_ref("CotaDaOrganizacao")),
        **problems(NaoEncontrado),
    },
)
@audited(Acao.COTAS_LIDAS)
async def ler(
    sujeito: Annotated[Sujeito, Depends(requires(Escopo.ORGANIZACAO_LER))], recursos: Meios
) -> Response:
    """Quantas requisições por minuto e documentos por mês a organização tem, e quantos usou.

    Só quem opera a instalação os muda. Cada credencial tem, por minuto, no máximo a parte dos
    limites que a instalação diz, ou o que se definiu para a chave.
    """
    return json_response(await service.of_organisation(recursos, sujeito.organizacao))


@router.get(
    "/v1/chaves-api/{chave}/cota",
    operation_id="lerCotaDaChave",
    summary="Ler os limites de uma chave",
    responses={200: _COTA, **problems(NaoEncontrado)},
)
@audited(Acao.COTA_DA_CHAVE_LIDA)
async def ler_da_chave(
    sujeito: Annotated[Sujeito, Depends(requires(Escopo.CHAVES_LER))], recursos: Meios, chave: Id
) -> Response:
    """O que se definiu para a chave, e quantos documentos ela usou no mês."""
    return json_response(await service.of_key(recursos, sujeito, chave))


@router.put(
    "/v1/chaves-api/{chave}/cota",
    operation_id="definirCotaDaChave",
    summary="Definir os limites de uma chave",
    openapi_extra=body_of(NovaCota),
    responses={200: _COTA, **problems(*JSON_PROBLEMS, NaoEncontrado)},
)
@audits_itself(Acao.COTA_ALTERADA)
async def definir(
    request: Request,
    sujeito: Annotated[Sujeito, Depends(requires(Escopo.CHAVES_ESCREVER))],
    recursos: Meios,
    chave: Id,
) -> Response:
    """Os novos limites tomam o lugar dos anteriores, em poucos segundos, em todos os serviços.

    Um limite que não vem, ou é null, é o da instalação. Os da organização valem sempre: a chave
    nunca tem mais do que ela.
    """
    cota = await read_json(
        request,
        NovaCota,
        'O JSON deve ser {"documentos": 1000, "validar": 600}; ler e enviar também se aceitam. '
        "Cada um é um número a partir de 1, ou null.",
    )
    return json_response(await service.set_for_key(recursos, sujeito, chave, cota))
