"""Stored documents. `chave`: the access key, or the id that the service gave."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID, uuid4

import msgspec

from fiscalxml.client.operations.contents import XML, Conteudo, content, pages, query, segment
from fiscalxml.client.shapes import Documento, Eventos, Grafo, Guardado, Pagina, Validacao
from fiscalxml.client.steps import Fluxo, Passos, Pedido, asked
from fiscalxml.report import Report, read_report
from fiscalxml.summaries.resumo import Resumo

_GUARDADO = msgspec.json.Decoder(Guardado).decode
_DOCUMENTO = msgspec.json.Decoder(Documento).decode
_EVENTOS = msgspec.json.Decoder(Eventos).decode
_GRAFO = msgspec.json.Decoder(Grafo).decode
_VALIDACOES = msgspec.json.Decoder(Pagina[Validacao]).decode
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


def documento(chave: str | UUID, *, em: date | str | None = None) -> Passos[Documento]:
    """What is known of a document. `em`: its situacao by what was registered until then."""
    return (yield from asked(_of(chave, **query(em=em)), _DOCUMENTO))


def xml(chave: str | UUID) -> Passos[bytes]:
    """The very bytes that were received."""
    return (yield from asked(_of(chave, "/xml"), bytes))


def relatorio(chave: str | UUID, *, validacao: str | UUID | None = None) -> Passos[Report]:
    """The report of the validation that holds, or of another one of `validacoes`."""
    return (yield from asked(_of(chave, "/relatorio", **query(validacao=validacao)), read_report))


def relatorio_impresso(
    chave: str | UUID,
    formato: Literal["html", "pdf"],
    *,
    validacao: str | UUID | None = None,
) -> Passos[bytes]:
    """The same as a page or a PDF."""
    parameters = query(formato=formato, validacao=validacao)
    return (yield from asked(_of(chave, "/relatorio", **parameters), bytes))


def validacoes(chave: str | UUID) -> Fluxo[Validacao]:
    """Its validations, the newest first: the one that holds and those of revalidations."""
    yield from pages(f"/v1/documentos/{segment(chave)}/validacoes", {}, _VALIDACOES)


def danfe(chave: str | UUID) -> Passos[bytes]:
    """The DANFE, DACTE … of a document as a PDF. Raises `problems.SemDocumentoAuxiliar`."""
    return (yield from asked(_of(chave, "/danfe"), bytes))


def eventos(chave: str | UUID, *, em: date | str | None = None) -> Passos[Eventos]:
    """Its events, also those of a key whose document is not stored."""
    return (yield from asked(_of(chave, "/eventos", **query(em=em)), _EVENTOS))


def grafo(
    chave: str | UUID, *, profundidade: int | None = None, limite: int | None = None
) -> Passos[Grafo]:
    """The documents that it cites and that cite it, and theirs, `profundidade` steps far."""
    parameters = query(profundidade=profundidade, limite=limite)
    return (yield from asked(_of(chave, "/grafo", **parameters), _GRAFO))


def resumo(chave: str | UUID) -> Passos[Resumo]:
    """The stored resumo."""
    return (yield from asked(_of(chave, "/resumo"), _RESUMO))


def _of(chave: str | UUID, rest: str = "", **parameters: str) -> Pedido:
    return Pedido(caminho=f"/v1/documentos/{segment(chave)}{rest}", query=parameters)
