"""A run of `up`, from outside: its console, its exit, the processes it left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import uuid4

from ports import free_port

_TESTS = Path(__file__).parents[2]
_LIMIT = 120.0
_READY = "Ctrl-C para tudo"


class Execucao:
    """One `up` on a folder: with the roles of `programa.py`, or with those of the service."""

    def __init__(
        self,
        dados: Path,
        *,
        porta: int | None = None,
        amostra: bool = False,
        service: bool = False,
        workers: int = 1,
        program: str = "services.stack.programa",
        env: Mapping[str, str] | None = None,
    ) -> None:
        """`program`: a module that calls `up` with roles of its own."""
        self.dados = dados
        self.porta = porta or free_port()
        self._output = dados.with_name(f"{dados.name}-{uuid4()}.txt")
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                self._service(workers, amostra=amostra)
                if service
                else self._program(program, amostra=amostra),
                stdout=output,
                stderr=output,
                env={**os.environ, "PYTHONPATH": str(_TESTS), **(env or {})},
            )

    def _program(self, program: str, *, amostra: bool) -> list[str]:
        arguments = [str(self.dados), str(self.porta), *(["amostra"] if amostra else [])]
        return [sys.executable, "-m", program, *arguments]

    def _service(self, workers: int, *, amostra: bool) -> list[str]:
        arguments = [
            *("--data", str(self.dados), "--port", str(self.porta), "--workers", str(workers)),
            *([] if amostra else ["--sem-amostra"]),
        ]
        return [sys.executable, "-c", "from fiscalxml.cli.main import run; run()", "up", *arguments]

    def console(self) -> str:
        """All that it printed until now."""
        return self._output.read_text()

    def wait_for(self, text: str = _READY) -> None:
        """Until it was printed."""
        wait_until(lambda: text in self.console() or self._process.poll() is not None, self.console)
        assert text in self.console(), self.console()

    def wait_for_end(self) -> int:
        """Its exit code, when it and all its processes have ended."""
        code = self.wait_for_exit()
        wait_until(lambda: not self.processes(), lambda: str(self.processes()))
        return code

    def wait_for_exit(self) -> int:
        """Its exit code."""
        return self._process.wait(_LIMIT)

    def send(self, number: signal.Signals) -> None:
        """To the supervisor alone, as `kill` does."""
        self._process.send_signal(number)

    def role(self, nome: str) -> int:
        """Process id of a role, once there is one."""
        return self._started(lambda pid: f"PAPEL={nome}".encode() in _read(pid, "environ"))

    def server(self, program: str) -> int:
        """Process id of an embedded server, once there is one."""
        return self._started(lambda pid: Path(_command(pid).partition(" ")[0]).name == program)

    def children(self, parent: int) -> list[int]:
        """Process ids of what one of its processes started."""
        return [pid for pid in self.processes() if _parent(pid) == parent]

    def processes(self) -> dict[int, str]:
        """What is alive of a run on this folder, in whatever group or session, known by where its
        output goes: to a log in the folder or to the console."""
        return {
            pid: _command(pid)
            for pid in map(int, filter(str.isdecimal, os.listdir("/proc")))  # noqa: PTH208
            if _command(pid) and self._owns(pid)
        }

    def _started(self, holds: Callable[[int], bool]) -> int:
        """The one that the supervisor itself started."""
        found: list[int] = []

        def find() -> bool:
            found.extend(filter(holds, self.children(self._process.pid)))
            return bool(found)

        wait_until(find, self.console)
        return found[0]

    def _owns(self, pid: int) -> bool:
        try:
            output = Path(f"/proc/{pid}/fd/1").readlink()
        except OSError:
            return False
        return output == self._output or output.is_relative_to(self.dados)


def wait_until(holds: Callable[[], object], told: Callable[[], str]) -> None:
    """Fails with what `told` says when it never does."""
    deadline = time.monotonic() + _LIMIT
    while not holds():
        assert time.monotonic() < deadline, told()
        time.sleep(0.02)


def _command(pid: int) -> str:
    """Empty for a zombie."""
    return _read(pid, "cmdline").replace(b"\0", b" ").decode(errors="replace")


def _parent(pid: int) -> int:
    """0 when it has just ended."""
    fields = _read(pid, "stat").rpartition(b")")[2].split()
    return int(fields[1]) if fields else 0


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""
