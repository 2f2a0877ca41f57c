"""XLSX, read by openpyxl."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from fiscalxml.documents.facts import BRASILIA
from fiscalxml_server.api.exportacoes.tabelas import DOCUMENTOS, ITENS, TABELAS
from fiscalxml_server.api.exportacoes.writers import xlsx
from fiscalxml_server.api.exportacoes.writers.shapes import Partes
from fiscalxml_server.api.exportacoes.writers.xlsx import EscritorXlsx

from .rows import INSTANT, colunas, one_row, whole


def _open(*partes: Partes) -> Workbook:
    escritor = EscritorXlsx(tuple(TABELAS.values()), INSTANT)
    return openpyxl.load_workbook(io.BytesIO(whole(escritor, *partes)))


def _column(workbook: Workbook, sheet: str, name: str) -> list[Any]:
    titles, *rows = workbook[sheet].iter_rows(values_only=True)
    return [row[titles.index(name)] for row in rows]


def test_each_table_has_a_sheet_with_its_columns() -> None:
    workbook = _open({nome: colunas(tabela, range(30)) for nome, tabela in TABELAS.items()})
    assert workbook.sheetnames == list(TABELAS)
    for nome, tabela in TABELAS.items():
        sheet = workbook[nome]
        assert [cell.value for cell in sheet[1]] == tabela.nomes
        assert sheet.max_row == 31
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")


def test_values_come_back_as_they_were() -> None:
    workbook = _open(
        {"documentos": colunas(DOCUMENTOS, range(20))},
        {"documentos": colunas(DOCUMENTOS, range(20, 50))},
    )
    wanted = dict(zip(DOCUMENTOS.nomes, colunas(DOCUMENTOS, range(50)), strict=True))
    assert _column(workbook, "documentos", "documento") == [x or None for x in wanted["documento"]]
    assert _column(workbook, "documentos", "numero") == wanted["numero"]
    assert _column(workbook, "documentos", "vigente") == wanted["vigente"]
    local = [x and x.astimezone(BRASILIA).replace(tzinfo=None) for x in wanted["emissao"]]
    assert _column(workbook, "documentos", "emissao") == local
    total = sum(Decimal(text) for text in wanted["valor"] if text is not None)
    found = [x for x in _column(workbook, "documentos", "valor") if x is not None]
    assert sum(Decimal(f"{value:.2f}") for value in found) == total


@pytest.mark.parametrize("text", ["9999999999999.99", "0.01", "-1234567890123.45", "100.10"])
def test_a_number_of_fifteen_digits_comes_back_to_its_cents(text: str) -> None:
    (value,) = _column(_open(one_row(ITENS, valor=text)), "itens", "valor")
    assert f"{value:.2f}" == text


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@A1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x")']
)
def test_a_text_is_never_a_formula(text: str) -> None:
    sheet = _open(one_row(ITENS, descricao=text))["itens"]
    cell = sheet.cell(2, ITENS.nomes.index("descricao") + 1)
    assert cell.value == text
    assert cell.data_type != "f"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("<&>\"'", "<&>\"'"),
        ("  brancos  ", "  brancos  "),
        ("linha\nnova\ttab", "linha\nnova\ttab"),
        ("日本 🧾 ção", "日本 🧾 ção"),
        ("nulo\x00sino\x07fim\ufffe", "nulosinofim"),
        ("x" * 40_000, "x" * 32_766 + "…"),
    ],
)
def test_any_text_can_be_a_cell(text: str, wanted: str) -> None:
    workbook = _open(one_row(ITENS, descricao=text, codigo="ao lado"))
    assert _column(workbook, "itens", "descricao") == [wanted]
    assert _column(workbook, "itens", "codigo") == ["ao lado"]


def test_a_text_that_looks_like_an_escape_of_the_format_is_not_one() -> None:
    escritor = EscritorXlsx((ITENS,), INSTANT)
    data = whole(escritor, one_row(ITENS, descricao="A_x0041_B"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"A_x005F_x0041_B" in archive.read("xl/worksheets/sheet1.xml")


def test_rows_past_what_a_sheet_takes_go_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_ROWS", 11)
    workbook = _open(
        {"documentos": colunas(DOCUMENTOS, range(25)), "itens": colunas(ITENS, range(12))}
    )
    assert workbook.sheetnames == [
        *("documentos", "documentos (2)", "documentos (3)"),
        *("itens", "itens (2)", "tributos", "achados"),
    ]
    found = []
    for nome in ("documentos", "documentos (2)", "documentos (3)"):
        found += _column(workbook, nome, "documento")
    assert found == [text or None for text in colunas(DOCUMENTOS, range(25))[0]]
    assert workbook["itens (2)"].max_row == 3


def test_an_export_without_rows_has_its_sheets() -> None:
    workbook = _open()
    assert workbook.sheetnames == list(TABELAS)
    assert workbook["documentos"].max_row == 1
