"""Rows of a sheet in XML (SpreadsheetML), a column at a time.

A text is a text (inlineStr), whatever it begins with: no formula. A spreadsheet knows only doubles:
a decimal of up to 15 digits comes back to its last place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from fiscalxml.documents.facts import BRASILIA
from fiscalxml_server.api.exportacoes.tabelas import Tabela, Tipo
from fiscalxml_server.api.exportacoes.writers.shapes import Colunas

MAX_ROWS: Final = 1_048_576
"""of a sheet, its header included"""
_MAX_CELL: Final = 32_767
_CUT: Final = "…"
_DIVIDER: Final = "\x00"
"""between the texts of a column while they are escaped together"""
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LOOKS_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_DAY_ZERO: Final = datetime(1899, 12, 30, tzinfo=BRASILIA)
_SECONDS: Final = 86_400

TITLE_STYLE: Final = 1
_STYLES: Final = {"instante": 2, "inteiro": 3}
_DECIMAL_STYLES: Final = {2: 4, 4: 5, 10: 6}
"""by scale"""
STYLES_XML: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<numFmts count="3"><numFmt numFmtId="164" formatCode="dd/mm/yyyy\\ hh:mm:ss"/>'
    '<numFmt numFmtId="165" formatCode="#,##0.00##"/>'
    '<numFmt numFmtId="166" formatCode="#,##0.00########"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="7"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    + "".join(
        f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0"'
        ' applyNumberFormat="1"/>'
        for number in (164, 1, 4, 165, 166)
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
    "</cellStyles></styleSheet>"
)

_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews><cols>"
)
_WIDTHS: Final = {"texto": 18, "inteiro": 10, "decimal": 14, "instante": 19, "logico": 12}
_WIDE: Final = {"chave": 48, "evento_chave": 48, "documento": 38, "lote": 38, "sha256": 68}
_WIDE_TEXTS: Final = ("descricao", "mensagem", "explicacao", "correcao", "caminho", "_nome")

_Cells = Callable[[str, Sequence[Any], Sequence[str]], list[str]]
"""column letters, values, row numbers -> the cells"""


class Folha:
    """The XML of the sheets of one table; their rows are numbered from 1, the header."""

    def __init__(self, tabela: Tabela) -> None:
        self._tabela = tabela
        self._letters = [_letters(index) for index in range(len(tabela.colunas))]
        self._cells = [_cells_of(coluna.tipo) for coluna in tabela.colunas]

    def head(self) -> bytes:
        """What stands before the first row, and the header's row."""
        widths = "".join(
            f'<col min="{at}" max="{at}" width="{_width(coluna.nome, coluna.tipo)}"'
            ' customWidth="1"/>'
            for at, coluna in enumerate(self._tabela.colunas, 1)
        )
        titles = "".join(
            f'<c r="{letters}1" s="{TITLE_STYLE}" t="inlineStr"><is><t>{nome}</t></is></c>'
            for letters, nome in zip(self._letters, self._tabela.nomes, strict=True)
        )
        return f'{_HEAD}{widths}</cols><sheetData><row r="1">{titles}</row>'.encode()

    def rows(self, colunas: Colunas, first: int) -> bytes:
        """Rows, the first of them with this number."""
        numbers = [str(first + at) for at in range(len(colunas[0]))]
        cells = [
            make(letters, values, numbers)
            for make, letters, values in zip(self._cells, self._letters, colunas, strict=True)
        ]
        rows = zip(numbers, map("".join, zip(*cells, strict=True)), strict=True)
        return "".join([f'<row r="{number}">{row}</row>' for number, row in rows]).encode()

    def foot(self, last: int) -> bytes:
        """What stands behind the row with this number."""
        area = f"A1:{self._letters[-1]}{last}"
        return f'</sheetData><autoFilter ref="{area}"/></worksheet>'.encode()


def _letters(index: int) -> str:
    """A, B … Z, AA …"""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _width(nome: str, tipo: Tipo) -> int:
    if tipo.nome == "texto" and nome.endswith(_WIDE_TEXTS):
        return 40
    return _WIDE.get(nome, _WIDTHS[tipo.nome])


def _cells_of(tipo: Tipo) -> _Cells:
    match tipo.nome:
        case "texto":
            return _texts
        case "logico":
            return _booleans
        case "instante":
            return _instants
        case "decimal":
            return _numbers(_DECIMAL_STYLES[tipo.escala])
        case "inteiro":
            return _numbers(_STYLES["inteiro"])


def _texts(letters: str, values: Sequence[str | None], numbers: Sequence[str]) -> list[str]:
    texts, space = _escaped([value or "" for value in values])
    return [
        f'<c r="{letters}{number}" t="inlineStr"><is><t{space}>{text}</t></is></c>' if text else ""
        for number, text in zip(numbers, texts, strict=True)
    ]


def _escaped(texts: list[str]) -> tuple[list[str], str]:
    """Texts for XML, without what no XML may hold, and the attribute that keeps their blanks.

    All of them at once, and those without any control character the short way: a third of the time.
    """
    if max(map(len, texts), default=0) > _MAX_CELL:
        texts = [_cut(text) for text in texts]
    if "".join(texts).isprintable():  # then its only blanks are spaces
        joined = _DIVIDER.join(("", *texts, ""))
        blank = f" {_DIVIDER}" in joined or f"{_DIVIDER} " in joined
        joined = joined[1:-1]
    else:
        texts = [_FORBIDDEN.sub("", text) for text in texts]
        blank = any(map(_has_blank_ends, texts))
        joined = _DIVIDER.join(texts)
    if "_x" in joined:
        joined = _LOOKS_ESCAPED.sub("_x005F_", joined)
    keep = ' xml:space="preserve"' if blank else ""
    joined = joined.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return joined.replace("\r", "&#13;").split(_DIVIDER), keep


def _has_blank_ends(text: str) -> bool:
    return text[:1].isspace() or text[-1:].isspace()


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_CELL else text[: _MAX_CELL - 1] + _CUT


def _numbers(style: int) -> _Cells:
    def cells(letters: str, values: Sequence[Any], numbers: Sequence[str]) -> list[str]:
        return [
            "" if value is None else f'<c r="{letters}{number}" s="{style}"><v>{value}</v></c>'
            for number, value in zip(numbers, values, strict=True)
        ]

    return cells


def _booleans(letters: str, values: Sequence[bool | None], numbers: Sequence[str]) -> list[str]:
    return [
        "" if value is None else f'<c r="{letters}{number}" t="b"><v>{value:d}</v></c>'
        for number, value in zip(numbers, values, strict=True)
    ]


def _instants(letters: str, values: Sequence[datetime | None], numbers: Sequence[str]) -> list[str]:
    style = _STYLES["instante"]
    return [
        "" if value is None else f'<c r="{letters}{number}" s="{style}"><v>{_serial(value)}</v></c>'
        for number, value in zip(numbers, values, strict=True)
    ]


def _serial(value: datetime) -> float:
    """Days since the spreadsheet's day zero, in Brasília."""
    return (value - _DAY_ZERO).total_seconds() / _SECONDS
