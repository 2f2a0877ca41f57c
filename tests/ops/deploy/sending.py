"""Documents that come all the time, in lotes and alone; kept for the ledger."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final

from services.chaos.cargo import Arquivo, Carga, Documento, make_cargo, zip_of
from services.chaos.ledger import Livro
from services.chaos.sender import Remetente

from .place import Lugar

_CHUNK: Final = 320
"""documents that are made at a time"""
_LOTE_SECONDS: Final = 4.0
_SINGLE_SECONDS: Final = 0.5


class Remessa:
    """Sends by a client that would repeat, and must never have to."""

    def __init__(self, lugar: Lugar, seed: int) -> None:
        self.remetente = Remetente(lugar.base, lugar.chave, connections=4)
        self.livro = Livro()
        self._seeds = itertools.count(seed)
        self._lotes: list[list[Arquivo]] = []
        self._avulsos: list[Documento] = []
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._broken: list[str] = []

    @property
    def failures(self) -> list[str]:
        """What could not be sent; and what had to be sent again, but for failures made up."""
        told = self.remetente.errors
        again = self.remetente.again - len(told)
        once_more = [f"{again} times something was sent again"] if again else []
        return [*self._broken, *told, *once_more]

    def sent(self) -> Carga:
        """All of it."""
        lotes = [arquivos for _, arquivos in self.livro.lotes]
        return Carga(lotes, [documento for documento, _, _ in self.livro.avulsos])

    def lote(self) -> list[Arquivo]:
        """One that nobody has sent."""
        with self._lock:
            self._fill()
            return self._lotes.pop()

    def note_lote(self, ident: str, arquivos: list[Arquivo]) -> None:
        """It was taken in."""
        with self._lock:
            self.livro.lotes.append((ident, arquivos))

    @contextmanager
    def going_on(self, follow: Callable[[str], None]) -> Iterator[None]:
        """Lotes and documents are sent inside; `follow` is called with each lote, in a thread."""
        followed: list[Future[None]] = []
        with ThreadPoolExecutor(16) as followers:
            threads = [
                threading.Thread(
                    target=self._send_lotes,
                    args=(lambda lote: followed.append(followers.submit(follow, lote)),),
                ),
                threading.Thread(target=self._send_singles),
            ]
            for thread in threads:
                thread.start()
            try:
                yield
            finally:
                self._ended.set()
                for thread in threads:
                    thread.join()
        for each in followed:
            each.result()

    def _send_lotes(self, begun: Callable[[str], None]) -> None:
        while not self._ended.wait(_LOTE_SECONDS):
            arquivos = self.lote()
            answer = self.remetente.send("/v1/lotes", zip_of(arquivos), "application/zip")
            if answer.status_code != 202:
                self._broken.append(f"lote: {answer.status_code} {answer.text[:200]}")
                continue
            self.note_lote(answer.json()["id"], arquivos)
            begun(answer.json()["id"])

    def _send_singles(self) -> None:
        while not self._ended.wait(_SINGLE_SECONDS):
            with self._lock:
                self._fill()
                documento = self._avulsos.pop()
            answer = self.remetente.send("/v1/documentos", documento.xml, "application/xml")
            if answer.status_code not in (200, 201):
                self._broken.append(f"documento: {answer.status_code} {answer.text[:200]}")
                continue
            with self._lock:
                taken = (documento, answer.status_code, answer.json())
                self.livro.avulsos.append(taken)

    def _fill(self) -> None:
        while not self._lotes or not self._avulsos:
            made = make_cargo(_CHUNK, next(self._seeds))
            self._lotes += made.lotes
            self._avulsos += made.avulsos
