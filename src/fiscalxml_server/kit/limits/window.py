"""A sliding window of requests as one process knows it.

Two windows of fixed length are counted; of the one before, the part counts that the sliding window
still covers. A process knows what all had counted when it last asked, and adds its own since.
"""

from __future__ import annotations

from math import ceil, floor
from typing import Final

from fiscalxml_server.kit.limits.policies import WINDOW

_ROUNDING: Final = 1e-6  # of the times that are computed with


class Janela:
    """One policy of one caller."""

    __slots__ = (
        "antes",
        "chave",
        "conhecidos",
        "limite",
        "meus",
        "meus_antes",
        "nome",
        "novos",
        "numero",
    )

    def __init__(self, nome: str, chave: str, limite: int) -> None:
        self.nome = nome
        """of the policy"""
        self.chave = chave
        """under which all processes count"""
        self.limite = limite
        self.numero = 0
        """of the window: minutes since 1970"""
        self.antes = 0
        """in the window before, all processes"""
        self.conhecidos = 0
        """in this window, all processes, when they were last asked; own ones that were sent too"""
        self.novos = 0
        """own, not sent yet"""
        self.meus = 0
        """in this window, by this process"""
        self.meus_antes = 0

    def turn(self, numero: int) -> None:
        """Begin another window, where time has come to it."""
        if numero == self.numero:
            return
        follows = numero == self.numero + 1
        self.antes = self.conhecidos + self.novos if follows else 0
        self.meus_antes = self.meus if follows else 0
        self.conhecidos = self.novos = self.meus = 0
        self.numero = numero

    def take(self) -> None:
        """Count a request."""
        self.novos += 1
        self.meus += 1

    def left(self, gone: float, processes: int) -> int:
        """Requests that may still come. `gone`: part of this window that is over.

        `processes`: among so many the limit is split while they cannot count together; 0 when they
        do.
        """
        limit, before, current = self._counted(processes)
        return floor(limit - current - before * (1 - gone) + _ROUNDING)

    def wait(self, gone: float, processes: int) -> int:
        """Seconds until one more may come, where none may now."""
        limit, before, current = self._counted(processes)
        if current < limit:  # enough of the window before must be over
            moment = 1 - (limit - 1 - current) / before
        else:  # this one must be the window before, and enough of it over
            moment = 2 - (limit - 1) / current
        return max(1, ceil((moment - gone) * WINDOW - _ROUNDING))

    def _counted(self, processes: int) -> tuple[int, int, int]:
        """The limit, and what counts in the window before and in this one."""
        if processes:
            return max(1, self.limite // processes), self.meus_antes, self.meus
        return self.limite, self.antes, self.conhecidos + self.novos
