"""Norms, control by control: what meets it, or why nothing need.

A control's state is not written but follows: it says of itself what is lacking, which decision of
people it needs, or why it does not apply; without any of that it is met, as what it cites shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Final

import msgspec

from fiscalxml_ops.compliance.decisions import Decisao
from fiscalxml_ops.compliance.measures import FONTES, Medida

NORMAS: Final = ("soc2", "iso27001", "lgpd")
"""files of docs/conformidade/fontes; the ASVS has its own table"""


class Estado(StrEnum):
    """Of a control."""

    ATENDIDO = "atendido"
    PARCIAL = "parcial"
    DECISAO = "decisão humana"
    """what is technical is done, as cited; people must decide, and do it again and again"""
    NAO_SE_APLICA = "não se aplica"


class Controle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`assunto`: in our words, never the norm's text."""

    assunto: str
    medidas: tuple[str, ...] = ()
    decisoes: tuple[str, ...] = ()
    falta: str = ""
    nao_se_aplica: str = ""

    @property
    def estado(self) -> Estado:
        if self.nao_se_aplica:
            return Estado.NAO_SE_APLICA
        if self.falta:
            return Estado.PARCIAL
        return Estado.DECISAO if self.decisoes else Estado.ATENDIDO


class Norma(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A norm as far as it is looked at here."""

    titulo: str
    apresentacao: str
    grupos: Mapping[str, str]
    """beginning of controls' ids -> its title, in order"""
    controles: Mapping[str, Controle]
    """by the norm's own numbers"""

    def grupo(self, numero: str) -> str:
        """The longest beginning that is of this number. Raises ValueError."""
        return max((each for each in self.grupos if numero.startswith(each)), key=len)


@cache
def norms() -> Mapping[str, Norma]:
    """By name of the file. Raises msgspec.ValidationError."""
    return {
        nome: msgspec.toml.decode((FONTES / f"{nome}.toml").read_bytes(), type=Norma)
        for nome in NORMAS
    }


def faults(
    nome: str, norma: Norma, medidas: Mapping[str, Medida], decisoes: Mapping[str, Decisao]
) -> Iterator[str]:
    """What is wrong with a norm's controls, in Portuguese."""
    for numero, controle in norma.controles.items():
        said = f"{nome} {numero}"
        yield from unknown(said, controle.medidas, medidas, "medida")
        yield from unknown(said, controle.decisoes, decisoes, "decisão")
        if not any(numero.startswith(each) for each in norma.grupos):
            yield f"{said}: de nenhum grupo"
        cited = [medidas[each] for each in controle.medidas if each in medidas]
        if controle.nao_se_aplica:
            if controle.medidas or controle.decisoes or controle.falta:
                yield f"{said}: não se aplica, e diz o que o atende"
        elif not controle.medidas and not controle.decisoes:
            yield f"{said}: sem evidência e sem decisão de ninguém"
        elif controle.falta and not controle.medidas:
            yield f"{said}: parcial, e nada mostra a parte que há"
        elif controle.estado is Estado.ATENDIDO and not any(each.mostra for each in cited):
            yield f"{said}: dito atendido, e nada do que cita o mostra"


def unknown(
    said: str, cited: Sequence[str], known: Mapping[str, object], what: str
) -> Iterator[str]:
    """Names that are cited and are not there."""
    yield from (f"{said}: não há a {what} {each}" for each in cited if each not in known)
