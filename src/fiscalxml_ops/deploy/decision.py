"""Whether green may have more: a pure function of what was measured of both colours.

Of what answers two things speak against it, as in the objectives: errors that burn the month's
budget as fast as a page would be sent for, and answers that are too slow while blue's are not. And
too little that was seen speaks for it only where little came. Of what works: jobs that fail, and
processes that die again and again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from fiscalxml_ops.objectives import LATENCIA_SEGUNDOS, POR_NOME, QUEIMAS


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


class Contagem(NamedTuple):
    """Requests of one colour that ended, counted apart: what does not agree is not believed."""

    balanceador: int
    medidas: int

    def since(self, earlier: Contagem) -> Contagem:
        """What came after that moment."""
        return Contagem(self.balanceador - earlier.balanceador, self.medidas - earlier.medidas)


class Trabalho(NamedTuple):
    """Of the workers of one colour: attempts of jobs that ended, those that ended in an error, and
    roles that died several times in a row."""

    tentativas: int = 0
    erros: int = 0
    morrem: tuple[str, ...] = ()

    @property
    def taxa(self) -> float:
        """Errors in an attempt."""
        return self.erros / self.tentativas if self.tentativas else 0.0

    def since(self, earlier: Trabalho) -> Trabalho:
        """What came after that moment; a count that is lower began anew meanwhile."""
        if self.tentativas < earlier.tentativas or self.erros < earlier.erros:
            return self
        done, failed = self.tentativas - earlier.tentativas, self.erros - earlier.erros
        return Trabalho(done, failed, self.morrem)


@dataclass(frozen=True, kw_only=True)
class Limites:
    """What is allowed."""

    erros: float = float(POR_NOME["erros"].orcamento)
    """the objective: errors in a request"""
    queima: float = float(QUEIMAS[0].fator)
    """times the objective, above which a deploy is taken back: what pages somebody"""
    erros_minimos: int = 3
    """fewer are chance: of fifty requests one error is twenty times the objective"""
    p95: float = LATENCIA_SEGUNDOS
    """the objective, seconds"""
    piora: float = 2.0
    """times blue's: a machine that is slow for both is no fault of green's"""
    pedidos_minimos: int = 50
    """before green is judged by its times, or believed to be well"""
    perdidas: float = 0.1
    """of its requests that one of both counts lacks, above which the measure is broken"""
    trabalhos: float = 0.1
    """attempts of jobs that may fail: more is what TrabalhosFalhando tells"""
    a_caminho: int = 3
    """that ended and were not told yet: no sign of anything"""


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


# Medida: troca-sem-parada
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


def fault_of_work(nova: Trabalho, antiga: Trabalho, limites: Limites) -> str | None:
    """Why what works of green is not to be trusted, for people. Both since green's start: what
    fails for both colours is no fault of green's."""
    if nova.morrem:
        return f"{', '.join(nova.morrem)}: termina logo depois de iniciar, e de novo"
    allowed = max(limites.trabalhos, limites.piora * antiga.taxa)
    if nova.erros >= limites.erros_minimos and nova.taxa > allowed:
        return (
            f"{nova.erros} de {nova.tentativas} tentativas de trabalhos falharam "
            f"({_percent(nova.taxa)}); o limite aqui é {_percent(allowed)}"
        )
    return None


def settle(contagem: Contagem, limites: Limites) -> Decisao:
    """Of a step that waited long enough and saw too little: did few requests come, or is it blind?

    `contagem`: of green, since its first share.
    """
    counted, seen = contagem.balanceador, contagem.medidas
    apart = abs(counted - seen)
    if apart > limites.a_caminho and apart > limites.perdidas * max(counted, seen):
        return Decisao(
            Veredito.VOLTAR,
            f"o balanceador contou {counted} requisições e {seen} foram medidas: "
            "a medida está quebrada",
        )
    return Decisao(Veredito.SEGUIR, f"poucas requisições vieram: o balanceador contou {counted}")


def _percent(ratio: float) -> str:
    return f"{100 * ratio:.2f} %".replace(".", ",")


def _milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms"
