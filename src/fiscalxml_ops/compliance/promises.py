"""What is promised, and how each promise is proven: docs/promessas.md.

A figure is not written down again: it is read out of the file that a run wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Final

import msgspec

from fiscalxml_ops.compliance.coming import is_coming
from fiscalxml_ops.compliance.evidence import Evidencia
from fiscalxml_ops.compliance.measures import FONTES, Medida
from fiscalxml_ops.compliance.norms import unknown
from fiscalxml_ops.compliance.project import ROOT, read

PAGE: Final = "docs/promessas.md"
_SIGNS: Final = str.maketrans(".,", ",.")
"""of decimals and thousands, from English to Portuguese and back"""
_HEAD: Final = """\
# O que se promete, e como se prova

Feito de [promessas.toml](conformidade/fontes/promessas.toml) por `make conformidade`; não edite.
Os números são lidos dos arquivos que as próprias medidas escrevem. Um teste confere que cada
comando existe e que cada número está lá. Comandos *(por vir)* chegam noutra parte desta versão.
"""


class Numero(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`numero`, `data`: regular expressions with one group; `de`: what the figure is of, with `{}`
    where it stands. `secao`: only below this heading; `maior`: the largest of all that are found.
    `ultima`: only below the last heading, date too; `virgula`: it is written as Portuguese has it;
    `minimo`, `maximo`: what is promised of it.
    """

    em: str
    numero: str
    de: str
    data: str = ""
    secao: str = ""
    ultima: bool = False
    maior: bool = False
    virgula: bool = False
    minimo: float | None = None
    maximo: float | None = None

    def read(self) -> tuple[str, str]:
        """Figure, as it stands there, and ISO date, empty where none was written down.

        Raises LookupError where either is not there.
        """
        text = read(self.em)
        part = self._part(text)
        every: list[str] = re.findall(self.numero, part, re.MULTILINE)
        if not every:
            raise LookupError(f"{self.em} não tem {self.numero}")
        figure = max(every, key=self._value) if self.maior else every[0]
        return figure, _date(self.data, part if self.ultima else text) if self.data else ""

    @property
    def por_vir(self) -> bool:
        """Its file is not there yet, and said so."""
        return is_coming(self.em)

    @property
    def cumpre(self) -> bool | None:
        """The promise is kept by what was measured last; None where no number is promised, or
        its file is to come."""
        if self.por_vir:
            return None
        value = self._value(self.read()[0])
        if self.minimo is None and self.maximo is None:
            return None
        enough = self.minimo is None or value >= self.minimo
        return enough and (self.maximo is None or value <= self.maximo)

    def told(self) -> str:
        """The figure in Portuguese."""
        figure = self.read()[0]
        return figure if self.virgula else figure.translate(_SIGNS)

    def _value(self, figure: str) -> float:
        return float((figure.translate(_SIGNS) if self.virgula else figure).replace(",", ""))

    def _part(self, text: str) -> str:
        if self.ultima:
            return text[text.rfind("\n## ") + 1 :]
        if not self.secao:
            return text
        _, found, rest = text.partition(f"## {self.secao}\n")
        if not found:
            raise LookupError(self.secao)
        return rest.partition("\n## ")[0]


def _date(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    if match is None:
        raise LookupError(pattern)
    told = match[1]
    return told if told[0:4].isdigit() else datetime.strptime(told, "%d %B %Y").date().isoformat()


class Promessa(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`resultados`: files that have the figures in a form of their own."""

    grupo: str
    promessa: str
    prova: str
    comandos: tuple[str, ...]
    numeros: tuple[Numero, ...] = ()
    resultados: tuple[str, ...] = ()
    medidas: tuple[str, ...] = ()
    falta: str = ""

    @property
    def cumpre(self) -> bool | None:
        """By all of its figures that say what is promised; None where none does.

        Raises LookupError, OSError.
        """
        told = [kept for each in self.numeros if (kept := each.cumpre) is not None]
        return all(told) if told else None


class _File(msgspec.Struct, forbid_unknown_fields=True):
    promessas: tuple[Promessa, ...]


@cache
def promises() -> tuple[Promessa, ...]:
    """All of them, by groups. Raises msgspec.ValidationError."""
    return msgspec.toml.decode((FONTES / "promessas.toml").read_bytes(), type=_File).promessas


def faults(every: tuple[Promessa, ...], medidas: Mapping[str, Medida]) -> Iterator[str]:
    """What is wrong with promises, in Portuguese."""
    for each in every:
        said = f"promessa «{each.promessa}»"
        yield from unknown(said, each.medidas, medidas, "medida")
        if not each.comandos:
            yield f"{said}: nenhum comando a prova"
        for cited in (*each.comandos, *each.resultados):
            if falha := Evidencia(cited).falha():
                yield f"{said}: {falha}"
        try:
            if each.cumpre is False and not each.falta:
                yield f"{said}: não se cumpre, e não se diz por quê"
        except (LookupError, OSError) as error:
            yield f"{said}: um número não está onde se diz: {error}"
        if not (each.numeros or each.resultados or each.medidas or each.falta):
            yield f"{said}: sem número, sem medida e sem dizer o que falta"


def page() -> str:
    """The whole page."""
    lines = [_HEAD]
    for grupo, each in groupby(promises(), key=lambda one: one.grupo):
        lines += [
            f"## {grupo}\n",
            "| promessa | como se prova | comando | medido | cumpre | |",
            "|---|---|---|---|---|---|",
        ]
        lines += [_row(promessa) for promessa in each]
        lines.append("")
    return "\n".join(lines)


def _row(each: Promessa) -> str:
    commands = "<br>".join(_command(comando) for comando in each.comandos)
    measured = "<br>".join(_measured(each))
    kept = {True: "sim", False: "**não**", None: ""}[each.cumpre]
    return f"| {each.promessa} | {each.prova} | {commands} | {measured} | {kept} | {each.falta} |"


def _command(comando: str) -> str:
    return f"`{comando}`{' *(por vir)*' if is_coming(comando) else ''}"


def _measured(each: Promessa) -> Iterator[str]:
    for numero in each.numeros:
        if numero.por_vir:
            continue
        when = numero.read()[1]
        told = numero.de.format(f"**{numero.told()}**")
        dated = f", {when}" if when else ""
        yield f"{told}{dated} ([{numero.em.split('/')[-1]}](../{numero.em}))"
    for path in each.resultados:
        there = (ROOT / path).is_file()
        yield f"[{path}](../{path})" if there else f"`{path}` *(por vir)*"
    if each.medidas:
        links = (f"[{nome}](conformidade/medidas.md#{nome})" for nome in each.medidas)
        yield f"testes: {', '.join(links)}"
