"""Where reports go: as they are, or in words."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, BinaryIO, Protocol

from fiscalxml.cli.terminal import console

if TYPE_CHECKING:
    from fiscalxml.cli.summary import Resumo


class Output(Protocol):
    """Takes reports as JSON lines, in order."""

    def write(self, lines: bytes) -> None: ...

    def finish(self, *, ignorados: int, nao_lidos: int) -> None: ...


class JsonOutput:
    """The lines themselves."""

    def __init__(self, stdout: BinaryIO) -> None:
        self._stdout = stdout

    def write(self, lines: bytes) -> None:
        self._stdout.write(lines)
        self._stdout.flush()

    def finish(self, *, ignorados: int, nao_lidos: int) -> None:  # noqa: ARG002
        """Nothing but reports."""


class HumanOutput:
    """A block for each document and a summary."""

    def __init__(self, stdout: IO[str]) -> None:
        self._console = console(stdout)
        self._resumo = Resumo()
