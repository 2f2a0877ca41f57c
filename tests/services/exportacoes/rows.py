"""Rows for the writers: values of each column's type, some of them absent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from fiscalxml_server.api.exportacoes.tabelas import Coluna, Tabela
from fiscalxml_server.api.exportacoes.writers.shapes import Colunas, Escritor, Partes

TEXTS = (
    "ACME & CIA <LTDA>",
    'aspas "e" ; vírgula,',
    "linha\nnova",
    "São João ção 日本 🧾",
    None,
    "",
)
INSTANT = datetime(2026, 11, 10, 12, 30, 45, tzinfo=UTC)


def value_of(coluna: Coluna, row: int) -> Any:
    """A value for a column, the same for the same row."""
    if row % 7 == 3 and coluna.nome not in ("documento", "tipo"):
        return None
    match coluna.tipo.nome:
        case "inteiro":
            return row * 1000
        case "decimal":
            return f"{row}.{row % 100:02}"
        case "instante":
            return INSTANT + timedelta(hours=row)
        case "logico":
            return row % 2 == 0
        case _:
            return TEXTS[row % len(TEXTS)]


def colunas(tabela: Tabela, rows: range) -> Colunas:
    """The columns of these rows."""
    return [[value_of(coluna, row) for row in rows] for coluna in tabela.colunas]


def whole(escritor: Escritor, *partes: Partes) -> bytes:
    """The file that a writer makes of these parts."""

    def chunks() -> Iterator[bytes]:
        yield escritor.begin()
        for each in partes:
            yield escritor.write(each)
        yield from escritor.end()

    return b"".join(chunks())


def one_row(tabela: Tabela, **values: Any) -> Partes:
    """A part with one row, in which all but these values are absent."""
    return {tabela.nome: [[values.get(coluna.nome)] for coluna in tabela.colunas]}
