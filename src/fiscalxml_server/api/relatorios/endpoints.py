"""Causes of a lote and of a search; the report and the auxiliary document of one document."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from fiscalxml_server.api.documentos.endpoints import DISPOSITION, Chave
from fiscalxml_server.api.documentos.parameters import Filtragem
from fiscalxml_server.api.relatorios import service
from fiscalxml_server.api.relatorios.danfe import (
    ImpressaoDemorada,
    ImpressaoFalhou,
    ImpressaoNaoInstalada,
    ImpressaoOcupada,
    NaoImprimivel,
    SemImpressao,
    document_danfe,
)
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.auditing import audited
from fiscalxml_server.kit.http.auth import Leitor
from fiscalxml_server.kit.http.formats import FormatoPedido, wanted_format
from fiscalxml_server.kit.http.openapi import (
    ETAG,
    NOT_MODIFIED,
    json_answer,
    pages_too,
    pdf_answer,
    problems,
    schema_ref,
    with_headers,
)
from fiscalxml_server.kit.http.resources import Meios

router = APIRouter(prefix="/v1")

Limite = Annotated[int, Query(ge=1, le=1000, description="Quantas causas, no JSON.")]

_CAUSAS = json_answer("As causas", schema_ref("Causas"), "causas")


@router.get(
    "/lotes/{lote}/causas",
    tags=["lotes"],
    operation_id="lerCausasDoLote",
    summary="Ler as causas de um lote",
    responses={200: pages_too(_CAUSAS), **problems(NaoEncontrado)},
)
@audited(Acao.LOTE_CAUSAS_LIDAS)
async def causas_do_lote(
    request: Request,
    sujeito: Leitor,
    recursos: Meios,
    lote: Annotated[UUID, Path(description="O id do lote.")],
    formato: FormatoPedido = None,
    limite: Limite = 100,
) -> Response:
    """As poucas causas de todos os achados de um lote, da mais grave à mais leve.

    Contam todos os documentos que vieram, também duplicados e ilegíveis, como foram validados com o
    lote. Enquanto ele é processado, `parcial` é true. HTML é uma página única, que se guarda e se
    abre sem rede.
    """
    wanted = wanted_format(request, formato)
    return await service.lote_causes(recursos, sujeito.organizacao, lote, wanted, limite)


@router.get(
    "/documentos/causas",
    tags=["documentos"],
    operation_id="procurarCausas",
    summary="Ler as causas de uma busca",
    responses={200: pages_too(_CAUSAS)},
)
@audited(Acao.DOCUMENTOS_CAUSAS_LIDAS)
async def causas_da_busca(
    request: Request,
    sujeito: Leitor,
    recursos: Meios,
    filtro: Filtragem,
    formato: FormatoPedido = None,
    limite: Limite = 100,
) -> Response:
    """As causas dos achados dos documentos que atendem a todos os filtros, da última validação.

    Contam-se os mais novos, até um limite do servidor (10.000 se não for mudado); se há mais,
    `parcial` é true.
    """
    wanted = wanted_format(request, formato)
    return await service.search_causes(
        request, recursos, sujeito.organizacao, filtro, wanted, limite
    )


@router.get(
    "/documentos/{chave}/relatorio",
    tags=["documentos"],
    operation_id="lerRelatorio",
    summary="Ler o relatório",
    responses={
        200: with_headers(
            pages_too(
                json_answer(
                    "O relatório", schema_ref("Relatorio"), "relatorio_valido", "relatorio_invalido"
                )
            ),
            ETAG,
        ),
        **NOT_MODIFIED,
        **problems(NaoEncontrado),
    },
)
@audited(Acao.DOCUMENTO_RELATORIO_LIDO)
async def relatorio(
    request: Request,
    sujeito: Leitor,
    recursos: Meios,
    chave: Chave,
    formato: FormatoPedido = None,
    validacao: Annotated[
        UUID | None, Query(description="O id de uma validação do documento, e não a que vale.")
    ] = None,
) -> Response:
    """O relatório da validação que vale, ou de outra: JSON, uma página ou um PDF para imprimir.

    A página e o PDF trazem também as partes, os totais e os itens. As validações de um documento
    estão em `/v1/documentos/{chave}/validacoes`.
    """
    wanted = wanted_format(request, formato)
    return await service.document_report(
        request, recursos, sujeito.organizacao, chave, wanted, validacao
    )


@router.get(
    "/documentos/{chave}/danfe",
    tags=["documentos"],
    operation_id="imprimirDocumento",
    summary="Imprimir o documento auxiliar",
    responses={
        200: with_headers(pdf_answer("O PDF"), ETAG, DISPOSITION),
        **NOT_MODIFIED,
        **problems(
            NaoEncontrado,
            SemImpressao,
            NaoImprimivel,
            ImpressaoFalhou,
            ImpressaoNaoInstalada,
            ImpressaoOcupada,
            ImpressaoDemorada,
        ),
    },
)
@audited(Acao.DOCUMENTO_IMPRESSO)
async def danfe(request: Request, sujeito: Leitor, recursos: Meios, chave: Chave) -> Response:
    """O DANFE, DANFE NFC-e, DACTE, DAMDFE, DACCe ou DANFSe de um documento guardado.

    Sem protocolo que o autorize, sai com a marca SEM VALOR FISCAL; cancelado, com a de CANCELADO.
    """
    return await document_danfe(request, recursos, sujeito.organizacao, chave)
