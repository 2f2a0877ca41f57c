"""Documents that come all the time while things die, and what was said yes to, and when."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

import httpx2

from fiscalxml.generator import Pedido, generate
from services.servico import zipped

_TIMEOUT: Final = 6.0
_PAUSE: Final = 0.05
_PER_LOTE: Final = 40
_SINGLES: Final = 20
"""documents that are sent alone, for each lote"""


@dataclass(frozen=True)
class Aceito:
    """A yes: a row that must be there from now on."""

    tabela: str
    ident: UUID
    enviado: float
    """`time.monotonic` of the request"""
    quando: float
    """of its answer"""


class Carga:
    """One sender: every answer of 2xx is kept, and what is not answered is sent again."""

    def __init__(self, base: str, chave: str, semente: int) -> None:
        self._client = httpx2.Client(
            base_url=base,
            headers={"Authorization": f"Bearer {chave}"},
            timeout=_TIMEOUT,
            trust_env=False,
            limits=httpx2.Limits(max_keepalive_connections=0),
        )
        self._sementes = itertools.count(semente)
        self.aceitos: list[Aceito] = []
        self.falhas = 0
        """answers of 5xx, and requests without one"""
        self._busy = threading.Lock()
        """held while something is under way"""
        self._wanted = threading.Event()
        self._ended = threading.Event()
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Something is sent all the time inside."""
        self._wanted.set()
        try:
            yield
        finally:
            self.pause()

    def go(self) -> None:
        self._wanted.set()

    def pause(self) -> None:
        """When this returns, nothing is under way."""
        self._wanted.clear()
        with self._busy:
            self._check()

    def end(self) -> None:
        """At once: what was not answered stays unanswered."""
        self._ended.set()
        self._wanted.set()
        self._thread.join()
        self._client.close()

    def first_after(self, moment: float, limit: float) -> float:
        """Seconds from a moment to the first yes to something that was sent after it."""
        deadline = time.monotonic() + limit
        while True:
            self._check()
            later = [each.quando for each in list(self.aceitos) if each.enviado > moment]
            if later:
                return min(later) - moment
            assert time.monotonic() < deadline, f"nothing is accepted within {limit} s"
            time.sleep(0.01)

    def _check(self) -> None:
        if self._failed is not None:
            raise AssertionError("the sender has ended") from self._failed

    def _run(self) -> None:
        try:
            self._keep()
        except Exception as error:  # noqa: BLE001 - told to whoever waits for it
            self._failed = error

    def _keep(self) -> None:
        for semente in self._sementes:
            documentos = [
                each.xml
                for each in generate(Pedido(quantidade=_PER_LOTE + _SINGLES, semente=semente))
            ]
            for path, content, media_type in _requests(documentos):
                while not self._ended.is_set():
                    self._wanted.wait()
                    with self._busy:
                        if self._wanted.is_set():  # or it was taken back before this had the lock
                            self._send(path, content, media_type)
                            break
                else:
                    return

    def _send(self, path: str, content: bytes, media_type: str) -> None:
        headers = {"Content-Type": media_type, "Idempotency-Key": str(uuid4())}
        while not self._ended.is_set():
            sent = time.monotonic()
            try:
                answer = self._client.post(path, headers=headers, content=content)
            except httpx2.TransportError:
                self.falhas += 1
            else:
                if answer.is_success:
                    tabela = "lotes" if answer.status_code == 202 else "documentos"
                    ident = UUID(answer.json()["id"])
                    self.aceitos.append(Aceito(tabela, ident, sent, time.monotonic()))
                    return
                assert answer.status_code in (409, 429) or answer.status_code >= 500, answer.text
                self.falhas += 1
                if answer.status_code == 409:
                    return
            time.sleep(_PAUSE)


def _requests(documentos: list[bytes]) -> Iterator[tuple[str, bytes, str]]:
    for documento in documentos[:_SINGLES]:
        yield "/v1/documentos", documento, "application/xml"
    names = {f"{place:04}.xml": each for place, each in enumerate(documentos[_SINGLES:])}
    yield "/v1/lotes", zipped(names), "application/zip"
