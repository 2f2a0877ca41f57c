"""Reports in words: a block for each document, a summary at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from fiscalxml.cli.block import print_report
from fiscalxml.cli.output import Fim
from fiscalxml.cli.summary import Sumario
from fiscalxml.cli.terminal import console
from fiscalxml.report import Report


class HumanReader:
    """A `Reader` for people."""

    def __init__(self, stdout: IO[str]) -> None:
        self._console = console(stdout)
        self._sumario = Sumario()

    def read(self, report: Report, causas: Sequence[str]) -> None:  # noqa: ARG002
        print_report(report, self._console)

    def finish(self, fim: Fim) -> None:
        self._sumario.print(self._console, fim)
