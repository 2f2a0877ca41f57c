"""A validation: bytes in, the report as JSON out."""

from __future__ import annotations

from functools import partial

from fiscalxml import VariosDocumentos, validate
from fiscalxml.judgement import Opcoes
from fiscalxml_server.kit.http.body import several_documents
from fiscalxml_server.kit.http.work import run_sized


async def validate_document(data: bytes, opcoes: Opcoes) -> bytes:
    """The report of the one document in `data`. Raises `MaisDeUmDocumento`."""
    return await run_sized(len(data), partial(_report, data, opcoes))


def _report(data: bytes, opcoes: Opcoes) -> bytes:
    try:
        return validate(data, **opcoes).to_json()
    except VariosDocumentos:
        raise several_documents() from None
