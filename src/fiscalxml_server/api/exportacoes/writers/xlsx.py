"""XLSX: a sheet for each table, and more where the rows of one do not fit.

The first table is written as its rows come; the others wait, compressed, until it has ended.
XlsxWriter in its constant memory makes 6,000 rows a second, a fifth of what is made here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, Protocol

from fiscalxml_server.api.exportacoes.tabelas import Tabela
from fiscalxml_server.api.exportacoes.writers.shapes import Colunas, Partes, linhas
from fiscalxml_server.api.exportacoes.writers.sheet import MAX_ROWS, STYLES_XML, Folha
from fiscalxml_server.kit.zipping import MAX_FILE_BYTES, Comprimido, Zip

_LEVEL: Final = 1  # sheets shrink to a fifth; the next level takes longer for the same
_MARGIN_BYTES: Final = 256 * 1024 * 1024
"""below what a file of a ZIP may have: more than the rows of one part take"""
_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"


class EscritorXlsx:
    """A workbook of several tables."""

    def __init__(self, tabelas: Sequence[Tabela], instante: datetime) -> None:
        self._zip = Zip(instante, _LEVEL)
        self._sheets = _Names()
        first, *others = tabelas
        self._now = _Streamed(self._zip, self._sheets)
        self._later = {tabela.nome: _Waiting() for tabela in others}
        self._tables = {first.nome: _Sheets(first, self._now)} | {
            tabela.nome: _Sheets(tabela, self._later[tabela.nome]) for tabela in others
        }

    def begin(self) -> bytes:
        # First, since some tell by it what kind of ZIP this is.
        rels = self._zip.file("_rels/.rels", _rels(("officeDocument", "xl/workbook.xml")))
        for table in self._tables.values():
            table.begin()
        return rels + self._now.taken()

    def write(self, partes: Partes) -> bytes:
        for nome, colunas in partes.items():
            self._tables[nome].write(colunas)
        return self._now.taken()

    def end(self) -> Iterator[bytes]:
        for table in self._tables.values():
            table.end()
        yield self._now.taken()
        for nome, waiting in self._later.items():
            for comprimido in waiting.done:
                yield from self._zip.copy(self._sheets.add(nome), comprimido)
        yield from self._parts()
        yield from self._zip.end()

    def _parts(self) -> Iterator[bytes]:
        titles = self._sheets.titles
        yield self._zip.file("xl/styles.xml", STYLES_XML.encode())
        yield self._zip.file("xl/workbook.xml", _workbook(titles))
        sheets = [("worksheet", f"worksheets/sheet{at}.xml") for at, _ in enumerate(titles, 1)]
        targets = (*sheets, ("styles", "styles.xml"))
        yield self._zip.file("xl/_rels/workbook.xml.rels", _rels(*targets))
        yield self._zip.file("[Content_Types].xml", _content_types(len(titles)))


class _Names:
    """Sheets in the order in which they are written."""

    def __init__(self) -> None:
        self.titles: list[str] = []

    def add(self, tabela: str) -> str:
        """The name of the next sheet's file; a table's second sheet is `itens (2)`."""
        before = sum(title.partition(" (")[0] == tabela for title in self.titles)
        self.titles.append(f"{tabela} ({before + 1})" if before else tabela)
        return f"xl/worksheets/sheet{len(self.titles)}.xml"


class _Place(Protocol):
    """Where the XML of a table's sheets goes."""

    def begin(self, tabela: str) -> None: ...
    def write(self, data: bytes) -> None: ...
    def finish(self) -> None: ...


class _Streamed:
    """Into the ZIP at once."""

    def __init__(self, target: Zip, sheets: _Names) -> None:
        self._zip = target
        self._sheets = sheets
        self._parts: list[bytes] = []

    def begin(self, tabela: str) -> None:
        self._parts.append(self._zip.begin(self._sheets.add(tabela)))

    def write(self, data: bytes) -> None:
        self._parts.append(self._zip.write(data))

    def finish(self) -> None:
        self._parts.append(self._zip.finish())

    def taken(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data


class _Waiting:
    """Aside, until the tables before have ended."""

    def __init__(self) -> None:
        self.done: list[Comprimido] = []

    def begin(self, tabela: str) -> None:  # noqa: ARG002 - it is named when it is copied
        self.done.append(Comprimido(_LEVEL))

    def write(self, data: bytes) -> None:
        self.done[-1].write(data)

    def finish(self) -> None:
        self.done[-1].end()


class _Sheets:
    """The sheets of one table: another begins where one is full."""

    def __init__(self, tabela: Tabela, place: _Place) -> None:
        self._nome = tabela.nome
        self._folha = Folha(tabela)
        self._place = place
        self._row = 0
        self._size = 0

    def begin(self) -> None:
        self._place.begin(self._nome)
        self._row = 1
        self._size = 0
        self._put(self._folha.head())

    def write(self, colunas: Colunas) -> None:
        done, total = 0, linhas(colunas)
        while done < total:
            if self._row >= MAX_ROWS or self._size > MAX_FILE_BYTES - _MARGIN_BYTES:
                self.end()
                self.begin()
            count = min(total - done, MAX_ROWS - self._row)
            part = [values[done : done + count] for values in colunas]
            self._put(self._folha.rows(part, self._row + 1))
            self._row += count
            done += count

    def end(self) -> None:
        self._put(self._folha.foot(self._row))
        self._place.finish()

    def _put(self, data: bytes) -> None:
        self._size += len(data)
        self._place.write(data)


def _rels(*targets: tuple[str, str]) -> bytes:
    """Relationships of a part, numbered from 1: type and target."""
    each = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'.encode()


def _workbook(titles: Sequence[str]) -> bytes:
    sheets = "".join(
        f'<sheet name="{title}" sheetId="{at}" r:id="rId{at}"/>'
        for at, title in enumerate(titles, 1)
    )
    return (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'
    ).encode()


def _content_types(sheets: int) -> bytes:
    parts = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    parts += [(f"/xl/worksheets/sheet{at}.xml", "worksheet") for at in range(1, sheets + 1)]
    each = "".join(
        f'<Override PartName="{name}" ContentType="{_TYPE}.{kind}+xml"/>' for name, kind in parts
    )
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{each}</Types>'
    ).encode()
