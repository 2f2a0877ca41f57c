"""JSONL: an object a line, with every column; decimals are texts, as in the API."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fiscalxml_server.api.exportacoes.tabelas import Tabela
from fiscalxml_server.api.exportacoes.writers.shapes import Partes
from fiscalxml_server.api.exportacoes.writers.texts import instants, unchanged


class EscritorJsonl:
    """One table as lines of JSON."""

    def __init__(self, tabela: Tabela) -> None:
        self._tabela = tabela
        self._nomes = tabela.nomes
        self._conversoes = [
            instants if coluna.tipo.nome == "instante" else unchanged for coluna in tabela.colunas
        ]
        self._encode = msgspec.json.Encoder().encode_lines

    def begin(self) -> bytes:
        return b""

    def write(self, partes: Partes) -> bytes:
        colunas = partes[self._tabela.nome]
        values = [
            convert(values) for convert, values in zip(self._conversoes, colunas, strict=True)
        ]
        nomes = self._nomes
        return self._encode(
            [dict(zip(nomes, row, strict=True)) for row in zip(*values, strict=True)]
        )

    def end(self) -> Iterator[bytes]:
        return iter(())
