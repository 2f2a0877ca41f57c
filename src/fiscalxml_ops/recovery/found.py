"""What a check has to say, a line each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

MOST: Final = 20
"""faults of a kind that are told one by one"""


@dataclass
class Conferencia:
    """What was found, a line each."""

    certo: list[str] = field(default_factory=list)
    avisos: list[str] = field(default_factory=list)
    """to be looked at; no proof of a loss"""
    falhas: list[str] = field(default_factory=list)

    def judge(self, faults: Sequence[str], well: str) -> None:
        """Either the faults, or that all is well."""
        self.falhas += faults[:MOST]
        if len(faults) > MOST:
            self.falhas.append(f"e mais {len(faults) - MOST}")
        if not faults:
            self.certo.append(well)


def figure(number: int) -> str:
    """As Brazilians write it."""
    return f"{number:,}".replace(",", ".")
