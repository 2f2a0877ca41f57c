"""One request to a receiver nearby: straight to it, whatever proxies the machine has."""

from __future__ import annotations

import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from importlib.metadata import version
from typing import Final, NamedTuple
from urllib.parse import urlsplit

_SECONDS: Final = 15.0
_MOST: Final = 20_000  # bytes of an answer


class Ausente(Exception):
    """Nobody listens there."""


class Resposta(NamedTuple):
    """What the receiver answered; `status` is None where it did not, and `texto` says why."""

    status: int | None
    texto: str
    milissegundos: int

    @property
    def aceitou(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Receptor:
    """`url` is one of http or https."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)

    def post(self, corpo: bytes, cabecalhos: Mapping[str, str]) -> Resposta:
        """Raises `Ausente`. A redirect is an answer."""
        began = time.monotonic()
        connection = self._connection()
        try:
            try:
                connection.connect()
            except OSError as error:
                raise Ausente(_why(error)) from None
            try:
                connection.request("POST", self._target(), corpo, _headers(cabecalhos))
                answer = connection.getresponse()
                status, text = answer.status, answer.read(_MOST).decode("utf-8", "replace")
            except TimeoutError:
                return _answer(None, f"não respondeu em {_SECONDS:.0f} segundos", began)
            except (OSError, HTTPException):
                return _answer(None, "cortou a conexão, ou não respondeu em HTTP", began)
            return _answer(status, text, began)
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        kind = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
        return kind(self._parts.hostname or "", self._parts.port, timeout=_SECONDS)

    def _target(self) -> str:
        query = f"?{self._parts.query}" if self._parts.query else ""
        return (self._parts.path or "/") + query


def _headers(given: Mapping[str, str]) -> dict[str, str]:
    agent = f"fiscalxml/{version('fiscalxml')}"
    return {"Content-Type": "application/json", "User-Agent": agent, **given}


def _answer(status: int | None, text: str, began: float) -> Resposta:
    return Resposta(status, text, round((time.monotonic() - began) * 1000))


def _why(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "nada escuta nessa porta"
    if isinstance(error, TimeoutError):
        return "ninguém atende nesse endereço"
    return error.strerror or "não há como chegar lá"
