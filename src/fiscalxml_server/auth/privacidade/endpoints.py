"""Requests of persons, legal holds, certificates and the erasure of all: /v1/privacidade."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from fiscalxml_server.auth.privacidade import certificates, closing, incidents, service
from fiscalxml_server.auth.privacidade.documentation import body
from fiscalxml_server.auth.privacidade.models import incidentes
from fiscalxml_server.auth.privacidade.schemas import (
    Comunicacao,
    NovaEliminacao,
    NovaRetencao,
    NovoIncidente,
    NovoPedidoDeTitular,
    PaginaDeIncidentes,
    PaginaDePedidosDeTitular,
    PaginaDeRetencoes,
)
from fiscalxml_server.auth.privacidade.service import EliminacaoEmCurso, VistaParcial
from fiscalxml_server.auth.resources import Meios
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.custody import pedidos, retencoes
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import audits_itself, not_audited
from fiscalxml_server.kit.http.auth import public, requires
from fiscalxml_server.kit.http.json_body import JSON_PROBLEMS, read_json
from fiscalxml_server.kit.http.openapi import (
    LOCATION,
    json_answer,
    problems,
    schema_ref,
    with_headers,
)
from fiscalxml_server.kit.rbac import Escopo

router = APIRouter(tags=["privacidade"])

Leitor = Annotated[Sujeito, Depends(requires(Escopo.PRIVACIDADE_LER))]
Escritor = Annotated[Sujeito, Depends(requires(Escopo.PRIVACIDADE_ESCREVER))]
Dono = Annotated[Sujeito, Depends(requires(Escopo.ORGANIZACAO_ENCERRAR))]
Cursor = Annotated[str | None, Query(max_length=100, description="O proximo da página anterior.")]
Limite = Annotated[int, Query(ge=1, le=1000, description="Quantos por página.")]
_PEDIDO = json_answer("O pedido", schema_ref("PedidoDeTitular"))
_RETENCAO = json_answer("A retenção", schema_ref("Retencao"))
_INCIDENTE = json_answer("O incidente", schema_ref("Incidente"))
_ELIMINACAO = json_answer("A eliminação", schema_ref("EliminacaoTotal"))
_LISTED = "a list of what was entered; each entry was audited when it was made"


@router.post(
    "/v1/privacidade/pedidos",
    operation_id="registrarPedidoDeTitular",
    summary="Registrar o pedido de um titular",
    status_code=202,
    openapi_extra={"requestBody": body(NovoPedidoDeTitular, "O que o titular pede.")},
    responses={
        202: with_headers(_PEDIDO, LOCATION),
        **problems(*JSON_PROBLEMS, VistaParcial),
    },
)
@audits_itself(Acao.PEDIDO_DE_TITULAR_RECEBIDO)
async def pedir(request: Request, sujeito: Escritor, recursos: Meios) -> Response:
    """Acha os documentos que citam um CPF, em qualquer lugar, ou um CNPJ, como emitente ou
    destinatário; em uma eliminação, elimina os que já não precisam ser guardados.

    Documentos fiscais são guardados por 132 meses (Ajuste SINIEF 2/2025), por obrigação legal, e a
    resposta diz quais e até quando. O prazo para responder ao titular é de 15 dias.
    """
    novo = await read_json(
        request,
        NovoPedidoDeTitular,
        'O JSON deve ser {"tipo": "acesso", "inscricao": "<CPF ou CNPJ>"}; o tipo pode ser '
        "eliminacao.",
    )
    pedido = await service.ask(recursos, sujeito, novo)
    return _created(pedido, f"/v1/privacidade/pedidos/{pedido.id}", 202)


@router.get(
    "/v1/privacidade/pedidos",
    operation_id="listarPedidosDeTitulares",
    summary="Listar os pedidos de titulares",
    responses={
        200: json_answer("Pedidos", schema_ref("PaginaDePedidosDeTitular")),
        **problems(VistaParcial),
    },
)
@not_audited(_LISTED)
async def listar_pedidos(
    sujeito: Leitor, recursos: Meios, cursor: Cursor = None, limite: Limite = 50
) -> Response:
    """Do mais novo ao mais antigo; cada um fica cinco anos, e o CPF ou CNPJ, 30 dias depois de
    respondido."""
    rows, more = await service.list_rows(recursos, sujeito, pedidos, cursor, limite)
    return _private(PaginaDePedidosDeTitular([service.pedido_view(row) for row in rows], more))


@router.get(
    "/v1/privacidade/pedidos/{pedido}",
    operation_id="lerPedidoDeTitular",
    summary="Ler o pedido de um titular",
    responses={200: _PEDIDO, **problems(VistaParcial, NaoEncontrado)},
)
@not_audited(_LISTED)
async def ler_pedido(
    sujeito: Leitor, recursos: Meios, pedido: Annotated[UUID, Path(description="O id do pedido.")]
) -> Response:
    """Quantos documentos citam o titular, quantos foram eliminados, quantos ficam e até quando."""
    return _private(await service.read(recursos, sujeito, pedido))


@router.get(
    "/v1/privacidade/pedidos/{pedido}/documentos",
    operation_id="listarDocumentosDeTitular",
    summary="Listar os documentos que citam um titular",
    responses={
        200: json_answer("Documentos", schema_ref("PaginaDeDocumentosDeTitular")),
        **problems(VistaParcial, NaoEncontrado),
    },
)
@audits_itself(Acao.PEDIDO_DE_TITULAR_LIDO)
async def listar_documentos(
    sujeito: Leitor,
    recursos: Meios,
    pedido: Annotated[UUID, Path(description="O id do pedido.")],
    cursor: Cursor = None,
    limite: Limite = 50,
) -> Response:
    """Cada um com o endereço do XML na API dos documentos. A lista fica 30 dias."""
    return _private(await service.read_documents(recursos, sujeito, pedido, cursor, limite))


@router.post(
    "/v1/privacidade/retencoes",
    operation_id="criarRetencao",
    summary="Reter documentos",
    status_code=201,
    openapi_extra={"requestBody": body(NovaRetencao, "O que reter.")},
    responses={
        201: _RETENCAO,
        **problems(*JSON_PROBLEMS, VistaParcial, EliminacaoEmCurso),
    },
)
@audits_itself(Acao.RETENCAO_CRIADA)
async def reter(request: Request, sujeito: Escritor, recursos: Meios) -> Response:
    """O que é retido não é eliminado, nem no fim da custódia nem a pedido, até a retenção ser
    encerrada."""
    nova = await read_json(
        request,
        NovaRetencao,
        'O JSON deve ser {"motivo": "Processo 123"}; inscricao, desde e ate (com fuso) são '
        "opcionais.",
    )
    return _private(await service.hold(recursos, sujeito, nova), 201)


@router.get(
    "/v1/privacidade/retencoes",
    operation_id="listarRetencoes",
    summary="Listar as retenções",
    responses={
        200: json_answer("Retenções", schema_ref("PaginaDeRetencoes")),
        **problems(VistaParcial),
    },
)
@not_audited(_LISTED)
async def listar_retencoes(
    sujeito: Leitor, recursos: Meios, cursor: Cursor = None, limite: Limite = 50
) -> Response:
    """Da mais nova à mais antiga, também as encerradas."""
    rows, more = await service.list_rows(recursos, sujeito, retencoes, cursor, limite)
    return _private(PaginaDeRetencoes([service.retencao_view(row) for row in rows], more))


@router.delete(
    "/v1/privacidade/retencoes/{retencao}",
    operation_id="encerrarRetencao",
    summary="Encerrar uma retenção",
    responses={200: _RETENCAO, **problems(VistaParcial, NaoEncontrado)},
)
@audits_itself(Acao.RETENCAO_ENCERRADA)
async def encerrar_retencao(
    sujeito: Escritor,
    recursos: Meios,
    retencao: Annotated[UUID, Path(description="O id da retenção.")],
) -> Response:
    """Ela fica na lista, encerrada."""
    return _private(await service.release(recursos, sujeito, retencao))


@router.get(
    "/v1/privacidade/certificados",
    operation_id="listarCertificados",
    summary="Listar os certificados de eliminação",
    responses={
        200: json_answer("Certificados", schema_ref("PaginaDeCertificados")),
        **problems(VistaParcial),
    },
)
@not_audited("certificates name nobody")
async def listar_certificados(
    sujeito: Leitor, recursos: Meios, cursor: Cursor = None, limite: Limite = 50
) -> Response:
    """O que foi eliminado: quantos documentos, por quê, quem pediu, quando; assinado."""
    return _private(await certificates.list_page(recursos, sujeito, cursor, limite))


@router.get(
    "/v1/privacidade/certificados/{certificado}",
    operation_id="lerCertificado",
    summary="Ler um certificado de eliminação",
    responses={
        200: json_answer("O certificado", schema_ref("CertificadoDeEliminacao")),
        **problems(NaoEncontrado),
    },
)
@not_audited("certificates name nobody")
async def ler_certificado(
    sujeito: Leitor,
    recursos: Meios,
    certificado: Annotated[UUID, Path(description="O id do certificado.")],
) -> Response:
    """O conteúdo, e o mesmo assinado (JWS)."""
    return _private(await certificates.read(recursos, sujeito, certificado))


@router.get(
    "/.well-known/fiscalxml-certificados.json",
    operation_id="lerChavesDeCertificados",
    summary="Ler as chaves públicas dos certificados",
    dependencies=[Depends(public)],
    responses={200: json_answer("Um JWKS", {"type": "object"})},
)
@not_audited("public keys")
async def chaves(recursos: Meios) -> Response:
    """Com elas se confere um certificado de eliminação. Nenhuma deixa de ser publicada."""
    return json_response(await certificates.public_keys(recursos))


@router.post(
    "/v1/privacidade/eliminacao",
    operation_id="pedirEliminacaoTotal",
    summary="Pedir a eliminação de tudo",
    status_code=202,
    openapi_extra={"requestBody": body(NovaEliminacao, "A confirmação.")},
    responses={202: _ELIMINACAO, **problems(*JSON_PROBLEMS)},
)
@audits_itself(Acao.ORGANIZACAO_ELIMINACAO_PEDIDA)
async def pedir_eliminacao(request: Request, sujeito: Dono, recursos: Meios) -> Response:
    """Em 30 dias, todos os documentos da organização e as chaves que os abrem são eliminados, mesmo
    os que a lei manda o contribuinte guardar: exporte-os antes. Uma retenção impede.

    Os backups, que sem as chaves ninguém lê, vencem depois; o certificado diz quando.
    """
    nova = await read_json(
        request, NovaEliminacao, 'O JSON deve ser {"confirmo": "<o nome da organização>"}.'
    )
    return _private(await closing.ask(recursos, sujeito, nova), 202)


@router.get(
    "/v1/privacidade/eliminacao",
    operation_id="lerEliminacaoTotal",
    summary="Ler a eliminação de tudo",
    responses={200: _ELIMINACAO, **problems(NaoEncontrado)},
)
@not_audited(_LISTED)
async def ler_eliminacao(sujeito: Leitor, recursos: Meios) -> Response:
    """Quando será, ou foi, feita."""
    return _private(await closing.read(recursos, sujeito))


@router.delete(
    "/v1/privacidade/eliminacao",
    operation_id="cancelarEliminacaoTotal",
    summary="Cancelar a eliminação de tudo",
    status_code=204,
    responses={204: {"description": "Cancelada"}, **problems(NaoEncontrado, EliminacaoEmCurso)},
)
@audits_itself(Acao.ORGANIZACAO_ELIMINACAO_CANCELADA)
async def cancelar_eliminacao(sujeito: Dono, recursos: Meios) -> Response:
    """Enquanto o prazo não termina."""
    await closing.cancel(recursos, sujeito)
    return Response(status_code=204)


@router.post(
    "/v1/privacidade/incidentes",
    operation_id="registrarIncidente",
    summary="Registrar um incidente",
    status_code=201,
    openapi_extra={"requestBody": body(NovoIncidente, "O incidente.")},
    responses={201: _INCIDENTE, **problems(*JSON_PROBLEMS, VistaParcial)},
)
@audits_itself(Acao.INCIDENTE_REGISTRADO)
async def registrar_incidente(request: Request, sujeito: Escritor, recursos: Meios) -> Response:
    """O registro fica cinco anos. De um incidente relevante, prazo diz até quando comunicar à ANPD
    e aos titulares. Os do próprio serviço quem registra é quem o opera, e aparecem aqui também."""
    novo = await read_json(
        request,
        NovoIncidente,
        'O JSON deve ter "descricao", "natureza", "dados", "medidas", "conhecido_em" (com fuso) e '
        '"relevante"; titulares e ocorrido_em são opcionais.',
    )
    return _private(await incidents.register(recursos, sujeito, novo), 201)


@router.get(
    "/v1/privacidade/incidentes",
    operation_id="listarIncidentes",
    summary="Listar os incidentes",
    responses={
        200: json_answer("Incidentes", schema_ref("PaginaDeIncidentes")),
        **problems(VistaParcial),
    },
)
@not_audited(_LISTED)
async def listar_incidentes(
    sujeito: Leitor, recursos: Meios, cursor: Cursor = None, limite: Limite = 50
) -> Response:
    """Do mais novo ao mais antigo."""
    rows, more = await service.list_rows(recursos, sujeito, incidentes, cursor, limite)
    return _private(PaginaDeIncidentes([incidents.incident_view(row) for row in rows], more))


@router.post(
    "/v1/privacidade/incidentes/{incidente}/comunicacoes",
    operation_id="registrarComunicacaoDeIncidente",
    summary="Registrar que um incidente foi comunicado",
    openapi_extra={"requestBody": body(Comunicacao, "A quem, e quando.")},
    responses={200: _INCIDENTE, **problems(*JSON_PROBLEMS, VistaParcial, NaoEncontrado)},
)
@audits_itself(Acao.INCIDENTE_COMUNICADO)
async def comunicar(
    request: Request,
    sujeito: Escritor,
    recursos: Meios,
    incidente: Annotated[UUID, Path(description="O id do incidente.")],
) -> Response:
    """À ANPD ou aos titulares; a comunicação em si é da organização, que é a controladora."""
    comunicacao = await read_json(
        request, Comunicacao, 'O JSON deve ser {"a": "anpd", "em": "2026-11-10T09:30:00-03:00"}.'
    )
    return _private(await incidents.tell(recursos, sujeito, incidente, comunicacao))


def _private(content: object, status_code: int = 200) -> Response:
    response = json_response(content, status_code)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _created(content: object, location: str, status_code: int) -> Response:
    response = _private(content, status_code)
    response.headers["Location"] = location
    return response
