"""Work that the service does in its own time, waited for and followed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from fiscalxml.client.errors import EsperaEsgotada, FalhaDeRede
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
    asked,
    read_as,
)

_SILENCE: Final = 45.0  # the service says something every 15 seconds
_FRUITLESS: Final = 2  # connections without an event before they are given up
_PAUSES: Final = (0.5, 5.0)  # the first, and the longest
_GROWTH: Final = 1.5


class Andamento(Protocol):
    """What may change until it has ended."""

    @property
    def terminou(self) -> bool: ...


class Versionado(Andamento, Protocol):
    """The same with a number that grows at each change."""

    @property
    def versao(self) -> int: ...


A = TypeVar("A", bound=Andamento)
V = TypeVar("V", bound=Versionado)


def waited(
    caminho: str,
    read: Callable[[bytes], A],
    prazo: float | None,
    ao_mudar: Callable[[A], None] | None,
) -> Passos[A]:
    """What stands at an address, as it ends; asked for ever more seldom while nothing changes.

    Raises `EsperaEsgotada` where it has not ended after `prazo` seconds.
    """
    deadline = None if prazo is None else time.monotonic() + prazo
    pause, seen = _PAUSES[0], None
    while True:
        found = yield from asked(Pedido(caminho=caminho), read)
        if found != seen:
            pause, seen = _PAUSES[0], found
            if ao_mudar is not None:
                ao_mudar(found)
        if found.terminou:
            return found
        if deadline is not None and time.monotonic() + pause > deadline:
            raise EsperaEsgotada(f"{caminho} ainda não terminou; continua no serviço.")
        yield Dormir(pause)
        pause = min(pause * _GROWTH, _PAUSES[1])


def followed(caminho: str, read: Callable[[bytes], V], visto: int | None) -> Fluxo[V]:
    """Hands over what stands at an address whenever it has changed since version `visto`, until it
    ends: by server-sent events, taken up again where they break off; asked for where they do not
    come through."""
    fruitless = 0
    while fruitless < _FRUITLESS:
        resposta: Resposta = yield Abrir(_progress(caminho, visto))
        if resposta.status == 204:
            return
        if not resposta.cabecalhos.get("content-type", "").startswith("text/event-stream"):
            break
        fruitless += 1
        try:
            while (evento := (yield LerEvento())) is not None:
                found = _read(read, evento)
                fruitless, visto = 0, found.versao
                yield Entregar(found)
        except FalhaDeRede:
            yield Dormir(_PAUSES[0])
    yield from _polled(caminho, read, visto)


def _polled(caminho: str, read: Callable[[bytes], V], visto: int | None) -> Fluxo[V]:
    pause = _PAUSES[0]
    while True:
        found = yield from asked(Pedido(caminho=caminho), read)
        if found.versao != visto:
            pause, visto = _PAUSES[0], found.versao
            yield Entregar(found)
        if found.terminou:
            return
        yield Dormir(pause)
        pause = min(pause * _GROWTH, _PAUSES[1])


def _progress(caminho: str, visto: int | None) -> Pedido:
    seen = {} if visto is None else {"Last-Event-ID": str(visto)}
    return Pedido(
        caminho=f"{caminho}/progresso",
        cabecalhos={"Accept": "text/event-stream", **seen},
        leitura=_SILENCE,
    )


def _read(read: Callable[[bytes], V], evento: Evento) -> V:
    return read_as(read, evento.dados.encode())
