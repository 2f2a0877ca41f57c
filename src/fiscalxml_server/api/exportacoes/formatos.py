"""The formats of an export: what each is, and which tables it holds."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from fiscalxml_server.api.exportacoes.schemas import Formato, NomeDeTabela
from fiscalxml_server.api.exportacoes.tabelas import TABELAS, Tabela
from fiscalxml_server.api.exportacoes.writers.archive import EscritorZip
from fiscalxml_server.api.exportacoes.writers.delimited import EXCEL, SIMPLES, EscritorCsv
from fiscalxml_server.api.exportacoes.writers.jsonl import EscritorJsonl
from fiscalxml_server.api.exportacoes.writers.shapes import Escritor
from fiscalxml_server.api.exportacoes.writers.xlsx import EscritorXlsx


class Arquivo(NamedTuple):
    """What a format's files are."""

    media_type: str
    extensao: str
    descricao: str


ARQUIVOS: Final[Mapping[Formato, Arquivo]] = {
    "csv": Arquivo(
        "text/csv; charset=utf-8",
        "csv",
        "CSV para o Excel brasileiro: ponto e vírgula, vírgula decimal, dd/mm/aaaa, UTF-8 com BOM",
    ),
    "csv_simples": Arquivo(
        "text/csv; charset=utf-8",
        "csv",
        "CSV da RFC 4180: vírgula, ponto decimal, ISO 8601 em UTC, UTF-8 sem BOM",
    ),
    "xlsx": Arquivo(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
        "planilha com uma aba por tabela",
    ),
    "jsonl": Arquivo("application/x-ndjson", "jsonl", "um objeto JSON por linha"),
    "parquet": Arquivo(
        "application/vnd.apache.parquet", "parquet", "Parquet, com decimais exatos e instantes"
    ),
    "zip": Arquivo("application/zip", "zip", "os XML como vieram, e manifesto.csv"),
}


def tables_of(formato: Formato, tabela: NomeDeTabela | None) -> Sequence[Tabela]:
    """The tables that a file of this format holds; none for `zip`."""
    if formato == "zip":
        return ()
    if tabela is not None:
        return (TABELAS[tabela],)
    return tuple(TABELAS.values()) if formato == "xlsx" else (TABELAS["documentos"],)


def open_writer(formato: Formato, tabelas: Sequence[Tabela], instante: datetime) -> Escritor:
    """A writer of these tables. `instante`: when the file was made, as files in a ZIP tell it."""
    match formato:
        case "xlsx":
            return EscritorXlsx(tabelas, instante)
        case "zip":
            return EscritorZip(instante)
        case "parquet":
            # Here: the library takes 40 MB of every process that loads it. Its own pool of memory
            # would keep 1 GB of addresses, half of what a worker may have, for good.
            os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
            from fiscalxml_server.api.exportacoes.writers.parquet import EscritorParquet

            return EscritorParquet(tabelas[0])
        case "jsonl":
            return EscritorJsonl(tabelas[0])
        case "csv":
            return EscritorCsv(tabelas[0], EXCEL)
        case "csv_simples":
            return EscritorCsv(tabelas[0], SIMPLES)
