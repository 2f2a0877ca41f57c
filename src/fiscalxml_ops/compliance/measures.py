"""What is done for security, availability and privacy: each measure once, whatever asks for it.

Norms and threats name measures; evidence belongs to the measure. The list is
docs/conformidade/fontes/medidas.toml, and code adds itself to it (`marks`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

import msgspec

from fiscalxml_ops.compliance.evidence import Evidencia
from fiscalxml_ops.compliance.marks import marked
from fiscalxml_ops.compliance.project import ROOT

FONTES: Final = ROOT / "docs" / "conformidade" / "fontes"


class Medida(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`titulo`: what is done, as a sentence without its full stop, in Portuguese."""

    titulo: str
    evidencias: tuple[str, ...]
    limite: str = ""
    """what it does not reach, where that must be known"""

    @property
    def mostra(self) -> bool:
        """Something that is there would fail if it were not so."""
        return any(each.mostra for each in self.citadas)

    @property
    def citadas(self) -> list[Evidencia]:
        return [Evidencia(each) for each in self.evidencias]


@cache
def measures() -> Mapping[str, Medida]:
    """By id, code that is marked included. Raises msgspec.ValidationError."""
    listed = msgspec.toml.decode((FONTES / "medidas.toml").read_bytes(), type=dict[str, Medida])
    return {
        nome: msgspec.structs.replace(each, evidencias=(*marked().get(nome, ()), *each.evidencias))
        for nome, each in listed.items()
    }


def faults(known: Mapping[str, Medida], marks: Mapping[str, object]) -> Iterator[str]:
    """What is wrong with measures, in Portuguese."""
    for nome in sorted(marks.keys() - known.keys()):
        yield f"há código marcado com a medida {nome}, que não existe"
    for nome, each in known.items():
        for evidencia in each.citadas:
            if falha := evidencia.falha():
                yield f"medida {nome}: {falha}"
        if not each.mostra and not any(evidencia.por_vir for evidencia in each.citadas):
            yield f"medida {nome}: nenhum teste, ensaio, alerta ou pipeline a mostra"
        if len(set(each.evidencias)) != len(each.evidencias):
            yield f"medida {nome}: cita a mesma evidência duas vezes"
