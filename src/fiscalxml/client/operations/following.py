"""A lote while it is processed: server-sent events, taken up again where they break off, or asked
for now and then where they do not come through."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final
from uuid import UUID

import msgspec

from fiscalxml.client.errors import EsperaEsgotada, FalhaDeRede
from fiscalxml.client.operations.contents import segment
from fiscalxml.client.operations.lotes import lote as read_lote
from fiscalxml.client.shapes import Lote
from fiscalxml.client.steps import (
    Abrir,
    Dormir,
    Entregar,
    Evento,
    Fluxo,
    LerEvento,
    Passos,
    Pedido,
    Resposta,
    read_as,
)

_LOTE = msgspec.json.Decoder(Lote).decode
_SILENCE: Final = 45.0  # the service says something every 15 seconds
_FRUITLESS: Final = 2  # connections without an event before they are given up
_POLL_SECONDS: Final = (0.5, 5.0)  # the first pause, and the longest


def acompanhar(lote: str | UUID, *, visto: int | None = None) -> Fluxo[Lote]:
    """Hands over the lote whenever it has changed, until it ends.

    `visto`: the `versao` that is known already.
    """
    fruitless = 0
    while fruitless < _FRUITLESS:
        resposta: Resposta = yield Abrir(_progress(lote, visto))
        if resposta.status == 204:
            return
        if not resposta.cabecalhos.get("content-type", "").startswith("text/event-stream"):
            break
        fruitless += 1
        try:
            while (evento := (yield LerEvento())) is not None:
                found = _read(evento)
                fruitless, visto = 0, found.versao
                yield Entregar(found)
                if found.situacao == "concluido":
                    return
        except FalhaDeRede:
            yield Dormir(_POLL_SECONDS[0])
    yield from _poll(lote, visto)


def esperar(
    lote: str | UUID, *, prazo: float | None = None, ao_mudar: Callable[[Lote], None] | None = None
) -> Passos[Lote]:
    """The lote as it ends. `ao_mudar` is told of each change.

    Raises `EsperaEsgotada` after `prazo` seconds, when there is next something to be told or asked.
    """
    deadline = None if prazo is None else time.monotonic() + prazo
    pause = _POLL_SECONDS[0]
    seen = None
    while True:
        found = yield from read_lote(lote)
        if ao_mudar is not None and found.versao != seen:
            ao_mudar(found)
        pause = _POLL_SECONDS[0] if found.versao != seen else min(pause * 1.5, _POLL_SECONDS[1])
        seen = found.versao
        if found.terminou:
            return found
        if deadline is not None and time.monotonic() + pause > deadline:
            raise EsperaEsgotada(f"O lote {lote} ainda não terminou; ele continua no serviço.")
        yield Dormir(pause)


def _poll(lote: str | UUID, visto: int | None) -> Fluxo[Lote]:
    pause = _POLL_SECONDS[0]
    while True:
        found = yield from read_lote(lote)
        if found.versao != visto:
            pause, visto = _POLL_SECONDS[0], found.versao
            yield Entregar(found)
        if found.terminou:
            return
        yield Dormir(pause)
        pause = min(pause * 1.5, _POLL_SECONDS[1])


def _progress(lote: str | UUID, visto: int | None) -> Pedido:
    seen = {} if visto is None else {"Last-Event-ID": str(visto)}
    return Pedido(
        caminho=f"/v1/lotes/{segment(lote)}/progresso",
        cabecalhos={"Accept": "text/event-stream", **seen},
        leitura=_SILENCE,
    )


def _read(evento: Evento) -> Lote:
    return read_as(_LOTE, evento.dados.encode())
