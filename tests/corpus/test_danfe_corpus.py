"""Authentic documents are printed as what they are; every other file is, or is refused in words."""

from __future__ import annotations

import pytest

from corpus.manifest import AUTHENTIC, needs_corpus, rows
from fiscalxml.danfe import (
    DocumentoRecusado,
    Pedido,
    Renderizador,
    SemDocumentoAuxiliar,
    pedidos,
)

pytestmark = needs_corpus


def test_authentic_documents_are_printed() -> None:
    with Renderizador() as renderizador:
        for path in sorted(AUTHENTIC.glob("*.xml")):
            for wanted in pedidos(path.read_bytes()):
                if isinstance(wanted, Pedido):
                    assert renderizador.draw(wanted).startswith(b"%PDF-"), path.name
                else:
                    assert isinstance(wanted, SemDocumentoAuxiliar), path.name


@pytest.mark.parametrize("part", range(10))
def test_every_file_has_requests_or_reasons(part: int) -> None:
    for row in rows()[part::10]:
        for wanted in pedidos(row.data):
            assert isinstance(wanted, Pedido | DocumentoRecusado), row.file
