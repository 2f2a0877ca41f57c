"""POST /v1/documentos; GET /v1/documentos/{chave} and what belongs to it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from fiscalxml_server.api.documentos import history, service
from fiscalxml_server.api.documentos.service import (
    DocumentoDeOutraEmpresa,
    DocumentoEmConflito,
    DocumentoIlegivel,
    SemResumoGuardado,
)
from fiscalxml_server.api.documentos.views import stored_response
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import cacheable_response, json_response
from fiscalxml_server.kit.http.auditing import audited, audits_itself
from fiscalxml_server.kit.http.auth import Escritor, Leitor
from fiscalxml_server.kit.http.body import BODY_PROBLEMS, read_document
from fiscalxml_server.kit.http.openapi import (
    ETAG,
    LOCATION,
    NOT_MODIFIED,
    REPLAYED,
    Json,
    document_body,
    json_answer,
    problems,
    schema_ref,
    with_headers,
    xml_answer,
)
from fiscalxml_server.kit.http.parameters import Cursor, Instante
from fiscalxml_server.kit.http.resources import Meios
from fiscalxml_server.kit.idempotency import ChaveIdempotente, ChaveReutilizada
from fiscalxml_server.kit.quotas.counting import CotaEsgotada

router = APIRouter(prefix="/v1/documentos", tags=["documentos"])

Chave = Annotated[
    str,
    Path(
        max_length=60,
        description="A chave de acesso (44 posições; 50 na NFS-e) ou o id que /v1/documentos deu.",
    ),
]
Em = Annotated[
    Instante,
    Query(description="Como era neste instante; uma data vale pela sua meia-noite em Brasília."),
]
DISPOSITION: Json = {
    "Content-Disposition": {
        "description": "O nome de arquivo: a chave, ou o id.",
        "schema": {"type": "string"},
    }
}


def _answers(found: Json, *headers: Json) -> dict[int | str, Json]:
    """Of an operation that reads: what it finds, 304 and 404."""
    return {200: with_headers(found, ETAG, *headers), **NOT_MODIFIED, **problems(NaoEncontrado)}


@router.post(
    "",
    operation_id="guardarDocumento",
    summary="Validar e guardar um documento",
    openapi_extra={"requestBody": document_body("nota", "nota_em_base64")},
    responses={
        200: with_headers(
            json_answer(
                "O mesmo conteúdo já estava guardado",
                schema_ref("DocumentoGuardado"),
                "documento_duplicado",
            ),
            LOCATION,
            REPLAYED,
        ),
        201: with_headers(
            json_answer(
                "Documento novo",
                schema_ref("DocumentoGuardado"),
                "documento_aceito",
                "documento_invalido",
            ),
            LOCATION,
            REPLAYED,
        ),
        **problems(
            *BODY_PROBLEMS,
            DocumentoDeOutraEmpresa,
            DocumentoIlegivel,
            ChaveReutilizada,
            CotaEsgotada,
        ),
        409: with_headers(problems(DocumentoEmConflito)[409], REPLAYED),
    },
)
@audits_itself(Acao.DOCUMENTO_RECEBIDO)
async def guardar(
    request: Request, sujeito: Escritor, recursos: Meios, idempotency_key: ChaveIdempotente = None
) -> Response:
    """Valida um documento, guarda os bytes como vieram e responde com o relatório.

    201: documento novo. 200: o mesmo conteúdo já estava guardado (um protocolo que ele traga é
    anexado). 409: outro conteúdo tem a mesma identidade; os dois ficam guardados.
    """
    data = await read_document(request, recursos.settings.max_document_bytes)
    return await service.store(recursos, sujeito, data, idempotency_key)


@router.get(
    "/{chave}",
    operation_id="lerDocumento",
    summary="Ler um documento",
    responses=_answers(
        json_answer("O documento", schema_ref("DocumentoConhecido"), "documento", "documento_em")
    ),
)
@audited(Acao.DOCUMENTO_LIDO)
async def ler(
    request: Request, sujeito: Leitor, recursos: Meios, chave: Chave, em: Em = None
) -> Response:
    """O que se sabe de um documento guardado, sem o conteúdo.

    `situacao` é a efetiva: a do protocolo e o que fizeram dela os eventos registrados. Com `em`, a
    daquele instante, e `eventos_conhecidos` são os que a SEFAZ já tinha registrado.
    """
    return cacheable_response(
        request, await history.read_document(recursos, sujeito.organizacao, chave, em)
    )


@router.get(
    "/{chave}/xml",
    operation_id="baixarXml",
    summary="Baixar o XML",
    responses=_answers(xml_answer("O XML", "nota"), DISPOSITION),
)
@audited(Acao.DOCUMENTO_XML_LIDO)
async def xml(request: Request, sujeito: Leitor, recursos: Meios, chave: Chave) -> Response:
    """Os bytes exatos que foram recebidos."""
    row, data = await service.read_copy(recursos, sujeito.organizacao, chave)
    return stored_response(request, row, data, "application/xml")


@router.get(
    "/{chave}/validacoes",
    operation_id="listarValidacoes",
    summary="Listar as validações de um documento",
    responses={
        200: json_answer("Validações", schema_ref("PaginaDeValidacoes"), "pagina_de_validacoes"),
        **problems(NaoEncontrado),
    },
)
@audited(Acao.DOCUMENTO_VALIDACOES_LIDAS)
async def validacoes(
    sujeito: Leitor,
    recursos: Meios,
    chave: Chave,
    cursor: Cursor = None,
    limite: Annotated[int, Query(ge=1, le=1000, description="Quantas por página.")] = 50,
) -> Response:
    """O histórico do documento, da mais nova à mais antiga: a que vale e as das revalidações."""
    return json_response(
        await service.list_validations(recursos, sujeito.organizacao, chave, cursor, limite)
    )


@router.get(
    "/{chave}/resumo",
    operation_id="lerResumo",
    summary="Ler o resumo",
    responses={
        **_answers(json_answer("O resumo", schema_ref("Resumo"), "resumo_campos")),
        **problems(NaoEncontrado, SemResumoGuardado),
    },
)
@audited(Acao.DOCUMENTO_RESUMO_LIDO)
async def resumo(request: Request, sujeito: Leitor, recursos: Meios, chave: Chave) -> Response:
    """O resumo do documento como JSON."""
    row, data = await service.read_summary(recursos, sujeito.organizacao, chave)
    return stored_response(request, row, data, "application/json")
