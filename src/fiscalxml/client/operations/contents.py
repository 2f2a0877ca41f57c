"""What operations share: documents as they are given, query parameters, pages."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypeAlias, TypeVar
from urllib.parse import quote

from fiscalxml.client.bodies import Caminho
from fiscalxml.client.shapes import Filtro, Pagina
from fiscalxml.client.steps import Entregar, Fluxo, Pedido, Servico, asked

T = TypeVar("T")

Conteudo: TypeAlias = bytes | Caminho
"""the bytes of a document, or the path of its file"""

XML = {"Content-Type": "application/xml"}
JSON = {"Content-Type": "application/json"}


def content(documento: Conteudo) -> bytes:
    """Raises OSError."""
    if isinstance(documento, (str, os.PathLike)):
        return Path(documento).read_bytes()
    return bytes(documento)


def query(**parameters: object) -> dict[str, str]:
    """Those that were given, as text."""
    return {name: _text(value) for name, value in parameters.items() if value is not None}


def filters(filtro: Filtro) -> dict[str, str]:
    """A filter as query parameters."""
    return query(**filtro)


def wanted(filtro: Filtro) -> dict[str, object]:
    """A filter as it stands in the JSON of a request."""
    return {
        name: value if isinstance(value, bool) else _text(value)
        for name, value in filtro.items()
        if value is not None
    }


def segment(value: object) -> str:
    """A value as one segment of a path."""
    return quote(str(value), safe="")


def pages(
    caminho: str,
    parameters: Mapping[str, str],
    read: Callable[[bytes], Pagina[T]],
    servico: Servico = "api",
) -> Fluxo[T]:
    """Hands over what stands in a list, page by page."""
    cursor: dict[str, str] = {}
    while True:
        pedido = Pedido(caminho=caminho, query={**parameters, **cursor}, servico=servico)
        page = yield from asked(pedido, read)
        for each in page.itens:
            yield Entregar(each)
        if page.proximo is None:
            return
        cursor = {"cursor": page.proximo}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ",".join(map(_text, value))
    return str(value)
