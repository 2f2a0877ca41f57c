"""The README's examples print what it says they print."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"
COMMAND = Path(sys.executable).with_name("fiscalxml")


def examples() -> list[tuple[str, str]]:
    """(command, output) of each console block."""
    blocks = re.findall(r"```console\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    pairs = []
    for block in blocks:
        commands = re.findall(r"^\$ fiscalxml (.*)$", block, re.MULTILINE)
        (command,) = commands
        pairs.append((command, block.split(f"$ fiscalxml {command}\n")[1]))
    return pairs


def samples() -> Path:
    spec = find_spec("nfelib")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "nfe/samples/v4_0"


@pytest.mark.parametrize(("command", "output"), examples(), ids=lambda text: text[:20])
def test_an_example_prints_what_the_readme_shows(command: str, output: str) -> None:
    run = subprocess.run(
        [COMMAND, *command.split()],
        cwd=samples(),
        env={**os.environ, "COLUMNS": "100", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert plain(run.stdout) == plain(output)


def plain(text: str) -> list[str]:
    """The lines, but for blanks at their ends and the time that it took."""
    return [line.rstrip() for line in text.splitlines() if not line.startswith("Tempo:")]
