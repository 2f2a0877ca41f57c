"""Stored documents judged again, by the rules of another day: what would change, and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Literal, Unpack
from uuid import UUID, uuid4

import msgspec

from fiscalxml.client.operations.contents import JSON, pages, query, segment, wanted
from fiscalxml.client.operations.waiting import followed, waited
from fiscalxml.client.shapes import (
    Causas,
    Filtro,
    Mudanca,
    MudancaDeDocumento,
    Pagina,
    ParticipanteDaMudanca,
    Revalidacao,
)
from fiscalxml.client.steps import Fluxo, Passos, Pedido, asked
from fiscalxml.report import Perfil

_REVALIDACAO = msgspec.json.Decoder(Revalidacao).decode
_REVALIDACOES = msgspec.json.Decoder(Pagina[Revalidacao]).decode
_ITENS = msgspec.json.Decoder(Pagina[MudancaDeDocumento]).decode
_PARTICIPANTES = msgspec.json.Decoder(Pagina[ParticipanteDaMudanca]).decode
_CAUSAS = msgspec.json.Decoder(Causas).decode


def revalidar(
    *,
    em: date | str | None = None,
    perfil: Literal["auto"] | Perfil | None = None,
    nome: str | None = None,
    idempotencia: str | None = None,
    **filtro: Unpack[Filtro],
) -> Passos[Revalidacao]:
    """Judge the documents that fit all filters again: by the rules of `em`, else by those of each
    document's own date. What holds of each document stays as it is."""
    body = {"filtro": wanted(filtro), **query(em=em, perfil=perfil, nome=nome)}
    pedido = Pedido(
        metodo="POST",
        caminho="/v1/revalidacoes",
        cabecalhos=JSON | {"Idempotency-Key": idempotencia or str(uuid4())},
        corpo=msgspec.json.encode(body),
    )
    return (yield from asked(pedido, _REVALIDACAO))


def revalidacoes(*, por_pagina: int = 200) -> Fluxo[Revalidacao]:
    """All revalidations, the newest first."""
    yield from pages("/v1/revalidacoes", query(limite=por_pagina), _REVALIDACOES)


def revalidacao(revalidacao: str | UUID) -> Passos[Revalidacao]:
    """How a revalidation stands."""
    return (yield from asked(Pedido(caminho=_of(revalidacao)), _REVALIDACAO))


def cancelar_revalidacao(revalidacao: str | UUID) -> Passos[Revalidacao]:
    """Begin nothing more of it; what has been judged stays."""
    pedido = Pedido(metodo="POST", caminho=f"{_of(revalidacao)}/cancelamento")
    return (yield from asked(pedido, _REVALIDACAO))


def acompanhar_revalidacao(
    revalidacao: str | UUID, *, visto: int | None = None
) -> Fluxo[Revalidacao]:
    """Hands it over whenever it has changed, until it ends. `visto`: the `versao` that is known."""
    yield from followed(_of(revalidacao), _REVALIDACAO, visto)


def esperar_revalidacao(
    revalidacao: str | UUID,
    *,
    prazo: float | None = None,
    ao_mudar: Callable[[Revalidacao], None] | None = None,
) -> Passos[Revalidacao]:
    """It as it ends. Raises `EsperaEsgotada` where it has not after `prazo` seconds."""
    return (yield from waited(_of(revalidacao), _REVALIDACAO, prazo, ao_mudar))


def itens_da_revalidacao(
    revalidacao: str | UUID,
    *,
    mudanca: Mudanca | None = None,
    emitente: str | None = None,
    destinatario: str | None = None,
    codigo: str | None = None,
    por_pagina: int = 1000,
) -> Fluxo[MudancaDeDocumento]:
    """The documents that would change, and those that could not be judged."""
    parameters = query(
        mudanca=mudanca,
        emitente=emitente,
        destinatario=destinatario,
        codigo=codigo,
        limite=por_pagina,
    )
    yield from pages(f"{_of(revalidacao)}/itens", parameters, _ITENS)


def causas_da_revalidacao(revalidacao: str | UUID, *, limite: int | None = None) -> Passos[Causas]:
    """The causes of the findings that there were not before."""
    pedido = Pedido(caminho=f"{_of(revalidacao)}/causas", query=query(limite=limite))
    return (yield from asked(pedido, _CAUSAS))


def participantes_da_revalidacao(
    revalidacao: str | UUID,
    *,
    papel: Literal["emitente", "destinatario"] | None = None,
    por_pagina: int = 1000,
) -> Fluxo[ParticipanteDaMudanca]:
    """The parties of documents that would change, those of most that would be invalid first."""
    parameters = query(papel=papel, limite=por_pagina)
    yield from pages(f"{_of(revalidacao)}/participantes", parameters, _PARTICIPANTES)


def _of(revalidacao: str | UUID) -> str:
    return f"/v1/revalidacoes/{segment(revalidacao)}"
