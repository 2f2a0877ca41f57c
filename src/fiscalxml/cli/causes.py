"""Causes as people read them, and as JSON lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, BinaryIO, Final

from rich.console import Console
from rich.text import Text

from fiscalxml.causes import Causa, Exemplo
from fiscalxml.cli.block import wrapped
from fiscalxml.cli.cause_words import details, heading
from fiscalxml.cli.output import Fim
from fiscalxml.cli.summary import Sumario
from fiscalxml.cli.terminal import console, safe
from fiscalxml.pages.words import impact, inscricao
from fiscalxml.report import Report
from fiscalxml.xml import milhar

_EXEMPLOS: Final = 3


class CausesJson:
    """A `Reader` that writes one cause a line."""

    def __init__(self, stdout: BinaryIO) -> None:
        self._stdout = stdout

    def read(self, report: Report, causas: Sequence[str]) -> None:
        pass

    def finish(self, fim: Fim) -> None:
        self._stdout.writelines(causa.to_json() + b"\n" for causa in fim.causas.ranked())
        self._stdout.flush()


class CausesReader:
    """A `Reader` that prints the causes, then the counts."""

    def __init__(self, stdout: IO[str]) -> None:
        self._console = console(stdout)
        self._sumario = Sumario()

    def read(self, report: Report, causas: Sequence[str]) -> None:
        pass

    def finish(self, fim: Fim) -> None:
        for causa in fim.causas.ranked():
            _print(causa, self._console)
        self._sumario.print(self._console, fim, causas=False)


def _print(causa: Causa, console: Console) -> None:
    width = console.width
    lines = list(wrapped(heading(causa), console, 0, width))
    for text in _body(causa):
        lines += wrapped(text, console, 4, width)
    for exemplo in causa.exemplos[:_EXEMPLOS]:
        for text in _example(exemplo):
            lines += wrapped(text, console, 6, width)
    lines.append(Text())
    console.print(Text("\n").join(lines), no_wrap=True, overflow="ignore", crop=False)


def _body(causa: Causa) -> Iterator[Text]:
    yield Text(impact(causa), "bold")
    yield Text(safe(" · ".join(details(causa))), "dim")
    if len(causa.maiores_emitentes) > 1:
        largest = ", ".join(
            f"{inscricao(emitente)} ({milhar(emitente.documentos)} de {milhar(emitente.total)})"
            for emitente in causa.maiores_emitentes
        )
        yield Text(safe(f"emitentes: {largest}"), "dim")
    if causa.mensagem.rstrip(".") != causa.causa:
        yield Text(safe(f"mensagem: {causa.mensagem}"), "dim")
    if causa.explicacao and causa.explicacao.rstrip(".") != causa.causa:
        yield Text(safe(causa.explicacao))
    if causa.correcao:
        yield Text(f"→ Como corrigir: {safe(causa.correcao)}")
    more = causa.documentos - _EXEMPLOS
    yield Text("exemplos:" if more > 0 else "documentos:", "dim")


def _example(exemplo: Exemplo) -> Iterator[Text]:
    name = exemplo.arquivo + (f" (documento {exemplo.indice + 1})" if exemplo.indice else "")
    line = Text(safe(name))
    if exemplo.linha is not None:
        line.append(f", linha {exemplo.linha}", "dim")
    if exemplo.encontrado is not None:
        line.append("  encontrado: ").append(safe(exemplo.encontrado) or "(vazio)", "red")
    if exemplo.esperado is not None:
        line.append("  esperado: ").append(safe(exemplo.esperado), "green")
    yield line
    if exemplo.explicacao and exemplo.encontrado is None:
        yield Text(f"  {safe(exemplo.explicacao)}")
    if exemplo.correcao:
        yield Text(f"  → {safe(exemplo.correcao)}")
