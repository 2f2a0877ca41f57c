"""What was told, and notificações that are fetched instead of delivered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Unpack
from uuid import UUID

import msgspec

from fiscalxml.client.operations.contents import pages, query, segment
from fiscalxml.client.operations.webhook_requests import asking, plain
from fiscalxml.client.shapes import (
    FiltroDeNotificacoes,
    FluxoDeNotificacoes,
    NotificacaoDetalhada,
    NotificacaoFeita,
    NotificacaoLida,
    Pagina,
    Recorte,
)
from fiscalxml.client.steps import Fluxo, Passos, asked
from fiscalxml.webhooks import Notificacao

_FEITAS = msgspec.json.Decoder(Pagina[NotificacaoFeita]).decode
_DETALHADA = msgspec.json.Decoder(NotificacaoDetalhada).decode
_FLUXO = msgspec.json.Decoder(FluxoDeNotificacoes).decode
_LIDAS = msgspec.json.Decoder(Pagina[msgspec.Raw]).decode
_NOTIFICACAO = msgspec.json.Decoder(Notificacao).decode

_NOTIFICACOES = "/v1/notificacoes"
_FLUXOS = f"{_NOTIFICACOES}/fluxos"
_SPARE = 35.0  # seconds for an answer that the service holds back on purpose


def notificacoes(*, por_pagina: int = 200, **recorte: Unpack[Recorte]) -> Fluxo[NotificacaoFeita]:
    """What any webhook was told in the last 90 days, the newest first."""
    parameters = query(limite=por_pagina, **recorte)
    yield from pages(_NOTIFICACOES, parameters, _FEITAS, servico="webhooks")


def notificacao(notificacao: str | UUID) -> Passos[NotificacaoDetalhada]:
    """One of them, and which webhooks were told, with what result."""
    caminho = f"{_NOTIFICACOES}/{segment(notificacao)}"
    return (yield from asked(plain("GET", caminho), _DETALHADA))


def abrir_fluxo(**filtro: Unpack[FiltroDeNotificacoes]) -> Passos[FluxoDeNotificacoes]:
    """Keep what happens from now on to be read by `ler_fluxo`; unread for an hour, it is closed."""
    return (yield from asked(asking("POST", _FLUXOS, {**filtro}), _FLUXO))


def ler_fluxo(
    fluxo: str | UUID,
    *,
    lidas: Iterable[str | UUID] = (),
    espera: int | None = None,
    limite: int | None = None,
) -> Passos[list[NotificacaoLida]]:
    """The oldest that wait, once there are any; none after `espera` seconds.

    They come again until they are among the `lidas`, ids, of another reading.
    """
    given = {"espera": espera, "limite": limite}
    body = {"lidas": [str(each) for each in lidas]} | {
        name: value for name, value in given.items() if value is not None
    }
    pedido = asking("POST", f"{_FLUXOS}/{segment(fluxo)}/leitura", body)
    return (yield from asked(msgspec.structs.replace(pedido, leitura=_SPARE), _read_lidas))


def fechar_fluxo(fluxo: str | UUID) -> Passos[None]:
    """Keep nothing more for it."""
    yield from asked(plain("DELETE", f"{_FLUXOS}/{segment(fluxo)}"), bytes)


def _read_lidas(data: bytes) -> list[NotificacaoLida]:
    return [
        NotificacaoLida(corpo=bytes(each), notificacao=_NOTIFICACAO(each))
        for each in _LIDAS(data).itens
    ]
