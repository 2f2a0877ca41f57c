"""POST /v1/validacoes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from fiscalxml import Limits
from fiscalxml.documents.destino import Autorizador
from fiscalxml.judgement import Opcoes, PerfilPedido
from fiscalxml.report import Ambiente
from fiscalxml_server.api.validacoes.service import validate_document
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import not_audited
from fiscalxml_server.kit.http.auth import requires, subject_of
from fiscalxml_server.kit.http.body import BODY_PROBLEMS, read_document
from fiscalxml_server.kit.http.openapi import document_body, json_answer, problems, schema_ref
from fiscalxml_server.kit.http.parameters import Instante, Logico
from fiscalxml_server.kit.quotas.consumption import Consumo
from fiscalxml_server.kit.quotas.counting import CotaEsgotada
from fiscalxml_server.kit.rbac import Escopo
from fiscalxml_server.kit.settings import Settings

router = APIRouter(prefix="/v1/validacoes", tags=["validacoes"])


@router.post(
    "",
    operation_id="validarDocumento",
    summary="Validar um documento",
    dependencies=[Depends(requires(Escopo.VALIDAR))],
    openapi_extra={"requestBody": document_body("nota", "nota_em_base64")},
    responses={
        200: json_answer(
            "O relatório, seja qual for o veredito",
            schema_ref("Relatorio"),
            "relatorio_valido",
            "relatorio_invalido",
        ),
        **problems(*BODY_PROBLEMS, CotaEsgotada),
    },
)
@not_audited("o documento não é guardado")
async def validar(
    request: Request,
    em: Annotated[
        Instante,
        Query(
            description="Julga pelas regras deste instante, e não do documento: AAAA-MM-DD ou "
            "AAAA-MM-DDTHH:MM:SS-03:00."
        ),
    ] = None,
    perfil: Annotated[
        PerfilPedido,
        Query(
            description="Em que momento o documento está. auto: com protocolo, autorizado; "
            "assinado, transmissao; senão, rascunho."
        ),
    ] = "auto",
    uf: Annotated[
        Autorizador | None,
        Query(
            description="Quem vai autorizar o documento: a sigla da UF, ou SVRS, SVAN, SVC-AN, "
            "SVC-RS. Sem ele, quem o documento diz."
        ),
    ] = None,
    ambiente: Annotated[
        Ambiente | None,
        Query(description="O ambiente de quem vai autorizar. Sem ele, o do documento."),
    ] = None,
    todas: Annotated[
        Logico,
        Query(description="Lista todas as ocorrências de um achado, e não só as 20 primeiras."),
    ] = False,
) -> Response:
    """Valida um documento fiscal em todas as camadas e devolve o relatório.

    Um documento ruim não é um erro da requisição: a resposta é 200, com os achados no relatório.
    """
    settings: Settings = request.app.state.settings
    consumo: Consumo = request.app.state.consumo
    sujeito = subject_of(request)
    consumo.check(sujeito)
    data = await read_document(request, settings.max_document_bytes)
    opcoes = Opcoes(
        em=em,
        perfil=perfil,
        uf=uf,
        ambiente=ambiente,
        todas=todas,
        limits=Limits(max_bytes=settings.max_document_bytes),
    )
    report = await validate_document(data, opcoes)
    consumo.add(sujeito)
    return json_response(report)
