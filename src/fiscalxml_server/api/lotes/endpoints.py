"""POST /v1/lotes; GET /v1/lotes, one of them, its items and its progress."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from fiscalxml_server.api.lotes import service
from fiscalxml_server.api.lotes.documentation import archive_body
from fiscalxml_server.api.lotes.schemas import Desfecho
from fiscalxml_server.api.lotes.service import EnvioAusente, EnvioDiretoIndisponivel
from fiscalxml_server.api.lotes.uploads import ARCHIVE_PROBLEMS, read_archive, received
from fiscalxml_server.api.lotes.views import lote_view
from fiscalxml_server.kit.admission import FilaCheia
from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.auditing import audited, audits_itself
from fiscalxml_server.kit.http.auth import Escritor, Leitor
from fiscalxml_server.kit.http.body import CorpoInvalido
from fiscalxml_server.kit.http.events import UltimoEvento, progress_response
from fiscalxml_server.kit.http.openapi import (
    LOCATION,
    REPLAYED,
    events_answer,
    json_answer,
    problems,
    schema_ref,
    with_headers,
)
from fiscalxml_server.kit.http.parameters import Cursor, Limite
from fiscalxml_server.kit.http.resources import Meios
from fiscalxml_server.kit.idempotency import ChaveIdempotente, ChaveReutilizada
from fiscalxml_server.kit.quotas.counting import CotaEsgotada

router = APIRouter(prefix="/v1/lotes", tags=["lotes"])

Lote = Annotated[UUID, Path(description="O id do lote.")]

_MAX_JSON = 4096


class _Envio(msgspec.Struct, forbid_unknown_fields=True):
    envio: UUID


@router.post(
    "",
    operation_id="enviarLote",
    summary="Enviar um lote",
    status_code=202,
    openapi_extra={"requestBody": archive_body()},
    responses={
        202: with_headers(
            json_answer("Lote recebido", schema_ref("Lote"), "lote_recebido"), LOCATION, REPLAYED
        ),
        **problems(*ARCHIVE_PROBLEMS, EnvioAusente, ChaveReutilizada, FilaCheia, CotaEsgotada),
    },
)
@audits_itself(Acao.LOTE_ENVIADO)
async def enviar(
    request: Request,
    sujeito: Escritor,
    recursos: Meios,
    nome: Annotated[
        str,
        Query(
            min_length=1,
            max_length=200,
            pattern=r"^[^\x00-\x1f\x7f]+$",
            description="Um nome para reconhecer o lote.",
        ),
    ] = "lote",
    idempotency_key: ChaveIdempotente = None,
) -> Response:
    """Recebe um ZIP, TAR ou TAR.GZ, ou um formulário com muitos arquivos, de até 5 GB.

    202 quer dizer que o lote não se perde mais: cada documento será validado, resumido e guardado.
    Acompanhe por `/v1/lotes/{lote}` ou `/v1/lotes/{lote}/progresso`. Um arquivo que já foi gravado
    pelo endereço de `/v1/lotes/envios` vem como `{"envio": "<id>"}`.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "application/json":
        envio = await _read_envio(request)
        return await service.adopt(recursos, sujeito, nome, envio, idempotency_key)
    chunks = await read_archive(request, recursos.settings.max_upload_bytes)
    return await service.receive(recursos, sujeito, nome, chunks, idempotency_key)


@router.post(
    "/envios",
    operation_id="prepararEnvio",
    summary="Preparar um envio direto",
    status_code=201,
    responses={
        201: json_answer("O endereço", schema_ref("EnvioDireto"), "envio_direto"),
        **problems(EnvioDiretoIndisponivel),
    },
)
@audited(Acao.LOTE_ENVIO_PREPARADO)
async def preparar(sujeito: Escritor, recursos: Meios) -> Response:
    """Um endereço assinado para gravar o arquivo direto no armazenamento (só com S3)."""
    return json_response(service.direct_upload(recursos, sujeito.organizacao), 201)


@router.get(
    "",
    operation_id="listarLotes",
    summary="Listar os lotes",
    responses={200: json_answer("Lotes", schema_ref("PaginaDeLotes"), "pagina_de_lotes")},
)
@audited(Acao.LOTES_LISTADOS)
async def listar(
    sujeito: Leitor, recursos: Meios, cursor: Cursor = None, limite: Limite = 50
) -> Response:
    """Os lotes da organização, do mais novo ao mais antigo."""
    return json_response(await service.list_page(recursos, sujeito.organizacao, cursor, limite))


@router.get(
    "/{lote}",
    operation_id="lerLote",
    summary="Ler um lote",
    responses={
        200: json_answer("O lote", schema_ref("Lote"), "lote_recebido", "lote_concluido"),
        **problems(NaoEncontrado),
    },
)
@audited(Acao.LOTE_LIDO)
async def ler(sujeito: Leitor, recursos: Meios, lote: Lote) -> Response:
    """Em que situação o lote está e quantos documentos tiveram cada desfecho."""
    return json_response(lote_view(await service.find(recursos, sujeito.organizacao, lote)))


@router.get(
    "/{lote}/itens",
    operation_id="listarItens",
    summary="Listar os itens de um lote",
    responses={
        200: json_answer("Itens", schema_ref("PaginaDeItens"), "pagina_de_itens"),
        **problems(NaoEncontrado),
    },
)
@audited(Acao.LOTE_ITENS_LIDOS)
async def itens(
    sujeito: Leitor,
    recursos: Meios,
    lote: Lote,
    desfecho: Annotated[Desfecho | None, Query(description="Só os itens deste desfecho.")] = None,
    cursor: Cursor = None,
    limite: Limite = 100,
) -> Response:
    """O que aconteceu com cada documento, e com cada arquivo em que não havia nenhum."""
    return json_response(
        await service.list_items(
            recursos,
            sujeito.organizacao,
            lote,
            desfecho=desfecho,
            cursor=cursor,
            limite=limite,
        )
    )


@router.get(
    "/{lote}/progresso",
    operation_id="acompanharLote",
    summary="Acompanhar um lote",
    responses={
        200: events_answer(
            "Um evento a cada mudança do lote", "progresso", schema_ref("Lote"), "progresso"
        ),
        204: {"description": "O lote terminou e o último evento já foi visto"},
        **problems(NaoEncontrado),
    },
)
@audited(Acao.LOTE_LIDO)
async def progresso(
    sujeito: Leitor, recursos: Meios, lote: Lote, last_event_id: UltimoEvento = None
) -> Response:
    """Eventos (SSE) `progresso` com o lote a cada mudança; a conexão termina junto com ele."""
    return await progress_response(
        service.progress(recursos, sujeito.organizacao, lote), last_event_id
    )


async def _read_envio(request: Request) -> UUID:
    """The direct upload that the body names. Raises `CorpoInvalido`, `CorpoIncompleto`."""
    body = bytearray()
    async for chunk in received(request):
        body += chunk
        if len(body) > _MAX_JSON:
            break
    try:
        return msgspec.json.decode(bytes(body), type=_Envio).envio
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise CorpoInvalido('O JSON deve ser {"envio": "<id de /v1/lotes/envios>"}.') from None
