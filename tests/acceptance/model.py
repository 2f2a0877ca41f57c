"""What a golden case is: a row of the table, an input made for it, and what must come out."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypedDict

from fiscalxml import Achado, Report

PENDENTES: Mapping[str, str] = {}
"""What is not built yet; removing a line here switches its rows on."""

TABELA = Path(__file__).parent / "decisions.tsv"
PERFIS = ("rascunho", "transmissao", "autorizado")
DESFECHOS = ("aceito", "invalido", "ilegivel", "ignorado", "duplicado")
"""Outcomes of a lote's item that a row may give for every document."""


class Row(NamedTuple):
    """One row of the contract's table, as written there."""

    entrada: str
    perfil: str
    tipo: str
    veredito: str
    achados: str
    saida: str
    http: str
    item: str


class Opcoes(TypedDict, total=False):
    """The options of a case, but for the folder of authorities."""

    perfil: str
    em: datetime


@dataclass(frozen=True, kw_only=True)
class Espera:
    """What one document must get.

    A finding is written 'codigo:severidade'; a code that ends in '-' is a prefix, and '|' joins
    alternatives. `achados` are all findings outside the rules and `regras` those of the rules:
    nothing else may be found, save what `admite` allows.
    """

    tipo: str
    veredito: str = "valido"
    perfil: str
    achados: tuple[str, ...] = ()
    regras: tuple[str, ...] = ()
    admite: tuple[str, ...] = ()
    diz: tuple[str, ...] = ()
    """words that the report must have, in any case of letters"""
    cala: tuple[str, ...] = ()
    """words that the report must not have"""
    linha: bool = False
    """each finding names its line"""
    item: str = ""
    """outcome in a lote, where the row leaves it to each document"""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One input for a row; several inputs of a row are told apart by `variante`."""

    entrada: str
    variante: str = ""
    data: Callable[[], bytes] | None = None
    """None where the input is no single file: a test of its own runs the row"""
    espera: tuple[Espera, ...] = ()
    """one for each document in the input"""
    opcoes: Opcoes = field(default_factory=Opcoes)
    conhecida: bool = True
    """whether the authority of the certificates is known"""
    pending: str | None = None
    """a key of PENDENTES: what of this case cannot run yet"""

    @property
    def id(self) -> str:
        return f"{self.entrada} [{self.variante}]" if self.variante else self.entrada

    @property
    def row(self) -> Row:
        return rows()[self.entrada]

    @property
    def saida(self) -> int:
        """The exit code of the command: 0 when all are valid."""
        return int(any(espera.veredito != "valido" for espera in self.espera))

    @property
    def itens(self) -> tuple[str, ...]:
        """The outcome of each document in a lote."""
        return tuple(espera.item or self.row.item for espera in self.espera)

    @property
    def motivo_pendente(self) -> str | None:
        """Why the case cannot run whole, while that lasts."""
        return PENDENTES.get(self.pending or "")


@cache
def rows() -> Mapping[str, Row]:
    """The table of this repository, by its first column."""
    return {row.entrada: row for row in read_table(TABELA)}


def read_table(path: Path) -> list[Row]:
    """The rows of a table of decisions, without its heading."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Row(*line) for line in lines][1:]


def in_each_profile(case: Case) -> Iterator[Case]:
    """The case as it is, and again with each profile named explicitly."""
    yield case
    for perfil in PERFIS:
        yield replace(
            case,
            variante=f"{case.variante}, {perfil}".removeprefix(", "),
            opcoes={**case.opcoes, "perfil": perfil},
            espera=tuple(replace(espera, perfil=perfil) for espera in case.espera),
        )


def differences(espera: Espera, report: Report, *, com_regras: bool) -> list[str]:
    """In what the report is not what was expected; without the rules, nor the verdict, if told."""
    found = [a for a in report.achados if com_regras or a.camada != "regras"]
    wanted = espera.achados + (espera.regras if com_regras else ())
    told = report.to_json().decode().lower()
    problems = [
        f"missing {pattern}" for pattern in wanted if not any(_is(pattern, a) for a in found)
    ]
    problems += [
        f"unexpected {achado.codigo}:{achado.severidade} {achado.mensagem}"
        for achado in found
        if not any(_is(pattern, achado) for pattern in wanted + espera.admite)
    ]
    problems += [f"does not say {words}" for words in espera.diz if words.lower() not in told]
    problems += [f"says {words}" for words in espera.cala if words.lower() in told]
    if espera.linha and any(achado.linha is None for achado in found):
        problems.append("a finding without its line")
    if report.documento.tipo != espera.tipo:
        problems.append(f"tipo {report.documento.tipo}, not {espera.tipo}")
    if report.perfil != espera.perfil:
        problems.append(f"perfil {report.perfil}, not {espera.perfil}")
    if com_regras and report.veredito != espera.veredito:
        problems.append(f"veredito {report.veredito}, not {espera.veredito}")
    return problems


def _is(pattern: str, achado: Achado) -> bool:
    codes, _, severidade = pattern.partition(":")
    return achado.severidade == severidade and any(
        achado.codigo.startswith(code) if code.endswith("-") else achado.codigo == code
        for code in codes.split("|")
    )
