"""What an export is asked for with: parameters of a query, or a body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args
from uuid import UUID

import msgspec

from fiscalxml_server.api.documentos.filter_body import Valor, as_in_query, unknown_filters
from fiscalxml_server.api.documentos.parameters import READERS, read_filter
from fiscalxml_server.api.exportacoes.schemas import Formato, NomeDeTabela, Pedido
from fiscalxml_server.kit.http.problems import invalid_fields
from fiscalxml_server.kit.jobs import dia

HINT: Final = (
    'O JSON deve ser {"formato": "xlsx", "tabela": "itens", "lote": "<id>"}, com "filtro": {...} '
    "em vez de lote para exportar uma busca; só formato é obrigatório."
)


class Corpo(msgspec.Struct, forbid_unknown_fields=True):
    """The body as it comes. `filtro`: the parameters of a search; a list has several values."""

    formato: str
    tabela: str | None = None
    lote: str | None = None
    filtro: dict[str, Valor] | None = None


def read_body(corpo: Corpo) -> Pedido:
    """What is asked for. Raises `ParametrosInvalidos`."""
    wrong = [
        *_choice("formato", corpo.formato, Formato),
        *([] if corpo.tabela is None else _choice("tabela", corpo.tabela, NomeDeTabela)),
    ]
    lote = None
    if corpo.lote is not None:
        lote = lote_id(corpo.lote)
        if lote is None:
            wrong.append(_wrong("lote", "deve ser o id de um lote"))
        if corpo.filtro is not None:
            wrong.append(_wrong("filtro", "mande lote ou filtro, não os dois"))
    filtro = as_in_query(corpo.filtro or {})
    wrong += unknown_filters(filtro)
    if wrong:
        raise invalid_fields(wrong)
    read_filter(filtro, "corpo")
    return checked(
        Pedido(formato=corpo.formato, tabela=corpo.tabela, lote=lote, filtro=filtro),  # type: ignore[arg-type]
        "corpo",
    )


def given_filters(query: Mapping[str, Any]) -> dict[str, str]:
    """Of a request's parameters, those that are filters, as they were given."""
    return {name: query[name] for name in sorted(query.keys() & READERS.keys())}


def checked(pedido: Pedido, onde: str = "query") -> Pedido:
    """The request. Raises `ParametrosInvalidos` where its format has no single table."""
    if pedido.formato == "zip" and pedido.tabela is not None:
        campo = _wrong("tabela", "o formato zip tem os XML, e não uma tabela") | {"onde": onde}
        raise invalid_fields([campo])
    return pedido


def lote_id(text: str) -> UUID | None:
    """The id that a lote could have."""
    try:
        lote = UUID(text)
        dia(lote)
    except (ValueError, OverflowError):
        return None
    return lote


def _choice(campo: str, value: str, kinds: Any) -> list[dict[str, str]]:
    accepted = get_args(kinds)
    if value in accepted:
        return []
    return [_wrong(campo, f"não é um dos valores aceitos: {', '.join(accepted)}")]


def _wrong(campo: str, mensagem: str) -> dict[str, str]:
    return {"campo": campo, "onde": "corpo", "mensagem": mensagem}
