"""One piece of evidence: what is cited, of what kind it is, whether it is there.

src/…/rls.py::Symbol              code
tests/…/test_x.py::test_y         a test
docs/x.md#heading                 a document, or one of its headings; any other file
.github/workflows/x.yml::job      a workflow, or one of its jobs
make drill-x                      a drill; any other command: `fiscalxml doctor`
alerta X, objetivo x, métrica x   what is watched
registro pessoa.entrou            an action of the audit log
ASVS V8.4.1                       a row of docs/asvs.tsv that is met
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from typing import Final

import msgspec

from fiscalxml_ops.alerts.rules import all_alerts
from fiscalxml_ops.compliance.asvs import met
from fiscalxml_ops.compliance.coming import is_coming
from fiscalxml_ops.compliance.commands import Desconhecido, check
from fiscalxml_ops.compliance.project import ROOT, headings, jobs, symbols
from fiscalxml_ops.objectives import OBJETIVOS, name_of
from fiscalxml_server.kit.audit.acoes import Acao
from fiscalxml_server.kit.telemetry.catalogue import FAMILIES, SAMPLED

_DRILL: Final = re.compile(r"make (drill-|chaos|fuzz|scan|check-|bench|test|lint|synth|sbom)")
_WORD: Final = re.compile(r"(alerta|objetivo|métrica|registro|ASVS) (\S+)")


class Especie(StrEnum):
    """What kind of evidence it is."""

    TESTE = "teste"
    ENSAIO = "ensaio"
    """a drill, a scan, a benchmark: `make …`"""
    PIPELINE = "pipeline"
    ALERTA = "alerta"
    METRICA = "métrica"
    REGISTRO = "registro"
    ASVS = "ASVS"
    CODIGO = "código"
    COMANDO = "comando"
    DOCUMENTO = "documento"


SHOWING: Final = frozenset(
    {Especie.TESTE, Especie.ENSAIO, Especie.PIPELINE, Especie.ALERTA, Especie.ASVS}
)
"""what fails when the thing is not so; code and words alone show nothing"""


class Evidencia(msgspec.Struct, frozen=True, order=True):
    """As cited."""

    texto: str

    @property
    def especie(self) -> Especie:
        """By its form alone."""
        if word := _WORD.fullmatch(self.texto):
            return _OF_WORDS[word[1]]
        if " " in self.texto:
            return Especie.ENSAIO if _DRILL.match(self.texto) else Especie.COMANDO
        if self.texto.startswith(".github/workflows/"):
            return Especie.PIPELINE
        if self.texto.startswith("tests/") and "::" in self.texto:
            return Especie.TESTE
        return Especie.DOCUMENTO if self.caminho.endswith(".md") else Especie.CODIGO

    @property
    def caminho(self) -> str:
        """Of what is a file."""
        return re.split(r"::|#", self.texto)[0]

    @property
    def por_vir(self) -> bool:
        """Not there yet, and said so."""
        return is_coming(self.texto) or is_coming(self.caminho)

    @property
    def mostra(self) -> bool:
        """It would fail if the thing were not so, and is there."""
        return self.especie in SHOWING and not self.por_vir

    def falha(self) -> str | None:
        """Why it is no evidence, in Portuguese; None where it is, or is to come."""
        if self.por_vir:
            return None
        if word := _WORD.fullmatch(self.texto):
            return None if word[2] in _known(word[1]) else f"{self.texto}: não há"
        if " " in self.texto:
            try:
                check(self.texto)
            except Desconhecido as error:
                return str(error)
            return None
        return self._of_file()

    def _of_file(self) -> str | None:
        path, _, symbol = self.texto.partition("::")
        path, _, heading = path.partition("#")
        if not (ROOT / path).is_file():
            return f"{self.texto}: não há este arquivo"
        if heading and heading not in headings(path):
            return f"{self.texto}: não há este título"
        if not symbol:
            missing = path.startswith("tests/") and path.endswith(".py")
            return f"{self.texto}: de um teste, o nome da função" if missing else None
        there = symbols(path) if path.endswith(".py") else jobs(path)
        return None if symbol in there else f"{self.texto}: não há"


_OF_WORDS: Final[Mapping[str, Especie]] = {
    "alerta": Especie.ALERTA,
    "objetivo": Especie.ALERTA,
    "métrica": Especie.METRICA,
    "registro": Especie.REGISTRO,
    "ASVS": Especie.ASVS,
}
_KNOWN: Final[Mapping[str, Callable[[], frozenset[str]]]] = {
    "alerta": lambda: frozenset(each.nome for each in all_alerts()),
    "objetivo": lambda: frozenset(each.nome for each in OBJETIVOS),
    "métrica": lambda: frozenset(
        {*(name_of(each) for each in FAMILIES), *(each.name for each in SAMPLED)}
    ),
    "registro": lambda: frozenset(str(each) for each in Acao),
    "ASVS": met,
}


@cache
def _known(word: str) -> frozenset[str]:
    return _KNOWN[word]()
