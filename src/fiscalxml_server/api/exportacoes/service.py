"""Exports: answered at once, or asked for, followed and fetched."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO, Final
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response, StreamingResponse

from fiscalxml.documents.facts import BRASILIA
from fiscalxml_server.api.exportacoes import repository
from fiscalxml_server.api.exportacoes.formatos import ARQUIVOS
from fiscalxml_server.api.exportacoes.producao import Producao
from fiscalxml_server.api.exportacoes.reading import choose, count, pages, produce
from fiscalxml_server.api.exportacoes.schemas import EXPORTAR, Pedido
from fiscalxml_server.api.exportacoes.views import exportacao_view, file_name
from fiscalxml_server.api.lotes import service as lotes
from fiscalxml_server.kit import jobs, tickets
from fiscalxml_server.kit.admission import FilaCheia
from fiscalxml_server.kit.audit import Acao, Registro, record
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.errors import NaoEncontrado, Problema
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.cursors import read_cursor, write_cursor
from fiscalxml_server.kit.http.ranges import NadaAli, wanted_range
from fiscalxml_server.kit.http.stores import reaching_store
from fiscalxml_server.kit.idempotency import JaAtendido, remember, request_under, served_once
from fiscalxml_server.kit.jobs import Trabalho
from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.settings import MEGABYTE
from fiscalxml_server.kit.storage import CopiaAusente
from fiscalxml_server.kit.telemetry import current_traceparent

_OPERACAO: Final = "pedirExportacao"
_MAX_OPEN: Final = 20
"""exports of an organisation that wait or are being made"""
_ENDERECO: Final = b"arquivo de exportacao"
"""what the tickets are for"""
_CHUNK: Final = MEGABYTE
EXPORTACOES_DEMAIS: Final = (
    "Há exportações demais sendo lidas ao mesmo tempo. Tente de novo em instantes, ou use "
    "POST /v1/exportacoes."
)
_CANCELADA: Final = "Cancelada a pedido."


class SemArquivo(Problema):
    status, codigo, titulo = 409, "exportacao_sem_arquivo", "A exportação não tem arquivo"
    explicacao = (
        "O arquivo ainda não está pronto, não pôde ser gerado, foi cancelado ou já expirou. "
        "GET /v1/exportacoes/{exportacao} diz qual; uma nova exportação traz um novo arquivo."
    )


class EnderecoVencido(Problema):
    status, codigo, titulo = 401, "endereco_vencido", "O endereço venceu ou foi alterado"
    explicacao = (
        "O endereço assinado de um arquivo vale por pouco tempo e só como foi dado. "
        "GET /v1/exportacoes/{exportacao} dá um novo."
    )


class IntervaloInvalido(Problema):
    status, codigo, titulo = 416, "intervalo_invalido", "O arquivo acaba antes do que Range pede"
    explicacao = (
        "O cabeçalho Range pede bytes que o arquivo não tem. Content-Range diz o tamanho dele."
    )


async def answer(recursos: Recursos, sujeito: Sujeito, pedido: Pedido) -> Response:
    """The file itself, as it is made; above the size of the settings, 202 and an export.

    Raises `NaoEncontrado`, `FilaCheia`, `Indisponivel`.
    """
    organizacao = sujeito.organizacao
    await _require_lote(recursos, organizacao, pedido)
    most = recursos.settings.export_direct_documents
    chosen = b"".join(
        [part async for part in choose(recursos, organizacao, pedido, limit=most + 1)]
    )
    if count(chosen) > most:
        return await ask(recursos, sujeito, pedido, None)
    now = datetime.now(BRASILIA)
    producao = Producao(pedido.formato, pedido.tabela, now)
    return StreamingResponse(
        produce(producao, pages(recursos, organizacao, chosen, producao)),
        media_type=ARQUIVOS[pedido.formato].media_type,
        headers=_file_headers(file_name(pedido, now, pedido.lote)),
    )


async def ask(
    recursos: Recursos, sujeito: Sujeito, pedido: Pedido, idempotency_key: str | None
) -> Response:
    """Write down what is asked for; 202. The same that waits is not written twice.

    Raises `NaoEncontrado`, `FilaCheia`, `ChaveReutilizada`, `Indisponivel`.
    """
    organizacao = sujeito.organizacao
    await _require_lote(recursos, organizacao, pedido)
    key = request_under(sujeito, idempotency_key, _OPERACAO, pedido.to_json())
    try:
        async with served_once(recursos.banco, organizacao, key) as conn:
            row = await _write(conn, sujeito, pedido)
            response = json_response(exportacao_view(row), 202)
            response.headers["Location"] = f"/v1/exportacoes/{row['id']}"
            await remember(conn, key, response)
            await record(conn, organizacao, _asked(sujeito, row))
            return response
    except JaAtendido as answered:
        return answered.response


def _asked(sujeito: Sujeito, row: RowMapping) -> Registro:
    details = {"pedido": msgspec.Raw(row["pedido"])}
    return Registro(sujeito.ator, Acao.EXPORTACAO_PEDIDA, f"exportacao:{row['id']}", details)


async def _write(conn: AsyncConnection, sujeito: Sujeito, pedido: Pedido) -> RowMapping:
    organizacao, asked = sujeito.organizacao, pedido.to_json()
    waiting = await repository.find_open(conn, organizacao)
    for row in waiting:
        # One that has begun may have chosen its documents before the last of them came.
        same = (row["pedido"], row["empresas"]) == (asked, sujeito.limite)
        if same and row["situacao"] == "recebida":
            return row
    if len(waiting) >= _MAX_OPEN:
        raise FilaCheia("Espere as exportações anteriores.", headers={"Retry-After": "30"})
    exportacao = new_id()
    await repository.insert_export(
        conn,
        organizacao,
        exportacao,
        pedido=asked,
        credencial=sujeito.credencial,
        empresas=sujeito.limite,
    )
    trabalho = Trabalho(organizacao=organizacao, tipo=EXPORTAR, lote=exportacao)
    await jobs.add(conn, [trabalho], current_traceparent())
    written = await repository.find(conn, organizacao, exportacao)
    assert written is not None  # noqa: S101 - written above
    return written


async def find(recursos: Recursos, organizacao: UUID, exportacao: UUID) -> RowMapping:
    """An export's row. Raises `NaoEncontrado`."""
    async with recursos.banco.transacao(organizacao) as conn:
        row = await repository.find(conn, organizacao, exportacao)
    if row is None:
        raise NaoEncontrado("Não há exportação com este id.")
    return row


async def read(recursos: Recursos, organizacao: UUID, exportacao: UUID) -> dict[str, Any]:
    """An export, with the address of its file where there is one. Raises `NaoEncontrado`."""
    row = await find(recursos, organizacao, exportacao)
    view = exportacao_view(row)
    if _has_file(row):
        lasting = timedelta(seconds=recursos.settings.export_url_seconds)
        until = min(datetime.now(UTC) + lasting, row["expira_em"]).replace(microsecond=0)
        ticket = await tickets.issue(recursos.objetos, _ENDERECO, organizacao, row["id"], until)
        view["url"] = f"/v1/exportacoes/{row['id']}/arquivo?assinatura={ticket}"
        view["url_expira_em"] = until
    return view


async def list_page(
    recursos: Recursos, organizacao: UUID, cursor: str | None, limite: int
) -> dict[str, Any]:
    """Exports, newest first."""
    before = None if cursor is None else read_cursor(cursor, UUID)
    async with recursos.banco.leitura(organizacao) as conn:
        rows = await repository.page(conn, organizacao, before, limite + 1)
    more = write_cursor(rows[limite - 1]["id"]) if len(rows) > limite else None
    return {"itens": [exportacao_view(row) for row in rows[:limite]], "proximo": more}


async def cancel(recursos: Recursos, sujeito: Sujeito, exportacao: UUID) -> None:
    """Nobody wants it any more: it is not made, or its file is deleted. Raises `NaoEncontrado`."""
    organizacao = sujeito.organizacao
    await find(recursos, organizacao, exportacao)
    async with recursos.banco.whole.transacao(organizacao) as conn:
        await repository.cancel(conn, organizacao, exportacao, _CANCELADA)
        cancelled = Registro(sujeito.ator, Acao.EXPORTACAO_CANCELADA, f"exportacao:{exportacao}")
        await record(conn, organizacao, cancelled)


async def whose(recursos: Recursos, exportacao: UUID, assinatura: str) -> UUID:
    """The organisation of which a signed address lets read a file. Raises `EnderecoVencido`."""
    found = await tickets.verify(recursos.objetos, _ENDERECO, assinatura, exportacao)
    if found is None:
        raise EnderecoVencido(
            "Peça um novo em GET /v1/exportacoes/{exportacao}.",
            headers={"WWW-Authenticate": 'Bearer realm="fiscalxml", error="invalid_token"'},
        )
    return found


async def fetch(
    recursos: Recursos,
    organizacao: UUID,
    exportacao: UUID,
    *,
    wanted: str | None,
    unless_changed: str | None,
) -> Response:
    """The file, or the part of it that `Range` wants, `If-Range` allowing.

    Raises `NaoEncontrado`, `SemArquivo`, `IntervaloInvalido`, `Indisponivel`.
    """
    row = await find(recursos, organizacao, exportacao)
    if not _has_file(row):
        raise SemArquivo("O arquivo não está pronto, ou não existe mais.")
    etag, size = f'"{row["sha256"].hex()[:32]}"', row["bytes"]
    try:
        part = wanted_range(wanted if unless_changed in (None, etag) else None, size)
    except NadaAli:
        raise IntervaloInvalido(
            f"O arquivo tem {size} bytes.", headers={"Content-Range": f"bytes */{size}"}
        ) from None
    start, end = part or (0, size)
    try:
        with reaching_store():
            file = await recursos.objetos.open_upload(organizacao, row["objeto"])
    except CopiaAusente:
        raise SemArquivo("O arquivo não existe mais.") from None
    pedido = Pedido.parse(row["pedido"])
    headers = _file_headers(file_name(pedido, row["criado_em"], pedido.lote))
    headers |= {"ETag": etag, "Accept-Ranges": "bytes", "Content-Length": str(end - start)}
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return StreamingResponse(
        _read(file, start, end),
        status_code=200 if part is None else 206,
        media_type=ARQUIVOS[pedido.formato].media_type,
        headers=headers,
    )


async def _read(file: BinaryIO, start: int, end: int) -> AsyncIterator[bytes]:
    with file:
        await asyncio.to_thread(file.seek, start)
        while start < end:
            data = await asyncio.to_thread(file.read, min(_CHUNK, end - start))
            if not data:
                raise EOFError("the stored file is shorter than its row says")
            start += len(data)
            yield data


async def _require_lote(recursos: Recursos, organizacao: UUID, pedido: Pedido) -> None:
    if pedido.lote is not None:
        await lotes.find(recursos, organizacao, pedido.lote)


def _has_file(row: RowMapping) -> bool:
    return row["situacao"] == "pronta" and bool(row["expira_em"] > datetime.now(UTC))


def _file_headers(name: str) -> dict[str, str]:
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
