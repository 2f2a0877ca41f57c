"""Any text at all, in every format: it comes back, and it is never a formula."""

from __future__ import annotations

import csv
import io
import json
import re

import openpyxl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fiscalxml_server.api.exportacoes.tabelas import ITENS
from fiscalxml_server.api.exportacoes.writers.delimited import EXCEL, EscritorCsv
from fiscalxml_server.api.exportacoes.writers.jsonl import EscritorJsonl
from fiscalxml_server.api.exportacoes.writers.xlsx import EscritorXlsx

from .rows import INSTANT, one_row, whole

TEXTS = st.text(max_size=60) | st.from_regex(
    r"\A\s{0,2}[=+\-@＝＋－＠;\"',\t\r\n].{0,20}", fullmatch=False
)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_INVISIBLE = "".join(map(chr, range(33))) + "\x85\xa0\u3000\u2028\u2029"


@given(st.lists(TEXTS, min_size=1, max_size=5))
@example(["\x08@"])
@settings(max_examples=300, deadline=None)
def test_csv(texts: list[str]) -> None:
    parts = [one_row(ITENS, descricao=text, codigo="depois") for text in texts]
    data = whole(EscritorCsv(ITENS, EXCEL), *parts).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data, newline=""), delimiter=";"))
    assert [row["codigo"] for row in rows] == ["depois"] * len(texts)
    for row, text in zip(rows, texts, strict=True):
        assert row["descricao"] in (text, f"'{text}")
        assert not row["descricao"].lstrip(_INVISIBLE).startswith(tuple("=+-@＝＋－＠"))


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_jsonl(text: str) -> None:
    (line,) = whole(EscritorJsonl(ITENS), one_row(ITENS, descricao=text)).split(b"\n")[:-1]
    assert json.loads(line)["descricao"] == text


@given(st.lists(TEXTS, min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_xlsx(texts: list[str]) -> None:
    parts = [one_row(ITENS, descricao=text, codigo="depois") for text in texts]
    workbook = openpyxl.load_workbook(io.BytesIO(whole(EscritorXlsx((ITENS,), INSTANT), *parts)))
    titles, *rows = workbook["itens"].iter_rows()
    place = [cell.value for cell in titles].index("descricao")
    assert len(rows) == len(texts)
    for row, text in zip(rows, texts, strict=True):
        wanted = _FORBIDDEN.sub("", text)
        if "_x" not in wanted:  # the format's escape, which openpyxl leaves as it stands
            assert (row[place].value or "") == wanted
        assert row[place].data_type != "f"
