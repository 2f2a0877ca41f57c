"""The filters of a search in the body of a request, by the same names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fiscalxml_server.api.documentos.parameters import READERS

Valor = str | int | bool | list[str | int]
"""of a filter in JSON: as in a query, or a list of several values"""


def as_in_query(filtro: Mapping[str, Valor]) -> dict[str, str]:
    """The filters as they would stand in a query, for `read_filter`."""
    return {name: _text(value) for name, value in filtro.items()}


def unknown_filters(filtro: Mapping[str, Valor]) -> Iterator[dict[str, str]]:
    """What is told of names that are no filter's."""
    for name in sorted(filtro.keys() - READERS.keys()):
        words = "este filtro não existe; os de GET /v1/documentos existem"
        yield {"campo": f"filtro.{name}", "onde": "corpo", "mensagem": words}


def _text(value: Valor) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
