"""`fiscalxml send` and `watch` as processes, against a service whose worker is the test's."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from services.servico import Servico

_LIMIT = 60.0


class Fim(NamedTuple):
    """How a command ended."""

    code: int
    stdout: str
    stderr: str


class Comando:
    """Starts commands that keep their state in one folder."""

    def __init__(self, servico: Servico, folder: Path) -> None:
        self._servico = servico
        self.folder = folder
        self._number = 0

    def start(
        self, *args: str | Path, url: str, chave: str | None = None, cwd: Path | None = None
    ) -> Execucao:
        self._number += 1
        return Execucao(
            [str(arg) for arg in args],
            self.folder / f"saida-{self._number}",
            {
                "FISCALXML_URL": url,
                "FISCALXML_TOKEN": self._servico.chave if chave is None else chave,
                "XDG_STATE_HOME": str(self.folder / "estado"),
            },
            cwd,
        )

    def run(
        self, *args: str | Path, url: str, chave: str | None = None, cwd: Path | None = None
    ) -> Fim:
        """To its end; what is sent is processed meanwhile."""
        execucao = self.start(*args, url=url, chave=chave, cwd=cwd)
        self.finish(execucao)
        return execucao.end()

    def finish(self, execucao: Execucao) -> None:
        """Do the service's work until the command has ended."""

        def ended() -> bool:
            self._servico.work()
            return execucao.has_ended

        wait_until(ended, execucao.told)


class Execucao:
    """A command that runs."""

    def __init__(
        self, args: list[str], output: Path, env: dict[str, str], cwd: Path | None
    ) -> None:
        self._out, self._err = output.with_suffix(".out"), output.with_suffix(".err")
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self._process = subprocess.Popen(
                [sys.executable, "-c", "from fiscalxml.cli.main import run; run()", *args],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=cwd,
                env={**os.environ, "COLUMNS": "100", **env},
            )

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def told(self) -> str:
        """What it has printed."""
        return self._out.read_text() + self._err.read_text()

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def kill(self) -> None:
        """As kill -9 does."""
        self._process.kill()
        self._process.wait(_LIMIT)

    def end(self) -> Fim:
        """How it ended, once it has."""
        code = self._process.wait(_LIMIT)
        return Fim(code, self._out.read_text(), self._err.read_text())


def wait_until(holds: Callable[[], object], told: Callable[[], str]) -> None:
    """Fails with what `told` says when it never does."""
    deadline = time.monotonic() + _LIMIT
    while not holds():
        assert time.monotonic() < deadline, told()
        time.sleep(0.02)
