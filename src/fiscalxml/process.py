"""The only door to processing: bytes in, all that a store keeps of each document found in them.

One reading serves the report, the resumo and the identity. What `validate_all` and `summarize_all`
say of the same bytes is the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple, Unpack

from lxml import etree

from fiscalxml.documents.found import Encontrado
from fiscalxml.identity import Identidade, identify
from fiscalxml.judgement import Julgamento, Opcoes
from fiscalxml.report import Report
from fiscalxml.summaries.resumo import Resumo
from fiscalxml.summarize import has_resumo, resumo_of
from fiscalxml.validate import judgements
from fiscalxml.xml import canonical

_DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>'


class Processado(NamedTuple):
    """A document and all that is known of it."""

    report: Report
    resumo: Resumo | None = None
    """None for messages, fragments and what could not be read"""
    conteudo: bytes | None = None
    """the document's own bytes, where the input carries it inside something else: the text as it
    was (docZip, CDATA), or an XML declaration and the exclusive C14N of the document with its
    protocol (lote, SOAP); None when the input is the document, or nothing could be read"""
    identidade: Identidade | None = None
    """None for what could not be read or is no fiscal document: an item *ilegivel*"""
    itens: int | None = None
    """how many items (det) it has; None for a kind without"""


def process_all(data: bytes, **opcoes: Unpack[Opcoes]) -> Iterator[Processado]:
    """Each document in `data`, in order; at least one, whatever the bytes are."""
    for report, julgamento in judgements(data, **opcoes):
        if julgamento is None:
            yield Processado(report)
        else:
            yield _processed(report, julgamento, data)


def _processed(report: Report, julgamento: Julgamento, data: bytes) -> Processado:
    found = julgamento.found
    fatos = julgamento.fatos
    resumo = None
    if has_resumo(found):
        resumo = resumo_of(found, report.indice, fatos.documento, julgamento.grupos)
    protocolo = julgamento.autenticidade.protocolo
    return Processado(
        report=report,
        resumo=resumo,
        conteudo=_own_bytes(found, data),
        identidade=identify(
            found, fatos, report, resumo, registrado=protocolo is not None and protocolo.registra
        ),
        itens=julgamento.itens,
    )


def _own_bytes(found: Encontrado, data: bytes) -> bytes | None:
    xml = found.xml
    if found.inteiro:
        return None if xml.recebido is data else xml.recebido
    own = canonical(found.envelope, exclusive=True)
    # What has no canonical form (relative namespace names) is still written down.
    own = own or etree.tostring(found.envelope, encoding="unicode", with_tail=False).encode()
    return _DECLARATION + own
