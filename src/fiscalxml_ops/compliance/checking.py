"""Everything that is checked, at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from fiscalxml_ops.compliance import (
    decisions,
    go_live,
    measures,
    norms,
    promises,
    prose,
    threats,
)
from fiscalxml_ops.compliance.coming import POR_VIR
from fiscalxml_ops.compliance.commands import Desconhecido, exists
from fiscalxml_ops.compliance.marks import Solta, marked
from fiscalxml_ops.compliance.project import ROOT

_COMMAND: Final = " "


def faults() -> list[str]:
    """What is wrong, in Portuguese; nothing where all is well."""
    try:
        marks = marked()
    except Solta as error:
        return [str(error)]
    return list(_faults(marks))


def _faults(marks: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    medidas, decisoes = measures.measures(), decisions.decisions()
    yield from measures.faults(medidas, marks)
    yield from decisions.faults(decisoes)
    every = norms.norms()
    for nome, norma in every.items():
        yield from norms.faults(nome, norma, medidas, decisoes)
    yield from threats.faults(threats.threats(), medidas, decisoes)
    yield from promises.faults(promises.promises(), medidas)
    yield from go_live.faults(go_live.text(), decisoes)
    yield from prose.faults()
    yield from unused()


def unused() -> Iterator[str]:
    """Measures that nothing asks for."""
    controls = [each for norma in norms.norms().values() for each in norma.controles.values()]
    named = {
        *(nome for each in controls for nome in each.medidas),
        *(nome for each in threats.threats() for nome in each.medidas),
        *(nome for each in promises.promises() for nome in each.medidas),
    }
    yield from (f"medida {n}: ninguém a pede" for n in measures.measures().keys() - named)


def come() -> list[str]:
    """What is in the list of what is to come, and has come."""
    return sorted(each for each in POR_VIR if _is_there(each))


def _is_there(cited: str) -> bool:
    if _COMMAND not in cited:
        return (ROOT / cited).exists()
    try:
        exists(cited)
    except Desconhecido:
        return False
    return True
