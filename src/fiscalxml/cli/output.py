"""Where reports go."""

from __future__ import annotations

from typing import BinaryIO, Protocol


class Output(Protocol):
    """Takes reports as JSON lines, in order."""

    def write(self, lines: bytes) -> None: ...

    def finish(self, *, ignorados: int, nao_lidos: int) -> None:
        """After the last. `ignorados`: no fiscal files; `nao_lidos`: could not be read."""


class JsonOutput:
    """The lines as they are, and nothing else."""

    def __init__(self, stdout: BinaryIO) -> None:
        self._stdout = stdout

    def write(self, lines: bytes) -> None:
        self._stdout.write(lines)
        self._stdout.flush()

    def finish(self, *, ignorados: int, nao_lidos: int) -> None:
        pass
