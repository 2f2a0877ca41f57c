"""From stored documents to the columns of the tables.

An amount of an invalid document may be anything; what does not fit its column's type stays empty,
and the XML has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final
from uuid import UUID

import msgspec

from fiscalxml_server.api.documentos.views import reais
from fiscalxml_server.api.exportacoes.tabelas import (
    ACHADOS,
    ITENS,
    TRIBUTOS,
    Origem,
    Tabela,
    Tipo,
)
from fiscalxml_server.api.exportacoes.writers.shapes import Colunas
from fiscalxml_server.kit.compression import decompress

Lidos = Mapping[str, Sequence[Any]]
"""documents that were read: columns of `documentos`, and `relatorio`, as far as they are needed"""

_POSICAO: Final = "posicao"
_PLAIN: Final = {str, type(None)}
_EXACT: Final = 10**15
"""centavos below which a double tells all of them"""


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


def of_documents(tabela: Tabela, lidos: Lidos, names: Mapping[str, str | None]) -> Colunas:
    """A table whose rows are documents. `names`: inscricao -> name."""
    return [
        [names.get(value) for value in lidos[coluna.campo]]
        if coluna.origem == "nome"
        else _values(coluna.tipo, lidos[coluna.campo])
        for coluna in tabela.colunas
    ]


def of_items(lidos: Lidos, resumos: Sequence[Any]) -> Colunas:
    """`itens`: those of each document's resumo."""
    return _columns(ITENS, _items(_heads(ITENS, lidos), resumos))


def of_taxes(lidos: Lidos, resumos: Sequence[Any]) -> Colunas:
    """`tributos`: of each item, then of the whole document."""
    return _columns(TRIBUTOS, _taxes(_heads(TRIBUTOS, lidos), resumos))


def of_findings(lidos: Lidos) -> Colunas:
    """`achados`: of each document's report."""
    found = (
        (*head, *(getattr(achado, campo) for campo in _ACHADO))
        for head, relatorio in zip(_heads(ACHADOS, lidos), lidos["relatorio"], strict=True)
        for achado in _read_relatorio(decompress(relatorio)).achados
    )
    return _columns(ACHADOS, found)


def read_resumos(resumos: Iterable[bytes | None]) -> list[Any]:
    """What the tables need of each resumo; one without items where there is none."""
    return [_Resumo() if packed is None else _read_resumo(decompress(packed)) for packed in resumos]


def _columns(tabela: Tabela, rows: Iterable[tuple[Any, ...]]) -> Colunas:
    columns: Colunas = list(zip(*rows, strict=True))
    return columns or [()] * len(tabela.colunas)


def _heads(tabela: Tabela, lidos: Lidos) -> Iterator[tuple[Any, ...]]:
    """What begins the rows of each document."""
    own = [coluna for coluna in tabela.colunas if coluna.origem == "documento"]
    return zip(*(_values(coluna.tipo, lidos[coluna.campo]) for coluna in own), strict=True)


def _items(heads: Iterable[tuple[Any, ...]], resumos: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    read = _reader(ITENS, "item")
    for head, resumo in zip(heads, resumos, strict=True):
        for at, item in enumerate(resumo.itens, 1):
            yield (*head, at, *read(item))


def _taxes(heads: Iterable[tuple[Any, ...]], resumos: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    read = _reader(TRIBUTOS, "tributo")
    for head, resumo in zip(heads, resumos, strict=True):
        for at, item in enumerate(resumo.itens, 1):
            for nome, tributo in (item.impostos or {}).items():
                yield (*head, "item", at, nome, *read(tributo))
        for nome, tributo in resumo.impostos.items():
            yield (*head, "documento", None, nome, *read(tributo))


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


def _values(tipo: Tipo, values: Sequence[Any]) -> Sequence[Any]:
    """A column of the database as values of a type; as a text, ids and digests are written out."""
    if tipo.nome == "decimal":
        return _amounts(values)
    if tipo.nome != "texto" or set(map(type, values)) <= _PLAIN:
        return values
    return [_written(value) for value in values]


def _amounts(values: Sequence[int | None]) -> Sequence[str | None]:
    """As `reais`; those that a double divides exactly enough, in half the time."""
    if max((abs(value) for value in values if value is not None), default=0) < _EXACT:
        return [None if value is None else f"{value / 100:.2f}" for value in values]
    return [None if value is None else reais(value) for value in values]


def _written(value: str | UUID | bytes | None) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.hex() if isinstance(value, bytes) else str(value)
