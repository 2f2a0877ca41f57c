"""What is told of documents, as answers in the format that was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from importlib.metadata import version
from typing import Any, Final
from uuid import UUID

import msgspec
from fastapi import Request
from sqlalchemy import RowMapping
from starlette.responses import Response

from fiscalxml.causes import Causas
from fiscalxml.documents.facts import BRASILIA
from fiscalxml.pages import causes as causes_page
from fiscalxml.pages import document as document_page
from fiscalxml.pages.assets import policy
from fiscalxml.pages.causes import Comandos, Pagina
from fiscalxml.pages.ficha import ficha
from fiscalxml.report import read_report
from fiscalxml.summaries.resumo import Resumo
from fiscalxml.xml import milhar
from fiscalxml_server.api.documentos import service as documentos
from fiscalxml_server.api.documentos.filters import Filtro
from fiscalxml_server.api.documentos.views import stored_response
from fiscalxml_server.api.lotes import service as lotes
from fiscalxml_server.api.relatorios.gathering import (
    causes_of_lote,
    causes_of_search,
    listed_of_lote,
)
from fiscalxml_server.api.relatorios.printing import print_causes, print_document
from fiscalxml_server.api.relatorios.views import causes_view
from fiscalxml_server.kit.compression import decompress
from fiscalxml_server.kit.http.answers import disposition, json_response, matches
from fiscalxml_server.kit.http.formats import MEDIA_TYPES, Formato
from fiscalxml_server.kit.http.work import INLINE_BYTES, run_sized
from fiscalxml_server.kit.resources import Recursos

_PRIVATE: Final = {"Cache-Control": "private, no-store", "Vary": "Accept"}
_VERSION: Final = version("fiscalxml")
_ALWAYS_APART: Final = INLINE_BYTES + 1  # bytes: pages are made in a thread, whatever they show
_resumo: Final = msgspec.json.Decoder(Resumo).decode
# A page's own policy holds in a file, too. As an answer of this service it is also kept from all
# that the service's other pages may know, such as a key in the documentation.
_SANDBOX: Final = "; frame-ancestors 'none'; sandbox allow-scripts allow-modals"


async def lote_causes(
    recursos: Recursos, organizacao: UUID, lote: UUID, formato: Formato, limite: int
) -> Response:
    """Causes of what a lote brought, as its blocks counted them. Raises `NaoEncontrado`."""
    row = await lotes.find(recursos, organizacao, lote)
    causas = await causes_of_lote(recursos, organizacao, lote)
    # What could not be read as a file of its own has a report, or not, by why it could not.
    without = max(row["itens"] - causas.panorama().total.documentos, 0)
    ressalva = _lote_caveat(row, without)
    if formato == "json":
        head = {"lote": lote, "parcial": ressalva is not None, "sem_relatorio": without}
        return _json(head | await ranked(causas, limite))
    pagina = Pagina(
        julgado=[f"lote {row['nome']}"],
        momento=_brasilia(row["concluido_em"]),
        causas=causas,
        listados=await listed_of_lote(recursos, organizacao, lote, causas),
        ignorados=row["ignorado"],
        nao_lidos=min(max(without - row["ignorado"], 0), row["falha"]),
        comandos=Comandos(
            causas=f"GET /v1/lotes/{lote}/causas",
            documentos=f"GET /v1/lotes/{lote}/itens",
            achados="GET /v1/documentos/{chave}/relatorio",
        ),
        ressalva=ressalva,
    )
    return await _causes_page(pagina, formato, f"causas-{lote}")


async def ranked(causas: Causas, limite: int) -> dict[str, Any]:
    """The causes as JSON tells them, in a thread: thousands take as long as many requests."""
    return await run_sized(_ALWAYS_APART, partial(causes_view, causas, limite))


async def search_causes(
    request: Request,
    recursos: Recursos,
    organizacao: UUID,
    filtro: Filtro,
    formato: Formato,
    limite: int,
) -> Response:
    """Causes of the documents of a search, by their last validation."""
    most = recursos.settings.causes_max_documents
    achadas = await causes_of_search(recursos, organizacao, filtro, most)
    if formato == "json":
        head = {"parcial": achadas.parcial, "sem_relatorio": 0}
        return _json(head | await ranked(achadas.causas, limite))
    ressalva = f"Há mais documentos: contaram-se os {milhar(most)} mais novos. Refine os filtros."
    pagina = Pagina(
        julgado=[_told(request)],
        momento=_brasilia(None),
        causas=achadas.causas,
        listados=achadas.listados,
        ignorados=0,
        nao_lidos=0,
        comandos=Comandos(
            causas="GET /v1/documentos/causas",
            documentos="GET /v1/documentos",
            achados="GET /v1/documentos/{chave}/relatorio",
        ),
        ressalva=ressalva if achadas.parcial else None,
    )
    return await _causes_page(pagina, formato, "causas")


async def document_report(
    request: Request,
    recursos: Recursos,
    organizacao: UUID,
    chave: str,
    formato: Formato,
    validacao: UUID | None,
) -> Response:
    """The report of one document; as JSON it is the stored one.

    `validacao`: that of another validation than the one that stands. Raises `NaoEncontrado`.
    """
    row, data = await documentos.read_report(recursos, organizacao, chave, validacao)
    if formato == "json":
        response = stored_response(request, row, data, MEDIA_TYPES["json"], validacao)
        response.headers["Vary"] = "Accept"
        return response
    # The page tells the document's situação too, which changes under an older validation.
    etag = f'"{row["id"]}.{validacao or ""}.{row["versao"]}.{formato}.{_VERSION}"'
    if matches(request.headers.getlist("if-none-match"), etag):
        return Response(status_code=304, headers=_PRIVATE | {"ETag": etag})
    made = await run_sized(_ALWAYS_APART, partial(_document, row, data, formato))
    name = row["chave"] or row["id"]
    response = _page(made, formato, f"relatorio-{name}", policy())
    response.headers["ETag"] = etag
    return response


def _lote_caveat(row: RowMapping, without: int) -> str | None:
    """Why the causes of a lote are not those of all that it brought; None where they are."""
    if not lotes.ended(row):
        return "O lote ainda está sendo processado: estes números vão crescer."
    if without > row["ignorado"] + row["falha"]:
        return (
            "Parte do lote foi processada por outra versão do programa, que não contou causas: "
            "estes números não são os do lote inteiro."
        )
    return None


def _document(row: RowMapping, data: bytes, formato: Formato) -> bytes:
    resumo = None if row["resumo"] is None else _resumo(decompress(row["resumo"]))
    changed = row["situacao"] != row["situacao_propria"]
    efetiva = row["situacao"] if changed else None
    shown = ficha(read_report(data), resumo, _brasilia(None), efetiva)
    if formato == "pdf":
        return print_document(shown)
    return "".join(document_page.render(shown)).encode()


async def _causes_page(pagina: Pagina, formato: Formato, nome: str) -> Response:
    made = await run_sized(_ALWAYS_APART, partial(_causes, pagina, formato))
    return _page(made, formato, nome, policy(causes_page.SCRIPT))


def _causes(pagina: Pagina, formato: Formato) -> bytes:
    if formato == "pdf":
        return print_causes(pagina)
    return "".join(causes_page.render(pagina)).encode()


def _json(content: Mapping[str, Any]) -> Response:
    response = json_response(content)
    response.headers.update(_PRIVATE)
    return response


def _page(made: bytes, formato: Formato, nome: str, csp: str) -> Response:
    headers = _PRIVATE | {
        "Content-Disposition": disposition(f"{nome}.{formato}"),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    if formato == "html":
        headers["Content-Security-Policy"] = csp + _SANDBOX
    return Response(made, headers=headers, media_type=MEDIA_TYPES[formato])


def _brasilia(moment: datetime | None) -> datetime:
    return datetime.now(BRASILIA) if moment is None else moment.astimezone(BRASILIA)


def _told(request: Request) -> str:
    """The filters of a search as they were asked for."""
    given = [
        f"{name}={value}"
        for name, value in request.query_params.items()
        if name not in ("formato", "limite")
    ]
    return f"busca por {' e '.join(given)}" if given else "todos os documentos guardados"
