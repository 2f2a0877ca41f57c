"""One document in, its report or its resumo out; nothing is stored."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import msgspec

from fiscalxml.client.operations.contents import XML, Conteudo, content, query
from fiscalxml.client.steps import Passos, Pedido, asked
from fiscalxml.documents.destino import Autorizador
from fiscalxml.report import Ambiente, Perfil, Report, read_report
from fiscalxml.summaries.resumo import Resumo

_RESUMO = msgspec.json.Decoder(Resumo).decode
_TAGS = msgspec.json.Decoder(dict[str, Any]).decode


def validar(
    documento: Conteudo,
    *,
    em: date | str | None = None,
    perfil: Literal["auto"] | Perfil | None = None,
    uf: Autorizador | None = None,
    ambiente: Ambiente | None = None,
    todas: bool | None = None,
) -> Passos[Report]:
    """The report of a document: its bytes, or the path of its file.

    `em`: by the rules of this date, or instant. `uf`, `ambiente`: who is to authorise it, and
    where; else what the document says. `todas`: list every occurrence.
    """
    pedido = Pedido(
        metodo="POST",
        caminho="/v1/validacoes",
        query=query(em=em, perfil=perfil, uf=uf, ambiente=ambiente, todas=todas),
        cabecalhos=XML,
        corpo=content(documento),
    )
    return (yield from asked(pedido, read_report))


def resumir(documento: Conteudo) -> Passos[Resumo]:
    """What a document says."""
    return (yield from asked(_resumos(documento, "campos"), _RESUMO))


def resumir_tags(documento: Conteudo) -> Passos[dict[str, Any]]:
    """The same under the layout's own names."""
    return (yield from asked(_resumos(documento, "tags"), _TAGS))


def _resumos(documento: Conteudo, formato: str) -> Pedido:
    return Pedido(
        metodo="POST",
        caminho="/v1/resumos",
        query=query(formato=formato),
        cabecalhos=XML,
        corpo=content(documento),
    )
