"""/v1/empresas: the companies of the caller's organisation."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from fiscalxml_server.auth.empresas import service
from fiscalxml_server.auth.empresas.schemas import NomeDeEmpresa
from fiscalxml_server.auth.empresas.service import EmpresaEmUso, EmpresasDemais
from fiscalxml_server.auth.resources import Meios
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import audited, audits_itself
from fiscalxml_server.kit.http.auth import requires
from fiscalxml_server.kit.http.json_body import JSON_PROBLEMS, read_json
from fiscalxml_server.kit.http.openapi import json_answer, problems, schema_ref
from fiscalxml_server.kit.http.parameters import Cursor, Limite
from fiscalxml_server.kit.http.structs import body_of
from fiscalxml_server.kit.rbac import Escopo

router = APIRouter(tags=["empresas"])

Leitor = Annotated[Sujeito, Depends(requires(Escopo.ORGANIZACAO_LER))]
Escritor = Annotated[Sujeito, Depends(requires(Escopo.ORGANIZACAO_ESCREVER))]
Inscricao = Annotated[str, Path(max_length=40, description="O CNPJ ou o CPF da empresa.")]
_NAME: Final = 'O JSON deve ser {"nome": "…"}.'
_SCHEMA: Final = schema_ref("Empresa")


@router.get(
    "/v1/empresas",
    operation_id="listarEmpresas",
    summary="Listar as empresas",
    responses={200: json_answer("Empresas", schema_ref("PaginaDeEmpresas"))},
)
@audited(Acao.EMPRESAS_LISTADAS)
async def listar(
    sujeito: Leitor, recursos: Meios, cursor: Cursor = None, limite: Limite = 100
) -> Response:
    """As empresas da organização, pela inscrição. Quem vê só algumas vê só essas."""
    return json_response(await service.list_page(recursos, sujeito, cursor, limite))


@router.get(
    "/v1/empresas/{inscricao}",
    operation_id="lerEmpresa",
    summary="Ler uma empresa",
    responses={200: json_answer("A empresa", _SCHEMA), **problems(NaoEncontrado)},
)
@audited(Acao.EMPRESA_LIDA)
async def ler(sujeito: Leitor, recursos: Meios, inscricao: Inscricao) -> Response:
    """O nome de uma empresa e quando foi incluída."""
    return json_response(await service.read(recursos, sujeito, inscricao))


@router.put(
    "/v1/empresas/{inscricao}",
    operation_id="gravarEmpresa",
    summary="Incluir uma empresa ou mudar o nome dela",
    openapi_extra=body_of(NomeDeEmpresa),
    responses={
        200: json_answer("O nome mudou", _SCHEMA),
        201: json_answer("A empresa foi incluída", _SCHEMA),
        **problems(*JSON_PROBLEMS, EmpresasDemais),
    },
)
@audits_itself(Acao.EMPRESA_INCLUIDA, Acao.EMPRESA_ALTERADA)
async def gravar(
    request: Request, sujeito: Escritor, recursos: Meios, inscricao: Inscricao
) -> Response:
    """Inclui uma empresa, por CNPJ (também alfanumérico) ou CPF; a uma que já há, dá outro nome.

    Membros, convites e chaves podem ser limitados às empresas que estão aqui.
    """
    pedido = await read_json(request, NomeDeEmpresa, _NAME)
    empresa, new = await service.put(recursos, sujeito, inscricao, pedido.nome)
    return json_response(empresa, 201 if new else 200)


@router.delete(
    "/v1/empresas/{inscricao}",
    operation_id="removerEmpresa",
    summary="Remover uma empresa",
    status_code=204,
    responses={204: {"description": "Removida"}, **problems(NaoEncontrado, EmpresaEmUso)},
)
@audits_itself(Acao.EMPRESA_REMOVIDA)
async def remover(sujeito: Escritor, recursos: Meios, inscricao: Inscricao) -> Response:
    """A empresa sai da lista; os documentos dela continuam guardados."""
    await service.remove(recursos, sujeito, inscricao)
    return Response(status_code=204)
