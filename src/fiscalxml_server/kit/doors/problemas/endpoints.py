"""GET /problemas/{codigo}: where the `type` of a problem points to."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from fiscalxml_server.kit.errors import NaoEncontrado, all_problems
from fiscalxml_server.kit.http.answers import cacheable_response
from fiscalxml_server.kit.http.auditing import not_audited
from fiscalxml_server.kit.http.auth import public
from fiscalxml_server.kit.http.openapi import (
    ETAG,
    NOT_MODIFIED,
    json_answer,
    problems,
    schema_ref,
)

router = APIRouter(prefix="/problemas", tags=["problemas"], dependencies=[Depends(public)])


@router.get(
    "",
    operation_id="listarProblemas",
    summary="Listar os erros",
    responses={
        200: {
            **json_answer("Todos os erros", schema_ref("ListaDeProblemas"), "lista_de_problemas"),
            "headers": ETAG,
        },
        **NOT_MODIFIED,
    },
)
@not_audited("os erros são públicos")
async def listar(request: Request) -> Response:
    """Todos os erros que a API devolve, por status e código."""
    itens = [each.explained() for each in all_problems(request.app.state.servico)]
    return cacheable_response(request, {"itens": itens, "proximo": None})


@router.get(
    "/{codigo}",
    operation_id="explicarProblema",
    summary="Explicar um erro",
    responses={
        200: {**json_answer("O erro", schema_ref("ProblemaExplicado")), "headers": ETAG},
        **NOT_MODIFIED,
        **problems(NaoEncontrado),
    },
)
@not_audited("os erros são públicos")
async def explicar(
    request: Request,
    codigo: Annotated[str, Path(max_length=100, description="O codigo do erro.")],
) -> Response:
    """Quando um erro acontece e o que fazer. É para onde aponta o type de cada erro."""
    for each in all_problems(request.app.state.servico):
        if each.codigo == codigo:
            return cacheable_response(request, each.explained())
    raise NaoEncontrado("Nenhum erro tem este código; a lista está em /problemas.")
