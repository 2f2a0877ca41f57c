"""CSV, as Brazilian spreadsheets open it, or plain (RFC 4180).

A text that a spreadsheet could take for a formula gets an apostrophe before it; numbers do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from fiscalxml_server.api.exportacoes.tabelas import Tabela
from fiscalxml_server.api.exportacoes.writers.shapes import Partes
from fiscalxml_server.api.exportacoes.writers.texts import (
    Conversao,
    booleans,
    brazilian_decimals,
    brazilian_instants,
    guarded,
    instants,
    unchanged,
)

_LINE_END: Final = "\r\n"
_QUOTED: Final = ('"', "\r", "\n")
"""what a cell in quotes may hold, besides the separator"""


class Dialeto(NamedTuple):
    """How cells are divided, and how values of each type are written."""

    separador: str
    marca: str
    """a mark that tells spreadsheets that the text is UTF-8"""
    conversoes: dict[str, Conversao]


EXCEL: Final = Dialeto(
    ";",
    "\ufeff",
    {
        "texto": guarded,
        "inteiro": unchanged,
        "decimal": brazilian_decimals,
        "instante": brazilian_instants,
        "logico": booleans("VERDADEIRO", "FALSO"),
    },
)
"""semicolons, decimal comma, day/month/year in Brasília, BOM"""

SIMPLES: Final = Dialeto(
    ",",
    "",
    {
        "texto": guarded,
        "inteiro": unchanged,
        "decimal": unchanged,
        "instante": instants,
        "logico": booleans("true", "false"),
    },
)
"""commas, decimal point, ISO 8601 in UTC, no BOM"""


class EscritorCsv:
    """One table as CSV in UTF-8, lines ended by CRLF."""

    def __init__(self, tabela: Tabela, dialeto: Dialeto) -> None:
        self._tabela = tabela
        self._dialeto = dialeto
        self._conversoes = [dialeto.conversoes[coluna.tipo.nome] for coluna in tabela.colunas]

    def begin(self) -> bytes:
        head = self._dialeto.separador.join(self._tabela.nomes)
        return f"{self._dialeto.marca}{head}{_LINE_END}".encode()

    def write(self, partes: Partes) -> bytes:
        colunas = partes[self._tabela.nome]
        cells = [
            _cells(convert(values), self._dialeto.separador)
            for convert, values in zip(self._conversoes, colunas, strict=True)
        ]
        lines = list(map(self._dialeto.separador.join, zip(*cells, strict=True)))
        return (_LINE_END.join((*lines, "")) if lines else "").encode()

    def end(self) -> Iterator[bytes]:
        return iter(())


def _cells(values: Sequence[Any], separador: str) -> Sequence[str]:
    """A column's values as cells; in quotes where they must be. (The module csv looks at each.)"""
    cells = ["" if value is None else str(value) for value in values]
    joined = "".join(cells)
    marks = (separador, *_QUOTED)
    if not any(mark in joined for mark in marks):
        return cells
    return [_quoted(cell) if any(mark in cell for mark in marks) else cell for cell in cells]


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'
