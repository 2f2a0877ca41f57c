"""What is not the same in two reports of one document.

Findings are the same when code, rule, severity and place are, whatever their words and however many
items they hit: an `aviso` that became an `erro` is one that went and another that came.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from fiscalxml.causes.roots import generalized
from fiscalxml.report import Achado, Report, Severidade

Transicao = Literal["para_invalido", "para_valido", "outra", "igual"]


class Mudanca(NamedTuple):
    """From one report to another. `vieram`: positions in the later one's findings."""

    transicao: Transicao
    vieram: list[int]
    codigos_que_vieram: list[str]
    """each once, in the later report's order"""
    codigos_que_foram: list[str]


class _Marca(NamedTuple):
    codigo: str
    regra: str | None
    severidade: Severidade
    lugar: str


def compare(antes: Report, depois: Report) -> Mudanca:
    """What changed from the report `antes` to `depois`."""
    before, after = _marks(antes.achados), _marks(depois.achados)
    were, are = set(before), set(after)
    came = [position for position, marca in enumerate(after) if marca not in were]
    return Mudanca(
        _transition(antes, depois, changed=were != are),
        came,
        _codes([after[position] for position in came]),
        _codes([marca for marca in before if marca not in are]),
    )


def _transition(antes: Report, depois: Report, *, changed: bool) -> Transicao:
    if antes.veredito == depois.veredito:
        return "outra" if changed else "igual"
    if depois.veredito == "invalido":
        return "para_invalido"
    return "para_valido" if depois.veredito == "valido" else "outra"


def _marks(achados: Sequence[Achado]) -> list[_Marca]:
    return [_Marca(a.codigo, a.regra, a.severidade, generalized(a.caminho)) for a in achados]


def _codes(marks: Sequence[_Marca]) -> list[str]:
    return list(dict.fromkeys(marca.codigo for marca in marks))
