"""Stored documents. `chave`: the access key, or the id that the service gave."""

from __future__ import annotations

from uuid import UUID, uuid4

import msgspec

from fiscalxml.client.operations.contents import XML, Conteudo, content, segment
from fiscalxml.client.shapes import Documento, Guardado
from fiscalxml.client.steps import Passos, Pedido, asked
from fiscalxml.report import Report, read_report
from fiscalxml.summaries.resumo import Resumo

_GUARDADO = msgspec.json.Decoder(Guardado).decode
_DOCUMENTO = msgspec.json.Decoder(Documento).decode
_RESUMO = msgspec.json.Decoder(Resumo).decode


def guardar(documento: Conteudo, *, idempotencia: str | None = None) -> Passos[Guardado]:
    """Validate a document and store it. Raises `problems.DocumentoEmConflito` where another
    content has its identity: both are stored.

    `idempotencia`: a key of your own, when a later call may be the same one again.
    """
    pedido = Pedido(
        metodo="POST",
        caminho="/v1/documentos",
        cabecalhos=XML | {"Idempotency-Key": idempotencia or str(uuid4())},
        corpo=content(documento),
    )
    return (yield from asked(pedido, _GUARDADO))


def documento(chave: str | UUID) -> Passos[Documento]:
    """What is known of a document."""
    return (yield from asked(_of(chave), _DOCUMENTO))


def xml(chave: str | UUID) -> Passos[bytes]:
    """The very bytes that were received."""
    return (yield from asked(_of(chave, "/xml"), bytes))


def relatorio(chave: str | UUID) -> Passos[Report]:
    """The report of the last validation."""
    return (yield from asked(_of(chave, "/relatorio"), read_report))


def resumo(chave: str | UUID) -> Passos[Resumo]:
    """The stored resumo."""
    return (yield from asked(_of(chave, "/resumo"), _RESUMO))


def _of(chave: str | UUID, rest: str = "") -> Pedido:
    return Pedido(caminho=f"/v1/documentos/{segment(chave)}{rest}")
