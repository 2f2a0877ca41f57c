"""`make drill-imagem`: builds the image on a base made here, and uses the core of compose.yaml.

On an engine of its own, as root, with the programs of `motor.PARTS`. Exit code: 0 all held, 1
something did not, 2 the machine has no engine.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from . import exames
from .construcao import build_all, sizes
from .motor import Motor, lacking, start_engine
from .projeto import write_project

_FOLDER = Path("/var/tmp/fiscalxml-ensaio")  # noqa: S108 - root's; images stay for a next time
_LARGEST = 250_000_000


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pasta", type=Path, default=_FOLDER)
    folder: Path = parser.parse_args().pasta
    if missing := lacking():
        _say(f"no container engine here: {', '.join(missing)} (ops/imagem/apt.txt)")
        return 2
    if os.geteuid() != 0:
        _say("an engine of its own needs root")
        return 2
    with start_engine(folder) as motor:
        with _timed("build"):
            build_all(motor, folder)
        disk, packed = sizes(motor)
        _say(f"image: {packed / 1e6:.0f} MB compressed, {disk / 1e6:.0f} MB on disk")
        assert packed < _LARGEST, packed
        with _running(motor, folder / "projeto") as project:
            password = (project.parent / "segredos" / "senha-postgres").read_text().strip()
            for line in exames.examine_rights(motor):
                _say(line)
            with _timed("smoke"):
                _say(f"smoke: {exames.smoke(motor)}")
            _say(exames.examine_replica(motor, password))
            _say(exames.examine_disks(motor))
            _say(exames.examine_certificates(motor))
            for line in exames.stop_each(motor):
                _say(line)
    _say("all held")
    return 0


@contextmanager
def _running(motor: Motor, folder: Path) -> Iterator[Path]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o711)
    project = write_project(folder)
    try:
        with _timed("up, all healthy"):
            try:
                motor.compose(project, "up", "--detach")
            except RuntimeError as error:
                raise RuntimeError("\n".join((str(error), *exames.last_words(motor)))) from None
            exames.wait_healthy(motor)
        yield project
    finally:
        motor.compose(project, "down", "--volumes", "--timeout", "10")


@contextmanager
def _timed(what: str) -> Iterator[None]:
    begun = time.monotonic()
    yield
    _say(f"{what}: {time.monotonic() - begun:.1f} s")


def _say(line: str) -> None:
    sys.stdout.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
