"""The states that a truck crosses between those of the parties."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

_VIZINHAS: Final = {
    "SP": ("RJ", "MG", "PR"),
    "RJ": ("SP", "MG"),
    "MG": ("SP", "RJ", "BA"),
    "PR": ("SP", "SC"),
    "SC": ("PR", "RS"),
    "RS": ("SC",),
    "BA": ("MG", "PE"),
    "PE": ("BA", "CE"),
    "CE": ("PE",),
}
"""which states of `parties.MUNICIPIOS` border on which"""


@cache
def percurso(origem: str, destino: str) -> Sequence[str]:
    """The states between the two, in order, each a neighbour of the next (rule 663)."""
    routes: list[tuple[str, ...]] = [(origem,)]
    for route in routes:
        if route[-1] == destino:
            return route[1:-1]
        routes += [(*route, uf) for uf in _VIZINHAS[route[-1]] if uf not in route]
    raise LookupError(f"{origem} {destino}")
