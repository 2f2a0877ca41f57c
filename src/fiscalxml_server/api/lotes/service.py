"""Lotes: taken in, found again, followed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping
from starlette.responses import Response

from fiscalxml_server.api.lotes import repository
from fiscalxml_server.api.lotes.schemas import ABRIR, TIPOS
from fiscalxml_server.api.lotes.uploads import too_large
from fiscalxml_server.api.lotes.views import item_view, lote_view
from fiscalxml_server.kit import jobs
from fiscalxml_server.kit.admission import admit
from fiscalxml_server.kit.audit import Acao, Registro, record
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.errors import NaoEncontrado, Problema
from fiscalxml_server.kit.http.answers import json_response
from fiscalxml_server.kit.http.cursors import read_cursor, write_cursor
from fiscalxml_server.kit.http.events import Andamento, Row
from fiscalxml_server.kit.http.stores import reaching_store
from fiscalxml_server.kit.idempotency import (
    JaAtendido,
    Pedido,
    remember,
    request_under,
    served_once,
)
from fiscalxml_server.kit.jobs import Trabalho
from fiscalxml_server.kit.quotas.counting import read as read_use
from fiscalxml_server.kit.quotas.counting import refuse_over
from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.storage import DIRETO, CopiaAusente, EnvioGrande, nome_do_objeto
from fiscalxml_server.kit.telemetry import current_traceparent

_OPERACAO: Final = "enviarLote"
_DIRECT_TIME: Final = timedelta(hours=1)
_DIRECT_DAYS: Final = timedelta(days=2)
_Place = Annotated[int, msgspec.Meta(ge=0, lt=2**31)]


class EnvioDiretoIndisponivel(Problema):
    status, codigo, titulo = 409, "envio_direto_indisponivel", "Sem envio direto nesta instalação"
    explicacao = (
        "Os documentos ficam numa pasta desta máquina, que não aceita envio direto. Mande o "
        "arquivo no corpo de POST /v1/lotes."
    )


class EnvioAusente(Problema):
    status, codigo, titulo = 422, "envio_ausente", "O envio direto não chegou"
    explicacao = "Nada foi gravado no endereço que POST /v1/lotes/envios deu, ou ele venceu."


async def receive(
    recursos: Recursos,
    sujeito: Sujeito,
    nome: str,
    chunks: AsyncIterator[bytes],
    idempotency_key: str | None,
) -> Response:
    """Store what is being sent; 202 when it can no longer be lost.

    Raises `FilaCheia`, `CotaEsgotada`, `CorpoGrandeDemais`, `ChaveReutilizada`, `Indisponivel`, and
    what `chunks` raises.
    """
    await _admit(recursos, sujeito)
    lote = new_id()
    limit = recursos.settings.max_upload_bytes
    try:
        with reaching_store():
            envio = await recursos.objetos.upload(
                sujeito.organizacao, f"envios/{lote}", chunks, max_bytes=limit
            )
    except EnvioGrande:
        raise too_large(limit) from None
    values = {"objeto": envio.objeto, "tamanho": envio.tamanho, "sha256": envio.sha256}
    pedido = request_under(sujeito, idempotency_key, _OPERACAO, nome, envio.sha256)
    try:
        async with recursos.kept_with_its_row(envio.objeto):
            return await _write(recursos, sujeito, lote, nome, values, pedido)
    except JaAtendido as answered:
        return answered.response


async def adopt(
    recursos: Recursos, sujeito: Sujeito, nome: str, envio: UUID, idempotency_key: str | None
) -> Response:
    """The same for an archive that the client has put into the object store itself.

    Raises also `EnvioAusente`.
    """
    await _admit(recursos, sujeito)
    objeto = nome_do_objeto(sujeito.organizacao, f"{DIRETO}{envio}")
    size = await _direct_size(recursos, sujeito.organizacao, envio, objeto)
    pedido = request_under(sujeito, idempotency_key, _OPERACAO, nome, envio.bytes)
    values = {"objeto": objeto, "tamanho": size}
    try:
        return await _write(recursos, sujeito, envio, nome, values, pedido)
    except JaAtendido as answered:
        return answered.response


async def _admit(recursos: Recursos, sujeito: Sujeito) -> None:
    """Raises `FilaCheia`, and `CotaEsgotada` where no document is left.

    How many the archive has is not known yet: all of one that was taken in are processed and
    counted, and it is the next one that is refused.
    """
    await admit(recursos, sujeito.organizacao, TIPOS)
    async with recursos.banco.whole.transacao(sujeito.organizacao) as conn:
        refuse_over(await read_use(conn, recursos.settings, sujeito))


async def _direct_size(recursos: Recursos, organizacao: UUID, envio: UUID, objeto: str) -> int:
    """Bytes of a direct upload; its lote knows them after the archive was opened and deleted.

    Raises `EnvioAusente`, `CorpoGrandeDemais`.
    """
    async with recursos.banco.transacao(organizacao) as conn:
        sent = await repository.find(conn, organizacao, envio)
    if sent is not None:
        return int(sent["tamanho"])
    try:
        with reaching_store():
            size = await recursos.objetos.size(organizacao, objeto)
    except CopiaAusente:
        raise EnvioAusente("Não há nada gravado neste envio.") from None
    if jobs.dia(envio) < datetime.now(UTC).date() - _DIRECT_DAYS:
        raise EnvioAusente("Este envio venceu; prepare outro.")
    if size > recursos.settings.max_upload_bytes:
        raise too_large(recursos.settings.max_upload_bytes)
    return size


def direct_upload(recursos: Recursos, organizacao: UUID) -> dict[str, Any]:
    """Where a client may put an archive itself. Raises `EnvioDiretoIndisponivel`."""
    envio = new_id()
    url = recursos.objetos.presigned_put(organizacao, f"{DIRETO}{envio}", _DIRECT_TIME)
    if url is None:
        raise EnvioDiretoIndisponivel("Mande o arquivo no corpo de POST /v1/lotes.")
    return {
        "id": envio,
        "metodo": "PUT",
        "url": url,
        "expira_em": datetime.now(UTC) + _DIRECT_TIME,
    }


async def find(recursos: Recursos, organizacao: UUID, lote: UUID) -> RowMapping:
    """A lote's row. Raises `NaoEncontrado`."""
    async with recursos.banco.transacao(organizacao) as conn:
        row = await repository.find(conn, organizacao, lote)
    if row is None:
        raise NaoEncontrado("Não há lote com este id.")
    return row


async def list_page(
    recursos: Recursos, organizacao: UUID, cursor: str | None, limite: int
) -> dict[str, Any]:
    """Lotes, newest first."""
    before = None if cursor is None else read_cursor(cursor, UUID)
    async with recursos.banco.leitura(organizacao) as conn:
        rows = await repository.page(conn, organizacao, before, limite + 1)
    more = write_cursor(rows[limite - 1]["id"]) if len(rows) > limite else None
    return {"itens": [lote_view(row) for row in rows[:limite]], "proximo": more}


async def list_items(
    recursos: Recursos,
    organizacao: UUID,
    lote: UUID,
    *,
    desfecho: str | None,
    cursor: str | None,
    limite: int,
) -> dict[str, Any]:
    """Items of a lote in the archive's order. Raises `NaoEncontrado`."""
    await find(recursos, organizacao, lote)
    after = None if cursor is None else read_cursor(cursor, tuple[_Place, _Place])
    async with recursos.banco.leitura(organizacao) as conn:
        rows = await repository.page_items(
            conn, organizacao, lote, after=after, desfecho=desfecho, limit=limite + 1
        )
    last = rows[limite - 1] if len(rows) > limite else None
    more = None if last is None else write_cursor((last["indice"], last["parte"]))
    return {"itens": [item_view(row) for row in rows[:limite]], "proximo": more}


def progress(recursos: Recursos, organizacao: UUID, lote: UUID) -> Andamento:
    """How the lote is followed; reading it raises `NaoEncontrado`."""
    return Andamento(lambda: find(recursos, organizacao, lote), lote_view, ended)


def ended(row: Row) -> bool:
    """Whether nothing of the lote will change any more: of one that failed while it was opened, the
    files that had been read are still processed."""
    terminal = row["situacao"] in ("concluido", "falhou")
    return terminal and bool(row["prontos"] >= row["arquivos"])


async def _write(
    recursos: Recursos,
    sujeito: Sujeito,
    lote: UUID,
    nome: str,
    values: dict[str, Any],
    pedido: Pedido | None,
) -> Response:
    """The lote and the job that opens it, together. Raises `JaAtendido`, `ChaveReutilizada`."""
    org = sujeito.organizacao
    opening = Trabalho(organizacao=org, tipo=ABRIR, lote=lote)
    async with served_once(recursos.banco, org, pedido) as conn:
        asked = {"credencial": sujeito.credencial, "empresas": sujeito.limite}
        new = await repository.insert_lote(conn, org, lote, nome=nome, **asked, **values)
        if new:
            await jobs.add(conn, [opening], current_traceparent())
        row = await repository.find(conn, org, lote)
        assert row is not None  # noqa: S101 - written above, or before
        if row["empresas"] != sujeito.limite:
            raise EnvioAusente("Não há nada gravado neste envio.")
        response = json_response(lote_view(row), 202)
        response.headers["Location"] = f"/v1/lotes/{lote}"
        await remember(conn, pedido, response)
        if new:
            sent = Registro(sujeito.ator, Acao.LOTE_ENVIADO, f"lote:{lote}", {"nome": nome})
            await record(conn, org, sent)
        return response
