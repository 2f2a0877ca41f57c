"""A validation: bytes in, the report as JSON out."""

from __future__ import annotations

from functools import partial
from typing import Final

from fiscalxml import VariosDocumentos, validate
from fiscalxml.judgement import Opcoes
from fiscalxml_server.kit.http.body import several_documents
from fiscalxml_server.kit.http.work import run_sized
from fiscalxml_server.kit.telemetry import count_document, count_finding

_DESFECHO: Final = "validado"
"""in metrics, beside those of documents that are kept"""


async def validate_document(data: bytes, opcoes: Opcoes) -> bytes:
    """The report of the one document in `data`. Raises `MaisDeUmDocumento`."""
    return await run_sized(len(data), partial(_report, data, opcoes))


def _report(data: bytes, opcoes: Opcoes) -> bytes:
    try:
        report = validate(data, **opcoes)
    except VariosDocumentos:
        raise several_documents() from None
    count_document(report.documento.tipo, report.veredito, _DESFECHO)
    for achado in report.achados:
        count_finding(achado.codigo)
    return report.to_json()
