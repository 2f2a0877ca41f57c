"""Exports of a lote and of a search; /v1/exportacoes, one of them, and its file."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from starlette.responses import Response

from fiscalxml_server.api.documentos.parameters import Filtragem
from fiscalxml_server.api.exportacoes import service
from fiscalxml_server.api.exportacoes.documentation import file_answer, request_body
from fiscalxml_server.api.exportacoes.request import (
    HINT,
    Corpo,
    checked,
    given_filters,
    read_body,
)
from fiscalxml_server.api.exportacoes.schemas import Formato, NomeDeTabela, Pedido
from fiscalxml_server.api.exportacoes.service import (
    EnderecoVencido,
    IntervaloInvalido,
    SemArquivo,
)
from fiscalxml_server.kit import tickets
from fiscalxml_server.kit.admission import FilaCheia
from fiscalxml_server.kit.audit import ENDERECO, Acao
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import json_response, private_response
from fiscalxml_server.kit.http.auditing import audited, audits_itself
from fiscalxml_server.kit.http.auth import public, requires
from fiscalxml_server.kit.http.json_body import JSON_PROBLEMS, read_json
from fiscalxml_server.kit.http.openapi import (
    LOCATION,
    REPLAYED,
    json_answer,
    problems,
    schema_ref,
    with_headers,
)
from fiscalxml_server.kit.http.parameters import Cursor
from fiscalxml_server.kit.http.resources import Meios
from fiscalxml_server.kit.idempotency import ChaveIdempotente, ChaveReutilizada
from fiscalxml_server.kit.rbac import Escopo
from fiscalxml_server.kit.telemetry import bind

router = APIRouter(tags=["exportacoes"])

_require_reader = requires(Escopo.LER)
Leitor = Annotated[Sujeito, Depends(_require_reader)]
Exportacao = Annotated[UUID, Path(description="O id da exportação.")]
FormatoPedido = Annotated[Formato, Query(description="O formato do arquivo.")]
TabelaPedida = Annotated[
    NomeDeTabela | None,
    Query(
        description="Qual tabela; sem ela, documentos. Sem ela, xlsx traz todas, uma por aba; zip "
        "não tem tabelas."
    ),
]
_ACCEPTED = with_headers(
    json_answer("Exportação pedida", schema_ref("Exportacao"), "exportacao_recebida"), LOCATION
)


Assinatura = Annotated[
    str | None,
    Query(
        max_length=tickets.LENGTH,
        description="Do endereço (url) que a exportação dá; dispensa a credencial.",
    ),
]


async def _holder(request: Request, assinatura: Assinatura = None) -> Sujeito | None:
    """Who asks for a file by a credential; None for who has a signed address."""
    if assinatura is None:
        return await _require_reader(request)
    await public(request)
    return None


async def _reader(
    holder: Annotated[Sujeito | None, Depends(_holder)],
    recursos: Meios,
    exportacao: Exportacao,
    assinatura: Assinatura = None,
) -> Sujeito:
    """Who asks for a file, by either. Raises `EnderecoVencido`."""
    if holder is not None:
        return holder
    organizacao = await service.whose(recursos, exportacao, assinatura or "")
    bind(organization_id=organizacao)
    return Sujeito(organizacao, ENDERECO, frozenset({Escopo.LER}), ENDERECO)


_reader.escopo = Escopo.LER  # type: ignore[attr-defined]  # read by the OpenAPI document


@router.get(
    "/v1/lotes/{lote}/exportacao",
    operation_id="exportarLote",
    summary="Exportar um lote",
    responses={
        200: file_answer("O arquivo"),
        202: _ACCEPTED,
        **problems(NaoEncontrado, FilaCheia),
    },
)
@audited(Acao.LOTE_EXPORTADO)
async def exportar_lote(
    request: Request,
    sujeito: Leitor,
    recursos: Meios,
    lote: Annotated[UUID, Path(description="O id do lote.")],
    formato: FormatoPedido,
    tabela: TabelaPedida = None,
) -> Response:
    """Os documentos que o lote trouxe, os repetidos e os conflitos também, como um arquivo.

    Até o tamanho que a instalação diz (20.000 documentos), o arquivo é a resposta. Acima dele, a
    resposta é 202 e a exportação fica em Location, como em `POST /v1/exportacoes`.
    """
    pedido = checked(Pedido(formato=formato, tabela=tabela, lote=lote))
    await request.app.state.lugares_de_exportacao.take(request.scope)
    return await service.answer(recursos, sujeito, pedido)


@router.get(
    "/v1/documentos/exportacao",
    operation_id="exportarBusca",
    summary="Exportar uma busca",
    responses={200: file_answer("O arquivo"), 202: _ACCEPTED, **problems(FilaCheia)},
)
@audited(Acao.DOCUMENTOS_EXPORTADOS)
async def exportar_busca(
    request: Request,
    sujeito: Leitor,
    recursos: Meios,
    filtro: Filtragem,  # noqa: ARG001 - read, so that a wrong one is refused
    formato: FormatoPedido,
    tabela: TabelaPedida = None,
) -> Response:
    """Os documentos que atendem aos filtros, os mesmos de `GET /v1/documentos`, como um arquivo.

    São os que havia quando se pediu, cada um uma vez, por data. Até o tamanho que a instalação diz
    (20.000 documentos), o arquivo é a resposta; acima dele, 202 e Location.
    """
    given = given_filters(request.query_params)
    pedido = checked(Pedido(formato=formato, tabela=tabela, filtro=given))
    await request.app.state.lugares_de_exportacao.take(request.scope)
    return await service.answer(recursos, sujeito, pedido)


@router.post(
    "/v1/exportacoes",
    operation_id="pedirExportacao",
    summary="Pedir uma exportação",
    status_code=202,
    openapi_extra={"requestBody": request_body()},
    responses={
        202: with_headers(_ACCEPTED, LOCATION, REPLAYED),
        **problems(*JSON_PROBLEMS, NaoEncontrado, ChaveReutilizada, FilaCheia),
    },
)
@audits_itself(Acao.EXPORTACAO_PEDIDA)
async def pedir(
    request: Request, sujeito: Leitor, recursos: Meios, idempotency_key: ChaveIdempotente = None
) -> Response:
    """Gera um arquivo de qualquer tamanho, de um lote ou de uma busca.

    Acompanhe por `GET /v1/exportacoes/{exportacao}`: quando a situação é pronta, ele dá o endereço
    do arquivo. O mesmo pedido, enquanto espera, não é feito duas vezes.
    """
    pedido = read_body(await read_json(request, Corpo, HINT))
    return await service.ask(recursos, sujeito, pedido, idempotency_key)


@router.get(
    "/v1/exportacoes",
    operation_id="listarExportacoes",
    summary="Listar as exportações",
    responses={
        200: json_answer("Exportações", schema_ref("PaginaDeExportacoes"), "pagina_de_exportacoes")
    },
)
@audited(Acao.EXPORTACOES_LISTADAS)
async def listar(
    sujeito: Leitor,
    recursos: Meios,
    cursor: Cursor = None,
    limite: Annotated[int, Query(ge=1, le=1000, description="Quantas por página.")] = 50,
) -> Response:
    """As exportações da organização, da mais nova à mais antiga.

    Cada uma aparece até 30 dias depois de expirar.
    """
    return json_response(await service.list_page(recursos, sujeito.organizacao, cursor, limite))


@router.get(
    "/v1/exportacoes/{exportacao}",
    operation_id="lerExportacao",
    summary="Ler uma exportação",
    responses={
        200: json_answer(
            "A exportação",
            schema_ref("Exportacao"),
            "exportacao_recebida",
            "exportacao_pronta",
        ),
        **problems(NaoEncontrado),
    },
)
@audited(Acao.EXPORTACAO_LIDA)
async def ler(sujeito: Leitor, recursos: Meios, exportacao: Exportacao) -> Response:
    """Em que situação está, e o endereço do arquivo quando está pronta.

    O endereço (`url`) dispensa a credencial e vale por pouco tempo (`url_expira_em`): quem o tem lê
    o arquivo, e mais nada. Cada leitura dá um novo.
    """
    return private_response(await service.read(recursos, sujeito.organizacao, exportacao))


@router.delete(
    "/v1/exportacoes/{exportacao}",
    operation_id="cancelarExportacao",
    summary="Cancelar uma exportação",
    status_code=204,
    responses={204: {"description": "Cancelada"}, **problems(NaoEncontrado)},
)
@audits_itself(Acao.EXPORTACAO_CANCELADA)
async def cancelar(sujeito: Leitor, recursos: Meios, exportacao: Exportacao) -> Response:
    """O arquivo não é mais gerado; um que já está pronto deixa de poder ser baixado e é apagado."""
    await service.cancel(recursos, sujeito, exportacao)
    return Response(status_code=204)


@router.get(
    "/v1/exportacoes/{exportacao}/arquivo",
    operation_id="baixarExportacao",
    summary="Baixar o arquivo de uma exportação",
    responses={
        200: file_answer("O arquivo"),
        206: file_answer("A parte que Range pediu"),
        **problems(EnderecoVencido, NaoEncontrado, SemArquivo, IntervaloInvalido),
    },
)
@audited(Acao.EXPORTACAO_BAIXADA)
async def baixar(
    sujeito: Annotated[Sujeito, Depends(_reader)],
    recursos: Meios,
    exportacao: Exportacao,
    range_: Annotated[
        str | None,
        Header(alias="Range", max_length=100, description="Uma parte: `bytes=inicio-fim`."),
    ] = None,
    if_range: Annotated[
        str | None, Header(max_length=100, description="O ETag do que já se tem.")
    ] = None,
) -> Response:
    """Os bytes do arquivo. O endereço assinado dispensa a credencial; sem ele, ela é pedida."""
    return await service.fetch(
        recursos, sujeito.organizacao, exportacao, wanted=range_, unless_changed=if_range
    )
