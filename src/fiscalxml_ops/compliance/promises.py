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
_HEAD: Final = """\
# O que se promete, e como se prova

Feito de [promessas.toml](conformidade/fontes/promessas.toml) por `make conformidade`; não edite.
Os números são lidos dos arquivos que as próprias medidas escrevem. Um teste confere que cada
comando existe e que cada número está lá. Comandos *(por vir)* chegam noutra parte desta versão.
"""


class Numero(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`numero`, `data`: regular expressions with one group; `de`: what the figure is of, with `{}`
    where it stands. `secao`: only below this heading; `maior`: the largest of all that are found.
    """

    em: str
    numero: str
    de: str
    data: str = ""
    secao: str = ""
    maior: bool = False

    def read(self) -> tuple[str, str]:
        """Figure, as Portuguese writes it, and ISO date, empty where none was written down.

        Raises LookupError where either is not there.
        """
        text = read(self.em)
        every: list[str] = re.findall(self.numero, self._part(text), re.MULTILINE)
        if not every:
            raise LookupError(self.numero)
        figure = max(every, key=_value) if self.maior else every[0]
        return _portuguese(figure), _date(self.data, text) if self.data else ""

    def _part(self, text: str) -> str:
        if not self.secao:
            return text
        _, found, rest = text.partition(f"## {self.secao}\n")
        if not found:
            raise LookupError(self.secao)
        return rest.partition("\n## ")[0]


def _value(figure: str) -> float:
    return float(figure.replace(",", ""))


def _portuguese(figure: str) -> str:
    """Results are written with a point for decimals and a comma for thousands."""
    return figure.translate(str.maketrans(".,", ",."))


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
        for numero in each.numeros:
            try:
                numero.read()
            except (LookupError, OSError) as error:
                yield f"{said}: o número não está em {numero.em}: {error}"
        if not (each.numeros or each.resultados or each.medidas or each.falta):
            yield f"{said}: sem número, sem medida e sem dizer o que falta"


def page() -> str:
    """The whole page."""
    lines = [_HEAD]
    for grupo, each in groupby(promises(), key=lambda one: one.grupo):
        lines += [
            f"## {grupo}\n",
            "| promessa | como se prova | comando | medido | |",
            "|---|---|---|---|---|",
        ]
        lines += [_row(promessa) for promessa in each]
        lines.append("")
    return "\n".join(lines)


def _row(each: Promessa) -> str:
    commands = "<br>".join(_command(comando) for comando in each.comandos)
    measured = "<br>".join(_measured(each))
    return f"| {each.promessa} | {each.prova} | {commands} | {measured} | {each.falta} |"


def _command(comando: str) -> str:
    return f"`{comando}`{' *(por vir)*' if is_coming(comando) else ''}"


def _measured(each: Promessa) -> Iterator[str]:
    for numero in each.numeros:
        figure, when = numero.read()
        dated = f", {when}" if when else ""
        told = numero.de.format(f"**{figure}**")
        yield f"{told}{dated} ([{numero.em.split('/')[-1]}](../{numero.em}))"
    for path in each.resultados:
        there = (ROOT / path).is_file()
        yield f"[{path}](../{path})" if there else f"`{path}` *(por vir)*"
    if each.medidas:
        links = (f"[{nome}](conformidade/medidas.md#{nome})" for nome in each.medidas)
        yield f"testes: {', '.join(links)}"
