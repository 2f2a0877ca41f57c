"""Reports in words: a block for each document, a summary at the end."""

from __future__ import annotations

from typing import IO

from fiscalxml.cli.block import print_report
from fiscalxml.cli.summary import Sumario
from fiscalxml.cli.terminal import console
from fiscalxml.report import read_report


class HumanOutput:
    """An `Output` for people."""

    def __init__(self, stdout: IO[str]) -> None:
        self._stdout = stdout
        self._console = console(stdout)
        self._sumario = Sumario()

    def write(self, lines: bytes) -> None:
        for line in lines.split(b"\n"):
            if line:
                report = read_report(line)
                self._sumario.add(report)
                print_report(report, self._console)

    def finish(self, *, ignorados: int, nao_lidos: int) -> None:
        self._sumario.print(self._console, ignorados=ignorados, nao_lidos=nao_lidos)
