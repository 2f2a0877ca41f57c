"""Whether green may have more: a pure function of what was measured of both colours.

Two things speak against it, as in the objectives: errors that burn the month's budget as fast as a
page would be sent for, and answers that are too slow while blue's are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Medida:
    """Of one colour in a time; `p95` in seconds, None without an answer."""

    pedidos: int = 0
    erros: int = 0
    """5xx, and connections that the server refused or broke"""
    p95: float | None = None

    @property
    def taxa(self) -> float:
        """Errors in a request."""
        return self.erros / self.pedidos if self.pedidos else 0.0


@dataclass(frozen=True, kw_only=True)
class Limites:
    """What is allowed."""

    erros: float = 0.001
    """the objective: errors in a request"""
    queima: float = 14.4
    """times the objective, above which a deploy is taken back: what pages somebody"""
    erros_minimos: int = 3
    """fewer are chance: of fifty requests one error is twenty times the objective"""
    p95: float = 0.1
    """the objective, seconds"""
    piora: float = 2.0
    """times blue's: a machine that is slow for both is no fault of green's"""
    pedidos_minimos: int = 50
    """before green is judged by its times, or believed to be well"""


class Veredito(StrEnum):
    """What comes next."""

    SEGUIR = "seguir"
    ESPERAR = "esperar"
    """nothing speaks against it, and too little was seen"""
    VOLTAR = "voltar"


@dataclass(frozen=True)
class Decisao:
    """`motivo`: for people."""

    veredito: Veredito
    motivo: str


def decide(nova: Medida, antiga: Medida, limites: Limites) -> Decisao:
    """`antiga`: of the version that served before, since before the switch began."""
    allowed = limites.erros * limites.queima
    if nova.erros >= limites.erros_minimos and nova.taxa >= allowed:
        return Decisao(
            Veredito.VOLTAR,
            f"{nova.erros} erros em {nova.pedidos} requisições ({_percent(nova.taxa)}); "
            f"o limite é {_percent(allowed)}, e a versão anterior teve {_percent(antiga.taxa)}",
        )
    if nova.pedidos < limites.pedidos_minimos:
        return Decisao(Veredito.ESPERAR, f"só {nova.pedidos} requisições foram vistas")
    slow = max(limites.p95, limites.piora * antiga.p95 if antiga.p95 is not None else 0)
    if nova.p95 is not None and nova.p95 > slow:
        return Decisao(
            Veredito.VOLTAR,
            f"p95 de {_milliseconds(nova.p95)} em {nova.pedidos} requisições; "
            f"o limite aqui é {_milliseconds(slow)}",
        )
    p95 = "" if nova.p95 is None else f", p95 de {_milliseconds(nova.p95)}"
    return Decisao(Veredito.SEGUIR, f"{nova.erros} erros em {nova.pedidos} requisições{p95}")


def _percent(ratio: float) -> str:
    return f"{100 * ratio:.2f} %".replace(".", ",")


def _milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms"
