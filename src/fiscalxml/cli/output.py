"""Where reports go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO, NamedTuple, Protocol

from fiscalxml.causes import Causas
from fiscalxml.report import Report, read_report


class Output(Protocol):
    """Takes reports as JSON lines, in order."""

    def write(self, lines: bytes, itens: Sequence[int | None]) -> None:
        """`itens`: how many items the document of each line has, where that is known."""

    def finish(self, *, ignorados: int, nao_lidos: int) -> None:
        """After the last. `ignorados`: no fiscal files; `nao_lidos`: could not be read."""


class JsonOutput:
    """The lines as they are, and nothing else."""

    def __init__(self, stdout: BinaryIO) -> None:
        self._stdout = stdout

    def write(self, lines: bytes, itens: Sequence[int | None]) -> None:  # noqa: ARG002
        self._stdout.write(lines)
        self._stdout.flush()

    def finish(self, *, ignorados: int, nao_lidos: int) -> None:
        pass


class Fim(NamedTuple):
    """What is known after the last report."""

    causas: Causas
    ignorados: int
    nao_lidos: int


class Reader(Protocol):
    """Reads reports one by one. `causas`: the id of the cause of each finding."""

    def read(self, report: Report, causas: Sequence[str]) -> None: ...

    def finish(self, fim: Fim) -> None: ...


class ReadOutput:
    """Takes lines apart, once for all readers, and finds the causes."""

    def __init__(self, *readers: Reader) -> None:
        self._readers = readers
        self._causas = Causas()

    def write(self, lines: bytes, itens: Sequence[int | None]) -> None:
        for line, count in zip(lines.splitlines(), itens, strict=True):
            report = read_report(line)
            causas = self._causas.add(report, itens=count)
            for reader in self._readers:
                reader.read(report, causas)

    def finish(self, *, ignorados: int, nao_lidos: int) -> None:
        for reader in self._readers:
            reader.finish(Fim(self._causas, ignorados, nao_lidos))


class Outputs:
    """Several outputs of the same lines."""

    def __init__(self, *outputs: Output) -> None:
        self._outputs = outputs

    def write(self, lines: bytes, itens: Sequence[int | None]) -> None:
        for output in self._outputs:
            output.write(lines, itens)

    def finish(self, *, ignorados: int, nao_lidos: int) -> None:
        for output in self._outputs:
            output.finish(ignorados=ignorados, nao_lidos=nao_lidos)
