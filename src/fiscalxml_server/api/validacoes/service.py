"""A validation: bytes in, the report as JSON out."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from fiscalxml import Limits, VariosDocumentos, validate
from fiscalxml.judgement import Opcoes, PerfilPedido
from fiscalxml_server.kit.http.body import several_documents
from fiscalxml_server.kit.http.work import run_sized


async def validate_document(
    data: bytes,
    *,
    em: datetime | None,
    perfil: PerfilPedido,
    todas: bool,
    max_bytes: int,
) -> bytes:
    """The report of the one document in `data`. Raises `MaisDeUmDocumento`."""
    opcoes = Opcoes(em=em, perfil=perfil, todas=todas, limits=Limits(max_bytes=max_bytes))
    return await run_sized(len(data), partial(_report, data, opcoes))


def _report(data: bytes, opcoes: Opcoes) -> bytes:
    try:
        return validate(data, **opcoes).to_json()
    except VariosDocumentos:
        raise several_documents() from None
