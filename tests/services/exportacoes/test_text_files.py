"""CSV and JSONL."""

from __future__ import annotations

import csv
import io
import json

import pytest

from fiscalxml_server.api.exportacoes.tabelas import DOCUMENTOS, ITENS, TABELAS, Tabela
from fiscalxml_server.api.exportacoes.writers.delimited import EXCEL, SIMPLES, EscritorCsv
from fiscalxml_server.api.exportacoes.writers.jsonl import EscritorJsonl

from .rows import colunas, one_row, whole

each_table = pytest.mark.parametrize("tabela", TABELAS.values(), ids=TABELAS)


def _read(data: bytes, separator: str) -> list[dict[str, str]]:
    text = data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))


@each_table
def test_a_reader_finds_every_cell_of_a_plain_csv(tabela: Tabela) -> None:
    rows = range(40)
    whole_columns = colunas(tabela, rows)
    data = whole(
        EscritorCsv(tabela, SIMPLES),
        {tabela.nome: colunas(tabela, range(25))},
        {tabela.nome: colunas(tabela, range(25, 40))},
    )
    found = _read(data, ",")
    assert len(found) == len(rows)
    for coluna, values in zip(tabela.colunas, whole_columns, strict=True):
        cells = [row[coluna.nome] for row in found]
        if coluna.tipo.nome in ("texto", "inteiro", "decimal"):
            assert cells == ["" if value is None else str(value) for value in values]


def test_a_brazilian_spreadsheet_finds_its_own_notation() -> None:
    (row,) = _read(
        whole(EscritorCsv(DOCUMENTOS, EXCEL), {"documentos": colunas(DOCUMENTOS, range(1, 2))}), ";"
    )
    assert row["valor"] == "1,01"
    assert row["emissao"] == "10/11/2026 10:30:45"
    assert row["vigente"] == "FALSO"
    assert row["serie"] == "1000"


def test_it_knows_utf8_by_its_mark_and_the_plain_one_has_none() -> None:
    assert whole(EscritorCsv(DOCUMENTOS, EXCEL)).startswith(b"\xef\xbb\xbfdocumento;chave;")
    assert whole(EscritorCsv(DOCUMENTOS, SIMPLES)).startswith(b"documento,chave,")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SOMA(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u3000=1",
        "＝1+1", "＋1", "－1", "＠SOMA",
        '=HYPERLINK("http://x";"y")', "=cmd|' /C calc'!A0",
    ],
)  # fmt: skip
@pytest.mark.parametrize(("dialeto", "separator"), [(EXCEL, ";"), (SIMPLES, ",")])
def test_a_text_never_becomes_a_formula(text: str, dialeto: object, separator: str) -> None:
    escritor = EscritorCsv(ITENS, EXCEL if dialeto is EXCEL else SIMPLES)
    (row,) = _read(whole(escritor, one_row(ITENS, descricao=text)), separator)
    assert row["descricao"] == f"'{text}"


def test_a_formula_does_not_break_out_of_its_cell() -> None:
    text = 'nome";=1+1;"\r\n=2+2;"'
    data = whole(EscritorCsv(ITENS, EXCEL), one_row(ITENS, descricao=text, codigo="x"))
    (row,) = _read(data, ";")
    assert row["descricao"] == text
    assert row["codigo"] == "x"


def test_negative_numbers_stay_numbers() -> None:
    (row,) = _read(whole(EscritorCsv(ITENS, EXCEL), one_row(ITENS, desconto="-10.50")), ";")
    assert row["desconto"] == "-10,50"


@each_table
def test_a_line_of_json_has_every_column_and_decimals_as_texts(tabela: Tabela) -> None:
    rows = range(20)
    lines = whole(EscritorJsonl(tabela), {tabela.nome: colunas(tabela, rows)}).splitlines()
    assert len(lines) == len(rows)
    for line, values in zip(lines, zip(*colunas(tabela, rows), strict=True), strict=True):
        found = json.loads(line)
        assert list(found) == tabela.nomes
        for coluna, value in zip(tabela.colunas, values, strict=True):
            if coluna.tipo.nome != "instante":
                assert found[coluna.nome] == value
    assert json.loads(lines[1])["emissao"] == "2026-11-10T13:30:45Z"


def test_an_export_without_rows_is_a_header_or_nothing() -> None:
    assert _read(whole(EscritorCsv(DOCUMENTOS, EXCEL)), ";") == []
    assert whole(EscritorJsonl(DOCUMENTOS)) == b""
