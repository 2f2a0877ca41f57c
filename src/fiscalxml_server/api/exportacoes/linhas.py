"""From stored documents to the columns of the tables.

An amount of an invalid document may be anything; what does not fit its column's type stays empty,
and the XML has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

import msgspec
from sqlalchemy import RowMapping

from fiscalxml_server.api.exportacoes.tabelas import (
    ACHADOS,
    ITENS,
    TRIBUTOS,
    Coluna,
    Origem,
    Tabela,
    Tipo,
)
from fiscalxml_server.api.exportacoes.writers.shapes import Colunas
from fiscalxml_server.kit.compression import decompress

Documento = RowMapping | Mapping[str, Any]
"""a row: columns of `documentos`, and `relatorio`, as far as the tables need them"""

_POSICAO: Final = "posicao"


def _fields(tabela: Tabela, origem: Origem) -> list[str]:
    return [coluna.campo for coluna in tabela.colunas if coluna.origem == origem]


_COMPUTED: Final = (_POSICAO, "nivel", "nome")
_Tributo = msgspec.defstruct(
    "_Tributo",
    [(campo, str | None, None) for campo in _fields(TRIBUTOS, "tributo") if campo not in _COMPUTED],
)
_Item = msgspec.defstruct(
    "_Item",
    [
        *((campo, str | None, None) for campo in _fields(ITENS, "item") if campo != _POSICAO),
        ("impostos", dict[str, _Tributo] | None, None),  # type: ignore[valid-type]
    ],
)
_Resumo = msgspec.defstruct(
    "_Resumo",
    [
        ("itens", list[_Item], msgspec.field(default_factory=list)),  # type: ignore[valid-type]
        ("impostos", dict[str, _Tributo], msgspec.field(default_factory=dict)),  # type: ignore[valid-type]
    ],
)
_ACHADO: Final = tuple(_fields(ACHADOS, "achado"))
_Achado = msgspec.defstruct(
    "_Achado",
    [
        (coluna.campo, (int if coluna.tipo.nome == "inteiro" else str) | None, None)
        for coluna in ACHADOS.colunas
        if coluna.origem == "achado"
    ],
)
_Relatorio = msgspec.defstruct(
    "_Relatorio",
    [("achados", list[_Achado], msgspec.field(default_factory=list))],  # type: ignore[valid-type]
)
_read_resumo: Final[Callable[[bytes], Any]] = msgspec.json.Decoder(_Resumo).decode
_read_relatorio: Final[Callable[[bytes], Any]] = msgspec.json.Decoder(_Relatorio).decode


def of_documents(tabela: Tabela, rows: Sequence[Documento], names: Mapping[str, str]) -> Colunas:
    """A table whose rows are documents. `names`: inscricao -> name."""
    return [
        [names.get(row[coluna.campo]) for row in rows]
        if coluna.origem == "nome"
        else [_value(coluna, row[coluna.campo]) for row in rows]
        for coluna in tabela.colunas
    ]


def of_items(rows: Sequence[Documento], resumos: Sequence[Any]) -> Colunas:
    """`itens`: those of each document's resumo."""
    return _columns(ITENS, _items(rows, resumos))


def of_taxes(rows: Sequence[Documento], resumos: Sequence[Any]) -> Colunas:
    """`tributos`: of each item, then of the whole document."""
    return _columns(TRIBUTOS, _taxes(rows, resumos))


def of_findings(rows: Sequence[Documento]) -> Colunas:
    """`achados`: of each document's report."""
    own = [coluna for coluna in ACHADOS.colunas if coluna.origem == "documento"]
    found = (
        (*head, *(getattr(achado, campo) for campo in _ACHADO))
        for row in rows
        for head in [_head(own, row)]
        for achado in _read_relatorio(decompress(row["relatorio"])).achados
    )
    return _columns(ACHADOS, found)


def read_resumos(rows: Iterable[Documento]) -> list[Any]:
    """What the tables need of each document's resumo; one without items where there is none."""
    return [
        _Resumo() if row["resumo"] is None else _read_resumo(decompress(row["resumo"]))
        for row in rows
    ]


def _columns(tabela: Tabela, rows: Iterable[tuple[Any, ...]]) -> Colunas:
    columns: Colunas = list(zip(*rows, strict=True))
    return columns or [()] * len(tabela.colunas)


def _items(rows: Sequence[Documento], resumos: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    own = [coluna for coluna in ITENS.colunas if coluna.origem == "documento"]
    read = _reader(ITENS, "item")
    for row, resumo in zip(rows, resumos, strict=True):
        head = _head(own, row)
        for at, item in enumerate(resumo.itens, 1):
            yield (*head, at, *read(item))


def _taxes(rows: Sequence[Documento], resumos: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    own = [coluna for coluna in TRIBUTOS.colunas if coluna.origem == "documento"]
    read = _reader(TRIBUTOS, "tributo")
    for row, resumo in zip(rows, resumos, strict=True):
        head = _head(own, row)
        for at, item in enumerate(resumo.itens, 1):
            for nome, tributo in (item.impostos or {}).items():
                yield (*head, "item", at, nome, *read(tributo))
        for nome, tributo in resumo.impostos.items():
            yield (*head, "documento", None, nome, *read(tributo))


def _head(own: Sequence[Coluna], row: Documento) -> list[Any]:
    return [_value(coluna, row[coluna.campo]) for coluna in own]


def _reader(tabela: Tabela, origem: Origem) -> Callable[[Any], list[Any]]:
    """The values of a part of the resumo, for those of the table's columns that it has."""
    fields = [
        (coluna.campo, _shape(coluna.tipo) if coluna.tipo.nome == "decimal" else None)
        for coluna in tabela.colunas
        if coluna.origem == origem and coluna.campo not in _COMPUTED
    ]

    def read(part: Any) -> list[Any]:
        values = []
        for campo, shape in fields:
            value = getattr(part, campo)
            if value is not None and shape is not None and not shape(value):
                value = None
            values.append(value)
        return values

    return read


@cache
def _shape(tipo: Tipo) -> Callable[[str], Any]:
    """Tells whether a text is a decimal of this type."""
    whole = tipo.precisao - tipo.escala
    return re.compile(rf"-?[0-9]{{1,{whole}}}(?:\.[0-9]{{1,{tipo.escala}}})?").fullmatch


def _value(coluna: Coluna, value: Any) -> Any:
    """A column of the database as a value of its type."""
    if value is None:
        return None
    if coluna.tipo.nome == "decimal":
        return reais(value)
    if coluna.tipo.nome != "texto" or isinstance(value, str):
        return value
    return value.hex() if isinstance(value, bytes) else str(value)


def reais(centavos: int) -> str:
    """An amount in reais, of any sign."""
    digits = f"{abs(centavos):03}"
    return f"{'-' if centavos < 0 else ''}{digits[:-2]}.{digits[-2:]}"
