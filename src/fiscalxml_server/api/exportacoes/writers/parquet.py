"""Parquet: decimals exact, instants in UTC, row groups that are written when they are full."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from fiscalxml_server.api.exportacoes.tabelas import Tabela, Tipo
from fiscalxml_server.api.exportacoes.writers.shapes import Partes

_GROUP_ROWS: Final = 50_000
"""rows that are held in memory, and what a reader reads at once"""
_TYPES: Final[dict[str, pa.DataType]] = {
    "texto": pa.string(),
    "inteiro": pa.int64(),
    "instante": pa.timestamp("us", tz="UTC"),
    "logico": pa.bool_(),
}


class EscritorParquet:
    """One table as a Parquet file, zstd."""

    def __init__(self, tabela: Tabela) -> None:
        self._tabela = tabela
        self._schema = pa.schema(
            [pa.field(coluna.nome, _arrow_type(coluna.tipo)) for coluna in tabela.colunas],
            metadata={"fiscalxml.tabela": tabela.nome},
        )
        self._sink = _Sink()
        self._writer = pq.ParquetWriter(
            self._sink, self._schema, compression="zstd", store_decimal_as_integer=True
        )
        self._waiting: list[pa.RecordBatch] = []
        self._rows = 0

    def begin(self) -> bytes:
        return self._sink.taken()

    def write(self, partes: Partes) -> bytes:
        colunas = partes[self._tabela.nome]
        arrays = [
            _array(values, field.type) for values, field in zip(colunas, self._schema, strict=True)
        ]
        batch = pa.record_batch(arrays, schema=self._schema)
        self._waiting.append(batch)
        self._rows += batch.num_rows
        if self._rows >= _GROUP_ROWS:
            self._write_group()
        return self._sink.taken()

    def end(self) -> Iterator[bytes]:
        if self._rows:
            self._write_group()
        self._writer.close()
        yield self._sink.taken()

    def _write_group(self) -> None:
        table = pa.Table.from_batches(self._waiting, schema=self._schema)
        self._writer.write_table(table, row_group_size=len(table))
        self._waiting, self._rows = [], 0


class _Sink(io.RawIOBase):
    """What the library writes to, taken from time to time. It asks for places, never goes back."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self._place = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        self._place += len(self._parts[-1])
        return len(self._parts[-1])

    def tell(self) -> int:
        return self._place

    def taken(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data


def _arrow_type(tipo: Tipo) -> pa.DataType:
    if tipo.nome == "decimal":
        return pa.decimal128(tipo.precisao, tipo.escala)
    return _TYPES[tipo.nome]


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """From texts to decimals in the library: exact, and it refuses what does not fit."""
    if pa.types.is_decimal(kind):
        return pa.array(values, pa.string()).cast(kind)
    return pa.array(values, kind)
