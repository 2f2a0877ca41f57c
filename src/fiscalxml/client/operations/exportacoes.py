"""Documents of a lote or of a search as a file: CSV, XLSX, JSONL, Parquet, ZIP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Unpack
from uuid import UUID, uuid4

import msgspec

from fiscalxml.client.bodies import Caminho
from fiscalxml.client.operations.contents import JSON, filters, pages, query, segment, wanted
from fiscalxml.client.operations.downloads import fetched, saved
from fiscalxml.client.operations.waiting import waited
from fiscalxml.client.problems import ExportacaoSemArquivo, Problema
from fiscalxml.client.shapes import Exportacao, Filtro, Formato, Pagina, Tabela
from fiscalxml.client.steps import (
    Abrir,
    Fluxo,
    LerPedaco,
    Passos,
    Pedido,
    Resposta,
    asked,
    read_as,
)

_EXPORTACAO = msgspec.json.Decoder(Exportacao).decode
_EXPORTACOES = msgspec.json.Decoder(Pagina[Exportacao]).decode


def exportar(
    destino: Caminho,
    formato: Formato,
    *,
    tabela: Tabela | None = None,
    prazo: float | None = None,
    **filtro: Unpack[Filtro],
) -> Passos[Exportacao | None]:
    """Write the documents that fit all filters into a file, whatever their number.

    Where they are many the service first makes the file, which is waited for (`prazo` seconds at
    most) and given as it is then. `filtro` with `lote` alone: all that the lote brought. Raises
    `problems.ExportacaoSemArquivo`, `EsperaEsgotada`, OSError.
    """
    caminho, parameters = "/v1/documentos/exportacao", filters(filtro)
    if filtro.keys() == {"lote"}:
        caminho, parameters = f"/v1/lotes/{segment(filtro['lote'])}/exportacao", {}
    asked_for = query(formato=formato, tabela=tabela) | parameters
    resposta: Resposta = yield Abrir(Pedido(caminho=caminho, query=asked_for))
    if resposta.status != 202:
        yield from saved(destino)
        return None
    accepted = read_as(_EXPORTACAO, (yield from _whole()))
    return (yield from baixar_exportacao(accepted.id, destino, prazo=prazo))


def pedir_exportacao(
    formato: Formato,
    *,
    tabela: Tabela | None = None,
    lote: str | UUID | None = None,
    filtro: Filtro | None = None,
    idempotencia: str | None = None,
) -> Passos[Exportacao]:
    """Have a file made, of a lote or of a search; `baixar_exportacao` waits for it."""
    body: dict[str, object] = {"formato": formato}
    if tabela is not None:
        body["tabela"] = tabela
    if lote is not None:
        body["lote"] = str(lote)
    if filtro is not None:
        body["filtro"] = wanted(filtro)
    pedido = Pedido(
        metodo="POST",
        caminho="/v1/exportacoes",
        cabecalhos=JSON | {"Idempotency-Key": idempotencia or str(uuid4())},
        corpo=msgspec.json.encode(body),
    )
    return (yield from asked(pedido, _EXPORTACAO))


def exportacoes(*, por_pagina: int = 200) -> Fluxo[Exportacao]:
    """All exports, the newest first."""
    yield from pages("/v1/exportacoes", query(limite=por_pagina), _EXPORTACOES)


def exportacao(exportacao: str | UUID) -> Passos[Exportacao]:
    """How an export stands; a new `url` each time."""
    return (yield from asked(Pedido(caminho=_of(exportacao)), _EXPORTACAO))


def esperar_exportacao(
    exportacao: str | UUID,
    *,
    prazo: float | None = None,
    ao_mudar: Callable[[Exportacao], None] | None = None,
) -> Passos[Exportacao]:
    """The export as it ends, also one that failed. Raises `EsperaEsgotada`."""
    return (yield from waited(_of(exportacao), _EXPORTACAO, prazo, ao_mudar))


def baixar_exportacao(
    exportacao: str | UUID, destino: Caminho, *, prazo: float | None = None
) -> Passos[Exportacao]:
    """Wait for an export, write its file and check it against its SHA-256.

    Raises `problems.ExportacaoSemArquivo` for one that ended without a file, `EsperaEsgotada`,
    OSError.
    """
    ready = yield from esperar_exportacao(exportacao, prazo=prazo)
    if ready.situacao != "pronta":
        detail = ready.motivo or f"A exportação está {ready.situacao}."
        raise ExportacaoSemArquivo(
            Problema(
                status=409,
                codigo=ExportacaoSemArquivo.codigo,
                title="A exportação não tem arquivo",
                detail=detail,
            )
        )
    yield from fetched(f"{_of(exportacao)}/arquivo", destino, ready.sha256)
    return ready


def cancelar_exportacao(exportacao: str | UUID) -> Passos[None]:
    """Make it no further, and delete its file."""
    yield from asked(Pedido(metodo="DELETE", caminho=_of(exportacao)), bytes)


def _of(exportacao: str | UUID) -> str:
    return f"/v1/exportacoes/{segment(exportacao)}"


def _whole() -> Passos[bytes]:
    """The body of the answer that is open."""
    pieces = []
    while piece := (yield LerPedaco()):
        pieces.append(piece)
    return b"".join(pieces)
