"""GET /v1/regras and /v1/regras/{codigo}."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from fiscalxml.rules.listing import Situacao
from fiscalxml_server.api.regras.service import Filtro, list_page, rules_of
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import cacheable_response
from fiscalxml_server.kit.http.auditing import not_audited
from fiscalxml_server.kit.http.auth import requires
from fiscalxml_server.kit.http.openapi import (
    ETAG,
    NOT_MODIFIED,
    json_answer,
    problems,
    schema_ref,
)
from fiscalxml_server.kit.http.parameters import Cursor
from fiscalxml_server.kit.rbac import Escopo

router = APIRouter(
    prefix="/v1/regras", tags=["regras"], dependencies=[Depends(requires(Escopo.VALIDAR))]
)


@router.get(
    "",
    operation_id="listarRegras",
    summary="Listar as regras",
    responses={
        200: {
            **json_answer("Uma página de regras", schema_ref("PaginaDeRegras"), "pagina_de_regras"),
            "headers": ETAG,
        },
        **NOT_MODIFIED,
    },
)
@not_audited("as regras são públicas")
async def listar(
    request: Request,
    codigo: Annotated[
        str | None, Query(max_length=20, description="cStat, ou E… da NFS-e.")
    ] = None,
    modelo: Annotated[
        str | None, Query(max_length=20, description="55, 65, 57 … ou NFS-e nacional.")
    ] = None,
    situacao: Annotated[
        Situacao | None, Query(description="O que se faz com a regra aqui.")
    ] = None,
    obrigatoriedade: Annotated[
        Literal["obrigatoria", "facultativa"] | None,
        Query(description="facultativa: cada UF escolhe se a aplica."),
    ] = None,
    texto: Annotated[
        str | None,
        Query(
            min_length=2,
            max_length=100,
            description="Um trecho do id, da mensagem, da condição ou da correção.",
        ),
    ] = None,
    cursor: Cursor = None,
    limite: Annotated[int, Query(ge=1, le=200, description="Regras por página.")] = 50,
) -> Response:
    """Todas as regras publicadas que o catálogo conhece, conferidas aqui ou não."""
    filtro = Filtro(
        codigo=codigo,
        modelo=modelo,
        situacao=situacao,
        obrigatoriedade=obrigatoriedade,
        texto=texto,
    )
    return cacheable_response(request, list_page(filtro, cursor=cursor, limite=limite))


@router.get(
    "/{codigo:path}",
    operation_id="explicarRegra",
    summary="Explicar um código",
    responses={
        200: {
            **json_answer(
                "As regras do código", schema_ref("PaginaDeRegras"), "regras_de_um_codigo"
            ),
            "headers": ETAG,
        },
        **NOT_MODIFIED,
        **problems(NaoEncontrado),
    },
)
@not_audited("as regras são públicas")
async def explicar(
    request: Request,
    codigo: Annotated[
        str, Path(max_length=200, description="Um código (629) ou o id da regra (nfe:I11-10).")
    ],
) -> Response:
    """As regras de um código de rejeição. Códigos se repetem: são uma ou mais."""
    return cacheable_response(request, rules_of(codigo))
