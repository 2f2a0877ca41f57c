"""Folders that are looked through again and again: each file is sent once it has stopped changing.

Looked through, and not told of by the system: on a network folder the system tells nothing, and of
many changes at once it may forget some.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from fiscalxml.archives import archive_kind
from fiscalxml.archives.nature import HEAD_BYTES
from fiscalxml.sending.envio import Envio
from fiscalxml.sending.files import Arquivo, Encontrado, NaoLido, find
from fiscalxml.sending.state import Estado

_UNFINISHED_TIMES: Final = 15  # as long is waited for a file that seems to lack its end
_SHARE: Final = 4  # looking may take a fifth of the time
_ZIP_END: Final = 22 + 65_535


class _Visto(msgspec.Struct):
    tamanho: int
    mtime_ns: int
    desde: float


class Assentamento:
    """Which files have been the same for a while."""

    def __init__(self, quieto: float) -> None:
        """`quieto`: seconds without a change; more for a file that seems to lack its end."""
        self._quieto = quieto
        self._before: dict[str, _Visto] = {}
        self._now: dict[str, _Visto] = {}

    def begin(self) -> None:
        """A new look: what is not met in it is forgotten."""
        self._before, self._now = self._now, {}

    def has_settled(self, arquivo: Arquivo) -> bool:
        """Raises OSError."""
        instant = time.monotonic()
        seen = self._before.get(arquivo.caminho)
        if seen is None or (seen.tamanho, seen.mtime_ns) != (arquivo.tamanho, arquivo.mtime_ns):
            seen = _Visto(arquivo.tamanho, arquivo.mtime_ns, instant)
        self._now[arquivo.caminho] = seen
        quiet = instant - seen.desde
        if quiet < self._quieto or arquivo.is_fresh:
            return False
        return is_finished(arquivo.caminho) or quiet >= self._quieto * _UNFINISHED_TIMES

    def forget(self, caminho: str) -> None:
        """It has settled, and is dealt with."""
        self._now.pop(caminho, None)


class Vigia:
    """Watches folders for an `Envio`."""

    def __init__(
        self,
        envio: Envio,
        estado: Estado,
        pastas: Sequence[str],
        *,
        intervalo: float,
        quieto: float,
    ) -> None:
        """`intervalo`: seconds between two looks, at least."""
        self._envio = envio
        self._estado = estado
        self._pastas = pastas
        self._intervalo = intervalo
        self._assentamento = Assentamento(quieto)
        self._told: set[tuple[str, int | None]] = set()

    def run(self, goes_on: Callable[[], bool] = lambda: True) -> None:
        """Until it is interrupted. Raises `FalhaDoCliente` where the service refuses for good."""
        while goes_on():
            started = time.monotonic()
            self._assentamento.begin()
            self._envio.offer(self._settled())
            took = time.monotonic() - started
            self._envio.collect(wait=False)
            time.sleep(max(self._intervalo, took * _SHARE))

    def _settled(self) -> Iterator[Encontrado]:
        """What is to be offered: files that are new and do not change any more, new troubles."""
        for found in find(self._pastas, self._estado.owns):
            if not isinstance(found, Arquivo):
                if self._is_news(found.caminho, found.erro.errno):
                    yield found
                continue
            if self._is_known(found):
                continue
            try:
                settled = self._assentamento.has_settled(found)
            except FileNotFoundError:
                continue  # it went, or has another name by now
            except OSError as error:
                if self._is_news(found.caminho, error.errno):
                    yield NaoLido(found.caminho, error)
                continue
            if settled:
                self._assentamento.forget(found.caminho)
                yield found

    def _is_known(self, arquivo: Arquivo) -> bool:
        conteudo = self._estado.content(arquivo)
        if conteudo is None:
            return False
        return conteudo.especie == "alheio" or self._estado.has(conteudo.sha256)

    def _is_news(self, caminho: str, number: int | None) -> bool:
        """A trouble is told once."""
        news = (caminho, number) not in self._told
        self._told.add((caminho, number))
        return news


def is_finished(path: str) -> bool:
    """Whether a file has an end: as far as one can tell, nobody is still writing it.

    Raises OSError.
    """
    with Path(path).open("rb") as file:
        head = file.read(HEAD_BYTES)
        size = file.seek(0, 2)
        file.seek(max(0, size - _ZIP_END))
        tail = file.read()
    kind = archive_kind(head)
    if kind == "zip":
        return b"PK\x05\x06" in tail
    return kind is not None or tail.rstrip(b" \t\r\n\0").endswith(b">")
