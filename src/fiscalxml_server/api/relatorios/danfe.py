"""Auxiliary documents of stored ones, drawn in processes of their own, few at a time."""

from __future__ import annotations

import asyncio
import hashlib
from functools import partial
from importlib.metadata import version
from typing import Final
from uuid import UUID

import anyio
from fastapi import Request
from sqlalchemy import RowMapping
from starlette.responses import Response

from fiscalxml.danfe import (
    AnexoInvalido,
    DanfeImpossivel,
    ExtraAusente,
    FalhaDoRenderizador,
    Pedido,
    Renderizador,
    SemDocumentoAuxiliar,
    TempoEsgotado,
    VariosDocumentos,
    pedido,
)
from fiscalxml.xml import Limits
from fiscalxml_server.api.documentos import service as documentos
from fiscalxml_server.kit.errors import NaoEncontrado, Problema
from fiscalxml_server.kit.http.answers import disposition, matches
from fiscalxml_server.kit.http.work import run_sized
from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.telemetry.pools import IMPRESSORAS, Pool

_VERSION: Final = version("fiscalxml")
_CARTA_DE_CORRECAO: Final = "110110"
_CANCELADO: Final = "cancelado"


class ImpressaoNaoInstalada(Problema):
    status, codigo, titulo = 501, "impressao_nao_instalada", "Esta instalação não imprime"
    explicacao = (
        "A biblioteca que desenha documentos auxiliares não está instalada neste servidor: falta o "
        "extra fiscalxml[danfe]."
    )


class SemImpressao(Problema):
    status, codigo, titulo = 404, "sem_documento_auxiliar", "Este documento não tem impressão"
    explicacao = (
        "Nem todo documento tem um documento auxiliar, e alguns ainda não são impressos aqui. Há "
        "DANFE, DANFE NFC-e, DACTE, DAMDFE, DACCe e DANFSe."
    )


class NaoImprimivel(Problema):
    status, codigo, titulo = 422, "documento_nao_imprimivel", "O documento não pode ser impresso"
    explicacao = (
        "O que está guardado não segue o leiaute, foi denegado ou não cabe na página: impresso, "
        "diria o que não é. O relatório do documento mostra o que corrigir."
    )


class ImpressaoFalhou(Problema):
    status, codigo, titulo = 500, "impressao_falhou", "A impressão falhou"
    explicacao = (
        "O processo que desenha falhou com este documento; a falha está registrada. Os demais não "
        "foram afetados."
    )


class ImpressaoOcupada(Problema):
    status, codigo, titulo = 503, "impressao_ocupada", "Há impressões demais ao mesmo tempo"
    explicacao = "Poucos documentos são desenhados de cada vez. Retry-After diz quando tentar."


class ImpressaoDemorada(Problema):
    status, codigo, titulo = 504, "impressao_demorada", "A impressão passou do tempo"
    explicacao = (
        "O documento leva mais tempo para ser desenhado do que o servidor permite a cada um; os de "
        "muitas centenas de itens podem chegar a isso."
    )


class Impressoras:
    """The processes that draw for this process of the API, each started when first needed."""

    def __init__(self, settings: Settings) -> None:
        self._seconds = settings.danfe_seconds
        self._waiting = settings.danfe_waiting_seconds
        self._all = [Renderizador() for _ in range(settings.danfe_processes)]
        # The last one that was used is the next: no more are started than are needed at a time.
        self._free: asyncio.LifoQueue[Renderizador] = asyncio.LifoQueue()
        for each in self._all:
            self._free.put_nowait(each)
        self._limiter = anyio.CapacityLimiter(len(self._all))
        self._pool = Pool(IMPRESSORAS, len(self._all))

    async def draw(self, wanted: Pedido) -> bytes:
        """The PDF. Raises `ImpressaoOcupada`, and what `Renderizador.draw` raises."""
        try:
            with self._pool.waiting():
                renderizador = await asyncio.wait_for(self._free.get(), self._waiting)
        except TimeoutError:
            raise ImpressaoOcupada(
                "Espere que outras impressões terminem.", headers={"Retry-After": "5"}
            ) from None
        try:
            draw = partial(renderizador.draw, wanted, timeout=self._seconds)
            return await anyio.to_thread.run_sync(draw, limiter=self._limiter)
        finally:
            self._pool.give_back()
            self._free.put_nowait(renderizador)

    async def close(self) -> None:
        """End all processes."""
        for each in self._all:
            await anyio.to_thread.run_sync(each.close)


async def document_danfe(
    request: Request, recursos: Recursos, organizacao: UUID, chave: str
) -> Response:
    """The PDF of the auxiliary document of a stored one.

    Raises `NaoEncontrado` and the problems of this module.
    """
    impressoras: Impressoras = request.app.state.impressoras
    row, data = await documentos.read_copy(recursos, organizacao, chave)
    nota = await _corrected(recursos, organizacao, row)
    # A letter of correction is drawn with what the note says, which may come, or change, later.
    drawn = b"".join((row["sha256"], nota or b"", f"{row['situacao']} {_VERSION}".encode()))
    etag = f'"{hashlib.sha256(drawn).hexdigest()[:32]}"'
    headers = {"Cache-Control": "private, no-store", "ETag": etag}
    if matches(request.headers.getlist("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    try:
        wanted = await run_sized(len(data), partial(_wanted, recursos.settings, row, data, nota))
        pdf = await impressoras.draw(wanted)
    except ExtraAusente:
        raise ImpressaoNaoInstalada("Instale fiscalxml[danfe] neste servidor.") from None
    except SemDocumentoAuxiliar as refused:
        raise SemImpressao(str(refused)) from None
    except TempoEsgotado as refused:
        raise ImpressaoDemorada(str(refused)) from None
    except FalhaDoRenderizador as error:
        raise ImpressaoFalhou("O documento não pôde ser desenhado.") from error
    except (DanfeImpossivel, VariosDocumentos) as refused:
        raise NaoImprimivel(str(refused)) from None
    return Response(
        pdf,
        headers={
            **headers,
            "Content-Disposition": disposition(f"{wanted.nome}.pdf"),
            "X-Content-Type-Options": "nosniff",
        },
        media_type="application/pdf",
    )


def _wanted(settings: Settings, row: RowMapping, data: bytes, nota: bytes | None) -> Pedido:
    limits = Limits(max_bytes=settings.max_document_bytes)
    wanted = partial(pedido, data, cancelado=row["situacao"] == _CANCELADO, limits=limits)
    try:
        return wanted(nota=nota)
    except AnexoInvalido:  # what is stored under its chave is not that note
        return wanted()


async def _corrected(recursos: Recursos, organizacao: UUID, row: RowMapping) -> bytes | None:
    """The note that a letter of correction is about, where it is stored: it names the issuer."""
    if row["evento_tipo"] != _CARTA_DE_CORRECAO or row["evento_chave"] is None:
        return None
    try:
        _, nota = await documentos.read_copy(recursos, organizacao, row["evento_chave"])
    except NaoEncontrado:
        return None
    return nota
