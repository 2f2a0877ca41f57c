"""CSV, as Brazilian spreadsheets open it, or plain (RFC 4180).

A text that a spreadsheet could take for a formula gets an apostrophe before it; numbers do not.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final, NamedTuple

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
        self._buffer = io.StringIO(newline="")
        self._rows = csv.writer(self._buffer, delimiter=dialeto.separador)

    def begin(self) -> bytes:
        self._buffer.write(self._dialeto.marca)
        self._rows.writerow(self._tabela.nomes)
        return self._taken()

    def write(self, partes: Partes) -> bytes:
        colunas = partes[self._tabela.nome]
        texts = [convert(values) for convert, values in zip(self._conversoes, colunas, strict=True)]
        self._rows.writerows(zip(*texts, strict=True))
        return self._taken()

    def end(self) -> Iterator[bytes]:
        return iter(())

    def _taken(self) -> bytes:
        data = self._buffer.getvalue().encode()
        self._buffer.seek(0)
        self._buffer.truncate()
        return data
