"""A service that is away, or busy, is asked again: nothing is lost by waiting."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

from fiscalxml.client.errors import FalhaDeRede, FalhaDoCliente
from fiscalxml.client.problems import (
    CotaEsgotada,
    ErroDoServico,
    FilaCheia,
    LimiteDeRequisicoes,
)

T = TypeVar("T")
_FIRST: Final = 1.0
_LONGEST: Final = 60.0
_AWAY: Final = (408, 429, 500, 502, 503, 504)
_FAULTS: Final = 5  # answers of 500 to one request before it is taken for a refusal


class Desistencia(FalhaDoCliente):
    """The service did not answer for as long as one was ready to wait."""


class Persistencia:
    """Asks until it is answered, for `paciencia` seconds without any answer; None: for ever.

    A queue that is full, or a limit of requests, is an answer, and is waited for as long as it
    takes; a quota that is used up is a refusal.
    """

    def __init__(
        self, paciencia: float | None, told: Callable[[FalhaDoCliente, float], None]
    ) -> None:
        """`told`: what went wrong and in how many seconds it is tried again."""
        self._paciencia = paciencia
        self._told = told

    def call(self, ask: Callable[[], T], *, may_be_at_fault: bool = False) -> T:
        """The answer. Raises `Desistencia`, and `FalhaDoCliente` for a refusal.

        `may_be_at_fault`: what is sent may itself be why the service fails (500) each time.
        """
        started = time.monotonic()
        tried = faults = 0
        while True:
            try:
                return ask()
            except FalhaDoCliente as failure:
                tried += 1
                faults += isinstance(failure, ErroDoServico) and failure.status == 500
                if not _is_away(failure) or (may_be_at_fault and faults == _FAULTS):
                    raise
                pause = _pause(failure, tried)
                if isinstance(failure, FilaCheia | LimiteDeRequisicoes):
                    started = time.monotonic()
                elif self._is_over(started, pause):
                    raise Desistencia(str(failure)) from failure
                self._told(failure, pause)
                time.sleep(pause)

    def _is_over(self, started: float, pause: float) -> bool:
        if self._paciencia is None:
            return False
        return time.monotonic() - started + pause > self._paciencia


def _is_away(failure: FalhaDoCliente) -> bool:
    if isinstance(failure, ErroDoServico):
        return failure.status in _AWAY and not isinstance(failure, CotaEsgotada)
    return isinstance(failure, FalhaDeRede)


def _pause(failure: FalhaDoCliente, tried: int) -> float:
    growing = min(_LONGEST, _FIRST * 2.0 ** min(tried - 1, 10)) * random.uniform(0.5, 1.0)  # noqa: S311
    after = failure.espera if isinstance(failure, ErroDoServico) else None
    return max(growing, after or 0.0)
