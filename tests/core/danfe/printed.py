"""Draws a document and reads the PDF back, by a library that knows nothing of how it was made."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader

from fiscalxml.danfe import Renderizador, pedido


@dataclass(frozen=True)
class Printed:
    """The text of each page, blanks and line breaks as one blank; and the title."""

    pages: list[str]
    title: str
    avisos: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.pages)


@dataclass(frozen=True)
class Printer:
    renderizador: Renderizador

    def __call__(self, data: bytes, **options: Any) -> Printed:
        wanted = pedido(data, **options)
        return read(self.renderizador.draw(wanted), wanted.avisos)


def read(pdf: bytes, avisos: tuple[str, ...] = ()) -> Printed:
    reader = PdfReader(io.BytesIO(pdf), strict=True)
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    title = reader.metadata.title if reader.metadata else None
    return Printed(pages, title or "", avisos)
