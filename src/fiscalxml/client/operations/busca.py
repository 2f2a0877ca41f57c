"""Stored documents found by filters: themselves, their sums, the causes of their findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Unpack
from uuid import UUID

import msgspec

from fiscalxml.client.operations.contents import filters, pages, query, segment
from fiscalxml.client.shapes import Causas, Documento, Filtro, Mudancas, Ordem, Pagina, Totais
from fiscalxml.client.steps import Entregar, Fluxo, Passos, Pedido, asked

_DOCUMENTOS = msgspec.json.Decoder(Pagina[Documento]).decode
_TOTAIS = msgspec.json.Decoder(Totais).decode
_MUDANCAS = msgspec.json.Decoder(Mudancas).decode
_CAUSAS = msgspec.json.Decoder(Causas).decode


def procurar(
    *, ordem: Ordem | None = None, por_pagina: int = 500, **filtro: Unpack[Filtro]
) -> Fluxo[Documento]:
    """The documents that fit all filters, the newest first unless `ordem` says otherwise."""
    parameters = query(ordem=ordem, limite=por_pagina) | filters(filtro)
    yield from pages("/v1/documentos", parameters, _DOCUMENTOS)


def totais(
    *, por: str | Sequence[str] | None = None, limite: int | None = None, **filtro: Unpack[Filtro]
) -> Passos[Totais]:
    """How many they are, with exact sums; `por`: in groups (mes, dia, situacao, emitente …)."""
    parameters = query(por=por, limite=limite) | filters(filtro)
    pedido = Pedido(caminho="/v1/documentos/totais", query=parameters)
    return (yield from asked(pedido, _TOTAIS))


def mudancas(*, desde: int = 0, por_pagina: int = 1000) -> Fluxo[Mudancas]:
    """What is new or has changed since a version, page by page. Keep the last page's `versao`: it
    is `desde` of the next time.

    Raises `problems.SincroniaPerdida` where that version is not known any more.
    """
    cursor: str | None = None
    while True:
        parameters = query(desde=desde, limite=por_pagina, cursor=cursor)
        pedido = Pedido(caminho="/v1/documentos/mudancas", query=parameters)
        page = yield from asked(pedido, _MUDANCAS)
        yield Entregar(page)
        cursor = page.proximo
        if cursor is None:
            return


def causas(*, limite: int | None = None, **filtro: Unpack[Filtro]) -> Passos[Causas]:
    """The few causes of all findings of the documents that fit all filters."""
    pedido = Pedido(caminho="/v1/documentos/causas", query=query(limite=limite) | filters(filtro))
    return (yield from asked(pedido, _CAUSAS))


def causas_impressas(
    formato: Literal["html", "pdf"], *, limite: int | None = None, **filtro: Unpack[Filtro]
) -> Passos[bytes]:
    """The same as a page or a PDF."""
    parameters = query(formato=formato, limite=limite) | filters(filtro)
    return (yield from asked(Pedido(caminho="/v1/documentos/causas", query=parameters), bytes))


def causas_do_lote(lote: str | UUID, *, limite: int | None = None) -> Passos[Causas]:
    """The causes of all findings of a lote, of what has been processed until now."""
    pedido = Pedido(caminho=f"/v1/lotes/{segment(lote)}/causas", query=query(limite=limite))
    return (yield from asked(pedido, _CAUSAS))


def causas_do_lote_impressas(
    lote: str | UUID, formato: Literal["html", "pdf"], *, limite: int | None = None
) -> Passos[bytes]:
    """The same as a page or a PDF."""
    parameters = query(formato=formato, limite=limite)
    pedido = Pedido(caminho=f"/v1/lotes/{segment(lote)}/causas", query=parameters)
    return (yield from asked(pedido, bytes))
