"""Runs the command: in this process where that is enough, else as a user does."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from click.testing import CliRunner, Result

from fiscalxml.cli.language import speak_portuguese
from fiscalxml.cli.main import cli
from fiscalxml.report import Report, read_report

RUN = "from fiscalxml.cli.main import run; run()"


def invoke(*args: str | Path, stdin: bytes | None = None) -> Result:
    """The command in this process, stdout and stderr apart."""
    speak_portuguese()
    runner = CliRunner(env={"COLUMNS": "100"})
    return runner.invoke(cli, [str(arg) for arg in args], prog_name="fiscalxml", input=stdin)


def command_line(*args: str | Path, prelude: str = "") -> list[str]:
    """For `subprocess`; `prelude` is Python to run first."""
    return [sys.executable, "-c", f"{prelude}\n{RUN}", *map(str, args)]


def fiscalxml(
    *args: str | Path, prelude: str = "", env: dict[str, str] | None = None, **options: Any
) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own."""
    return subprocess.run(
        command_line(*args, prelude=prelude),
        env=os.environ | {"COLUMNS": "100"} | (env or {}),
        capture_output=True,
        timeout=60,
        check=False,
        **options,
    )


def on_a_terminal(
    stream: Literal["stdout", "stderr"],
    *args: str | Path,
    prelude: str = "",
    env: dict[str, str] | None = None,
) -> str:
    """What a terminal receives that is the command's stdout or stderr; the other goes nowhere."""
    ours, theirs = pty.openpty()
    other = "stderr" if stream == "stdout" else "stdout"
    process = subprocess.Popen(
        command_line(*args, prelude=prelude),
        env={key: value for key, value in os.environ.items() if key != "NO_COLOR"}
        | {"TERM": "xterm-256color"}
        | (env or {}),
        **{stream: theirs, other: subprocess.DEVNULL},  # type: ignore[call-overload]
    )
    os.close(theirs)
    written = b""
    with suppress(OSError):  # how Linux says that the other end is closed
        while piece := os.read(ours, 65536):
            written += piece
    os.close(ours)
    process.wait(timeout=60)
    return written.decode()


def reports(output: bytes) -> Sequence[Report]:
    """Of `--json`."""
    return [read_report(line) for line in output.splitlines()]


def names(output: bytes) -> list[str]:
    """`arquivo` of each report."""
    return [report.arquivo for report in reports(output)]
