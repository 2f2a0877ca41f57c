"""Parquet, read by DuckDB."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pytest

from fiscalxml_server.api.exportacoes.tabelas import DOCUMENTOS, ITENS, TABELAS, Tabela
from fiscalxml_server.api.exportacoes.writers import parquet
from fiscalxml_server.api.exportacoes.writers.parquet import EscritorParquet
from fiscalxml_server.kit.settings import Settings

from .rows import colunas, one_row, whole

_TYPES = {
    "texto": "VARCHAR",
    "inteiro": "BIGINT",
    "instante": "TIMESTAMP WITH TIME ZONE",
    "logico": "BOOLEAN",
}


def _query(folder: Path, data: bytes, query: str) -> list[tuple[Any, ...]]:
    path = folder / "tabela.parquet"
    path.write_bytes(data)
    with duckdb.connect() as connection:
        connection.execute("SET timezone = 'UTC'")
        return connection.execute(query.replace("FILE", f"'{path}'")).fetchall()


_WRITE: Final = """
from datetime import datetime
from pathlib import Path
from fiscalxml_server.api.exportacoes.formatos import open_writer, tables_of

(tabela,) = tables_of("parquet", None)
writer = open_writer("parquet", (tabela,), datetime(2026, 11, 28))
writer.begin()
writer.write({tabela.nome: [[None] * 1000 for _ in tabela.colunas]})
list(writer.end())
print(Path("/proc/self/status").read_text().partition("VmPeak:")[2].split()[0])
"""


def test_a_process_that_wrote_one_has_its_addresses_left_for_other_work() -> None:
    run = (sys.executable, "-c", _WRITE)
    peak = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert int(peak) * 1024 < Settings().worker_memory_bytes / 3


@pytest.mark.parametrize("tabela", TABELAS.values(), ids=TABELAS)
def test_a_reader_finds_every_column_in_its_type_and_place(tabela: Tabela, tmp_path: Path) -> None:
    data = whole(EscritorParquet(tabela), {tabela.nome: colunas(tabela, range(30))})
    found = [(row[0], row[1]) for row in _query(tmp_path, data, "DESCRIBE SELECT * FROM FILE")]
    wanted = [
        (coluna.nome, _TYPES.get(coluna.tipo.nome) or str(coluna.tipo).upper())
        for coluna in tabela.colunas
    ]
    assert found == wanted


def test_values_come_back_as_they_were_over_several_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "_GROUP_ROWS", 40)
    parts = [range(start, start + 25) for start in range(0, 250, 25)]
    data = whole(
        EscritorParquet(DOCUMENTOS), *({"documentos": colunas(DOCUMENTOS, part)} for part in parts)
    )
    rows = _query(tmp_path, data, "SELECT chave, numero, valor, emissao, vigente FROM FILE")
    by_name = dict(zip(DOCUMENTOS.nomes, colunas(DOCUMENTOS, range(250)), strict=True))
    chave, numero, valor, emissao, vigente = (list(values) for values in zip(*rows, strict=True))
    assert chave == by_name["chave"]
    assert numero == by_name["numero"]
    assert valor == [None if text is None else Decimal(text) for text in by_name["valor"]]
    assert emissao == by_name["emissao"]
    assert vigente == by_name["vigente"]
    groups = "SELECT count(DISTINCT row_group_id) FROM parquet_metadata(FILE)"
    assert _query(tmp_path, data, groups) == [(5,)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("valor", "9999999999999999.99"),
        ("valor", "-0.01"),
        ("valor", "10"),
        ("quantidade", "99999999999999.9999"),
        ("valor_unitario", "99999999999.9999999999"),
    ],
)
def test_decimals_are_exact(name: str, text: str, tmp_path: Path) -> None:
    data = whole(EscritorParquet(ITENS), one_row(ITENS, **{name: text}))
    assert _query(tmp_path, data, f"SELECT {name} FROM FILE") == [(Decimal(text),)]  # noqa: S608


def test_what_does_not_fit_is_refused_and_not_rounded() -> None:
    with pytest.raises(pa.ArrowInvalid):
        whole(EscritorParquet(ITENS), one_row(ITENS, valor="1.005"))


def test_an_export_without_rows_has_its_columns(tmp_path: Path) -> None:
    data = whole(EscritorParquet(DOCUMENTOS))
    assert _query(tmp_path, data, "SELECT count(*), sum(valor) FROM FILE") == [(0, None)]
