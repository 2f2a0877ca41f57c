"""Processes that outlive the command that starts them, found again by the next one."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

_LOOK: Final = 0.05


class Destacado:
    """One process, known by a file with its id and the moment of its start.

    A number alone may be another's by now: after a restart of the machine, or of many processes.
    """

    def __init__(self, file: Path, log: Path) -> None:
        self._file = file
        self._log = log

    def start(self, argv: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        """Nothing where it runs already. Raises OSError."""
        if self.pid() is not None:
            return
        with self._log.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603
                argv,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **(env or {})},
                start_new_session=True,
            )
        self._file.write_text(f"{process.pid} {_born(process.pid)}\n")

    def pid(self) -> int | None:
        """None when it does not run."""
        try:
            pid, _, born = self._file.read_text().strip().partition(" ")
        except OSError:
            return None
        _reap(int(pid))
        return int(pid) if born and _born(int(pid)) == born else None

    def stop(self, patience: float) -> bool:
        """Ask it to end and wait; False where it had to be forced."""
        pid = self.pid()
        if pid is None:
            return True
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + patience
        while self.pid() is not None:
            if time.monotonic() > deadline:
                with suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
                return False
            time.sleep(_LOOK)
        return True


def _born(pid: int) -> str:
    """Ticks since the machine's start; empty when there is no such process, or it is a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]


def _reap(pid: int) -> None:
    """Where it is this process's own child and has ended."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
