"""`make drill-escala`: a backlog on real workers, beside what the simulator says of it.

The whole service runs on this machine with one worker process, then with two. A lote is sent, and
the share of it that is done is looked at until its end. How much a process did while it was at
work is what the simulator is given; how long all of it took is what it says.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks import machine, notes
from benchmarks.processes import role_seconds
from benchmarks.system import ROLES, System, running
from benchmarks.tables import markdown

from fiscalxml_ops.scaling.load import Load, Slice
from fiscalxml_ops.scaling.plant import Plant
from fiscalxml_ops.scaling.simulation import simulate
from ports import free_port
from services.telemetry.processes import total

_POLL: Final = 0.1
_STALL: Final = 300.0
_SHARES: Final = (0.5, 0.95, 1.0)


class Parado(RuntimeError):
    """The lote does not move, or did not end as it should."""


@dataclass(frozen=True)
class Seen:
    """A run. `done`: seconds after the upload until each of `_SHARES` was done; `busy`: seconds of
    work by type of job; `cpu`: seconds of the processor by role."""

    processes: int
    documents: int
    done: tuple[float, ...]
    busy: Mapping[str, float]
    cpu: Mapping[str, float]

    @property
    def opening(self) -> float:
        """Documents a minute that opening gives, while it is at work."""
        return 60 * self.documents / self.busy["abrir"]

    @property
    def rate(self) -> float:
        """Documents a minute of one process that is at work all the time, opening included."""
        return 60 * self.documents / sum(self.busy.values())


def main() -> None:
    """Two runs, and the table."""
    parser = argparse.ArgumentParser(prog="make drill-escala", description=__doc__)
    parser.add_argument("--notas", type=int, default=20_000)
    documents = parser.parse_args().notas
    load_before = os.getloadavg()[0]
    with TemporaryDirectory(dir="/var/tmp") as temporary:
        folder = Path(temporary)
        zipped = folder / "lote.zip"
        notes.write_zip(zipped, documents)
        seen = [_measured(folder / str(number), zipped, documents, number) for number in (1, 2)]
    print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine.description()}; {documents:,} notes; "
        f"load average before it {load_before:.1f}.\n"
    )
    print(_drain(seen), _costs(seen), sep="\n\n")


def _measured(folder: Path, zipped: Path, documents: int, processes: int) -> Seen:
    folder.mkdir()
    with _metrics() as port, running(folder, "--workers", str(processes)) as system:
        before = role_seconds(system.pid, ROLES)
        began = time.perf_counter()
        status, lote = system.ask("POST", "/v1/lotes", zipped)
        if status != 202:
            raise Parado(f"POST /v1/lotes: {status} {lote}")
        done = _watch(system, lote["id"], documents, began)
        after = role_seconds(system.pid, ROLES)
        busy = {
            tipo: total(port + 1, "worker_busy_seconds_total", job_type=tipo)
            for tipo in ("abrir", "processar")
        }
    cpu = {role: after[role] - before.get(role, 0.0) for role in after if role}
    return Seen(processes, documents, done, busy, cpu)


@contextmanager
def _metrics() -> Iterator[int]:
    """The first port of those at which the roles tell of themselves; the worker's is the next."""
    port = free_port()
    os.environ["FISCALXML_METRICS_PORT"] = str(port)
    try:
        yield port
    finally:
        del os.environ["FISCALXML_METRICS_PORT"]


def _watch(system: System, lote: str, documents: int, began: float) -> tuple[float, ...]:
    found: list[float] = []
    before, moved = -1, time.monotonic()
    while len(found) < len(_SHARES):
        _, state = system.ask("GET", f"/v1/lotes/{lote}")
        ready = sum(state["contagens"].values())
        while len(found) < len(_SHARES) and ready >= _SHARES[len(found)] * documents:
            found.append(time.perf_counter() - began)
        if ready != before:
            before, moved = ready, time.monotonic()
        if time.monotonic() - moved > _STALL or state["situacao"] == "falhou":
            raise Parado(f"{ready} of {documents}: {state}")
        time.sleep(_POLL)
    return tuple(found)


def _predicted(real: Seen, given: Seen) -> list[int]:
    """Of the simulator: so many documents in the first second, for so many processes."""
    plant = Plant()
    plant = replace(
        plant,
        worker=replace(
            plant.worker,
            minimum=real.processes,
            maximum=real.processes,
            processes=1,
            policies=(),
        ),
        worker_documents=given.rate,
        opening_documents=given.opening,
        database_documents=float("inf"),
        lote=real.documents,
    )
    seconds = int(180 * real.documents / given.rate) + 60
    load = Load("acúmulo", (Slice(0, 1, real.documents, 0), Slice(1, seconds, 0, 0)))
    delays = simulate(load, plant).delays
    return [delays.share(share) for share in _SHARES]


def _drain(seen: list[Seen]) -> str:
    """What a process did while it was at work is given; how long a queue of so much takes so many
    of them is what the simulator says. The last line gives two what one did in the first run."""
    one, two = seen
    cases = ((one, one, "own"), (two, two, "own"), (two, one, "of one process"))
    rows = [
        (
            str(real.processes),
            whose,
            *(
                f"{observed:.1f} / {said} ({said / observed - 1:+.0%})"
                for observed, said in zip(real.done, _predicted(real, given), strict=True)
            ),
        )
        for real, given, whose in cases
    ]
    header = ("processes", "rate", "half done, s: real / simulated", "95 % done", "all done")
    return markdown(header, rows)


def _costs(seen: list[Seen]) -> str:
    rows = [
        (
            str(each.processes),
            f"{60 * each.documents / each.done[-1]:,.0f}",
            f"{each.opening:,.0f}",
            f"{each.rate:,.0f}",
            *(f"{1000 * each.cpu[role] / each.documents:.2f}" for role in ("worker", "postgresql")),
            f"{1000 * (sum(each.cpu.values())) / each.documents:.2f}",
        )
        for each in seen
    ]
    return markdown(
        (
            "processes",
            "documents/min",
            "opening alone, documents/min",
            "a process at work, documents/min",
            "worker, CPU ms a document",
            "PostgreSQL",
            "all roles",
        ),
        rows,
    )


if __name__ == "__main__":
    main()
