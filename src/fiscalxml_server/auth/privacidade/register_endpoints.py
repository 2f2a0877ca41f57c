"""Certificates, the erasure of all, incidents: /v1/privacidade/certificados, /eliminacao …"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from fiscalxml_server.auth.privacidade import certificates, closing, incidents, service
from fiscalxml_server.auth.privacidade.models import incidentes
from fiscalxml_server.auth.privacidade.parameters import LISTED, Dono, Escritor, Leitor
from fiscalxml_server.auth.privacidade.schemas import (
    Comunicacao,
    NovaEliminacao,
    NovoIncidente,
    PaginaDeIncidentes,
)
from fiscalxml_server.auth.privacidade.service import EliminacaoEmCurso
from fiscalxml_server.auth.resources import Meios
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import json_response, private_response
from fiscalxml_server.kit.http.auditing import audits_itself, not_audited
from fiscalxml_server.kit.http.auth import public
from fiscalxml_server.kit.http.json_body import JSON_PROBLEMS, read_json
from fiscalxml_server.kit.http.openapi import (
    json_answer,
    problems,
    schema_ref,
)
from fiscalxml_server.kit.http.parameters import Cursor, Limite
from fiscalxml_server.kit.http.structs import body_of

router = APIRouter(tags=["privacidade"])

_INCIDENTE = json_answer("O incidente", schema_ref("Incidente"))
_ELIMINACAO = json_answer("A eliminação", schema_ref("EliminacaoTotal"))


@router.get(
    "/v1/privacidade/certificados",
    operation_id="listarCertificados",
    summary="Listar os certificados de eliminação",
    responses={
        200: json_answer("Certificados", schema_ref("PaginaDeCertificados")),
    },
)
@not_audited("certificados não dizem o nome de ninguém")
async def listar_certificados(
    sujeito: Leitor, recursos: Meios, cursor: Cursor = None, limite: Limite = 50
) -> Response:
    """O que foi eliminado: quantos documentos, por quê, quem pediu, quando; assinado."""
    return private_response(await certificates.list_page(recursos, sujeito, cursor, limite))


@router.get(
    "/v1/privacidade/certificados/{certificado}",
    operation_id="lerCertificado",
    summary="Ler um certificado de eliminação",
    responses={
        200: json_answer("O certificado", schema_ref("CertificadoDeEliminacao")),
        **problems(NaoEncontrado),
    },
)
@not_audited("certificados não dizem o nome de ninguém")
async def ler_certificado(
    sujeito: Leitor,
    recursos: Meios,
    certificado: Annotated[UUID, Path(description="O id do certificado.")],
) -> Response:
    """O conteúdo, e o mesmo assinado (JWS)."""
    return private_response(await certificates.read(recursos, sujeito, certificado))


@router.get(
    "/.well-known/fiscalxml-certificados.json",
    operation_id="lerChavesDeCertificados",
    summary="Ler as chaves públicas dos certificados",
    dependencies=[Depends(public)],
    responses={200: json_answer("Um JWKS", {"type": "object"})},
)
@not_audited("as chaves são públicas")
async def chaves(recursos: Meios) -> Response:
    """Com elas se confere um certificado de eliminação. Nenhuma deixa de ser publicada."""
    return json_response(await certificates.public_keys(recursos))


@router.post(
    "/v1/privacidade/eliminacao",
    operation_id="pedirEliminacaoTotal",
    summary="Pedir a eliminação de tudo",
    status_code=202,
    openapi_extra=body_of(NovaEliminacao),
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
    return private_response(await closing.ask(recursos, sujeito, nova), 202)


@router.get(
    "/v1/privacidade/eliminacao",
    operation_id="lerEliminacaoTotal",
    summary="Ler a eliminação de tudo",
    responses={200: _ELIMINACAO, **problems(NaoEncontrado)},
)
@not_audited(LISTED)
async def ler_eliminacao(sujeito: Leitor, recursos: Meios) -> Response:
    """Quando será, ou foi, feita."""
    return private_response(await closing.read(recursos, sujeito))


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
    openapi_extra=body_of(NovoIncidente),
    responses={201: _INCIDENTE, **problems(*JSON_PROBLEMS)},
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
    return private_response(await incidents.register(recursos, sujeito, novo), 201)


@router.get(
    "/v1/privacidade/incidentes",
    operation_id="listarIncidentes",
    summary="Listar os incidentes",
    responses={
        200: json_answer("Incidentes", schema_ref("PaginaDeIncidentes")),
    },
)
@not_audited(LISTED)
async def listar_incidentes(
    sujeito: Leitor, recursos: Meios, cursor: Cursor = None, limite: Limite = 50
) -> Response:
    """Do mais novo ao mais antigo."""
    rows, more = await service.list_rows(recursos, sujeito, incidentes, cursor, limite)
    return private_response(
        PaginaDeIncidentes([incidents.incident_view(row) for row in rows], more)
    )


@router.post(
    "/v1/privacidade/incidentes/{incidente}/comunicacoes",
    operation_id="registrarComunicacaoDeIncidente",
    summary="Registrar que um incidente foi comunicado",
    openapi_extra=body_of(Comunicacao),
    responses={200: _INCIDENTE, **problems(*JSON_PROBLEMS, NaoEncontrado)},
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
    return private_response(await incidents.tell(recursos, sujeito, incidente, comunicacao))
