"""GET /v1/chaves/{chave}."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from fiscalxml_server.api.chaves.service import explain_key
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import not_audited
from fiscalxml_server.kit.http.auth import requires
from fiscalxml_server.kit.http.openapi import json_answer, schema_ref
from fiscalxml_server.kit.rbac import Escopo

router = APIRouter(
    prefix="/v1/chaves", tags=["chaves"], dependencies=[Depends(requires(Escopo.VALIDAR))]
)


@router.get(
    "/{chave}",
    operation_id="explicarChave",
    summary="Explicar uma chave de acesso",
    responses={
        200: json_answer(
            "As partes da chave, ou o que há de errado com ela",
            schema_ref("ChaveExplicada"),
            "chave_valida",
            "chave_invalida",
        )
    },
)
@not_audited("só lê o que veio no endereço")
async def explicar(
    chave: Annotated[
        str,
        Path(
            max_length=200,
            description="44 posições ou, da NFS-e, 50; espaços e o prefixo do Id podem vir.",
        ),
    ],
) -> Response:
    """As partes de uma chave de acesso.

    Uma chave inválida não é um erro da requisição: recebe 200, com valida false e o motivo.
    """
    return json_response(explain_key(chave))
