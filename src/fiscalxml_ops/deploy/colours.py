"""The two sets of processes of which one serves and the other comes or goes."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Cor(StrEnum):
    """Azul is no better than verde: they take turns."""

    AZUL = "azul"
    VERDE = "verde"

    @property
    def outra(self) -> Cor:
        """The other one."""
        return Cor.VERDE if self is Cor.AZUL else Cor.AZUL


class Parte(StrEnum):
    """What of a colour is started and stopped together."""

    WEB = "web"
    """answers requests, behind the balancer"""
    FUNDO = "fundo"
    """takes work by leases and locks: both colours may have it at the same time"""


PAPEIS: Final = {
    Parte.WEB: ("auth", "api", "webhooks"),
    Parte.FUNDO: ("entregador", "worker", "relay"),
}
"""roles of `stack.roles`, in order of start"""
