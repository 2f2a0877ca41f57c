"""What a drill measured, against what is aimed at and what is promised."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

GOAL_RTO: Final = 15 * 60.0
GOAL_RPO: Final = 5 * 60.0
PROMISED_RTO: Final = 4 * 3600.0
PROMISED_RPO: Final = 3600.0
RESULTS: Final = Path(__file__).parents[3] / "ops" / "recovery" / "results.md"


@dataclass(frozen=True)
class Desastre:
    """One of them: seconds without service, seconds of work lost, and what that came from."""

    nome: str
    rto: float
    rpo: float
    perdidos: int
    """rows that were said yes to, and are not there"""
    de: int
    """rows that were said yes to"""


@dataclass
class Medidas:
    """Of one run."""

    quando: datetime
    documentos: int
    reais: int
    """of them, those that went through the service; the others are copies of their rows and
    objects"""
    archive_seconds: int
    fases: list[tuple[str, float]] = field(default_factory=list)
    desastres: list[Desastre] = field(default_factory=list)
    notas: list[str] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)

    def tell(self, text: str) -> None:
        """At once."""
        print(f"{time.monotonic() - self._began:7.1f} s  {text}", flush=True)

    def note(self, text: str) -> None:
        """Told, and kept."""
        self.notas.append(text)
        self.tell(text)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measured."""
        began = time.monotonic()
        yield
        self.fases.append((name, time.monotonic() - began))
        self.tell(f"{name}: {self.fases[-1][1]:.1f} s")

    def disaster(self, desastre: Desastre) -> None:
        """Measured, too."""
        self.desastres.append(desastre)
        self.tell(
            f"{desastre.nome}: RTO {desastre.rto:.1f} s, RPO {desastre.rpo:.1f} s"
            f" ({desastre.perdidos} of {desastre.de} rows)"
        )

    def judge(self) -> tuple[list[str], list[str]]:
        """Past the promises, and past the goals."""
        return (
            list(_past(self.desastres, PROMISED_RTO, PROMISED_RPO)),
            list(_past(self.desastres, GOAL_RTO, GOAL_RPO)),
        )

    def _origin(self) -> str:
        if self.reais == self.documentos:
            return "All of them through the service"
        return (
            f"{self.reais:,} of them through the service, the others copies of their rows"
            " (`documentos`, `validacoes`) and objects"
        )

    def text(self) -> str:
        """A section of the results."""
        broken, late = self.judge()
        said = "broken: " + "; ".join(broken) if broken else "kept"
        aimed = "missed: " + "; ".join(late) if late else "met"
        lines = [
            f"## {self.quando:%Y-%m-%d %H:%M} UTC: {self.documentos:,} documents",
            "",
            f"{self._origin()}; WAL is archived after {self.archive_seconds} s at the latest."
            f" Promises (RTO 4 h, RPO 1 h) {said}; goals (RTO < 15 min, RPO < 5 min) {aimed}.",
            "",
            "| disaster | RTO | RPO | acknowledged rows that are missing |",
            "|---|---|---|---|",
            *(
                f"| {each.nome} | {each.rto:.1f} s | {each.rpo:.1f} s"
                f" | {each.perdidos} of {each.de} |"
                for each in self.desastres
            ),
            "",
            "| phase | seconds |",
            "|---|---|",
            *(f"| {name} | {seconds:.1f} |" for name, seconds in self.fases),
            "",
            *(f"- {each}" for each in self.notas),
        ]
        return "\n".join(lines) + "\n"


def _past(desastres: list[Desastre], rto: float, rpo: float) -> Iterator[str]:
    for each in desastres:
        if each.rto > rto:
            yield f"{each.nome}: RTO {each.rto:.0f} s"
        if each.rpo > rpo:
            yield f"{each.nome}: RPO {each.rpo:.0f} s"
