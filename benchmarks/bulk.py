"""The command line on a folder of notes: notes a second and memory, with one and two jobs."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.processes import MemorySampler

JOBS = (1, 2)
ROUNDS = 2
_COMMAND = str(Path(sys.executable).with_name("fiscalxml"))


class CommandMissing(Exception):
    """The command line cannot validate a folder (yet)."""


@dataclass(frozen=True)
class Bulk:
    """One run over a folder; seconds of wall time, start included, and MB."""

    jobs: int
    notes: int
    generation: float
    """seconds that it took to generate them with as many jobs"""
    seconds: float
    parent_peak: float
    total_peak: float


def run_bulk(notes: int) -> Iterator[Bulk]:
    """The best run with each number of jobs. Raises `CommandMissing`."""
    _require_command()
    with TemporaryDirectory() as temporary:
        for jobs in JOBS:
            folder = Path(temporary, f"notas-{jobs}")
            generation = min(_generate(folder, jobs, notes) for _ in range(ROUNDS))
            runs = [_run(folder, jobs, notes, generation) for _ in range(ROUNDS)]
            yield min(runs, key=lambda run: run.seconds)


def _generate(folder: Path, jobs: int, notes: int) -> float:
    what = ["--n", str(notes), "--tipos", "nfe", "--itens", "3", "--protocolo"]
    start = time.perf_counter()
    subprocess.run(  # noqa: S603
        [_COMMAND, "generate", *what, "--out", str(folder), "--jobs", str(jobs)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - start


def _run(folder: Path, jobs: int, notes: int, generation: float) -> Bulk:
    arguments = ["validate", str(folder), "--json", "--jobs", str(jobs), "--ac", f"{folder}/ac"]
    reports = folder.with_name("reports.jsonl")
    with reports.open("wb") as output:
        start = time.perf_counter()
        process = subprocess.Popen([_COMMAND, *arguments], stdout=output)  # noqa: S603
        sampler = MemorySampler(process.pid)
        sampler.start()
        code = process.wait()
        seconds = time.perf_counter() - start
        sampler.stop()
    printed = sum(b'"veredito":"valido"' in line for line in reports.open("rb"))
    if code or printed != notes:
        raise CommandMissing(f"exit {code}, {printed} valid reports for {notes} valid notes")
    return Bulk(jobs, notes, generation, seconds, sampler.parent_peak, sampler.total_peak)


def _require_command() -> None:
    try:
        answer = subprocess.run(  # noqa: S603
            [_COMMAND, "validate", "--help"], capture_output=True, check=False
        )
    except FileNotFoundError:
        raise CommandMissing("no fiscalxml command beside this Python") from None
    if answer.returncode:
        words = answer.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise CommandMissing(f"`fiscalxml validate --help` fails: {words}")
