"""The benchmark of the service: `python -m benchmarks.service`, or `make bench-service`.

Starts the whole system in a temporary folder and measures the rows of the design's §9 from
outside, with the load generator on the same machine: one document a request, a lote from its
upload to its last row, a steady rate with many connections open. Prints its tables and writes its
part of `benchmarks/results.md`.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks import machine, notes
from benchmarks.documents import Sample
from benchmarks.floor import Floor
from benchmarks.load import Outcome, allow_many_files, closed_loop, get, open_loop, post
from benchmarks.processes import RoleSampler
from benchmarks.results import write_part
from benchmarks.system import ROLES, System, SystemMissing, running
from benchmarks.tables import markdown
from benchmarks.timing import Timing, race
from fiscalxml import summarize, validate
from fiscalxml.process import process_all

CORES: Final = 2  # of the targets
DISTINCT: Final = 1000
"""notes that requests take in turns"""
CLIENTS: Final = 32
ROUNDS: Final = 5
WARM_UP: Final = 3.0
_POLL = 0.2
_STALL = 120.0  # seconds
_CORE_NOTES = 200


class LoteFailed(Exception):
    """A lote that did not end as it had to; the words say how it stood."""


Measured = tuple[str, str]
"""what was measured, and what stands beside it"""


@dataclass(frozen=True)
class Row:
    """A line of the table: what was measured, by what the design asks of it."""

    what: str
    target: str
    measured: str
    beside: str


def main() -> None:
    """Measure every row, or as many notes, connections and seconds as the options say."""
    options = _options()
    allow_many_files()
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        sections = [_heading()]
        print(sections[0], flush=True)
        for section in _sections(options, folder):
            print(section, flush=True)
            sections.append(section)
    if not options.print_only:
        write_part("\n".join(sections))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service", description=__doc__)
    parser.add_argument("--notes", type=int, default=100_000, help="notes of the lote")
    parser.add_argument("--seconds", type=float, default=20, help="of each closed loop")
    parser.add_argument("--open-seconds", type=float, default=60, help="of the open loop")
    parser.add_argument("--connections", type=int, default=10_000, help="that stay open")
    parser.add_argument("--rate", type=float, default=500, help="requests a second, open loop")
    parser.add_argument("--print-only", action="store_true", help="leave results.md as it is")
    return parser.parse_args()


def _heading() -> str:
    command = " ".join(["python -m benchmarks.service", *sys.argv[1:]])
    return (
        f"# Serviço\n\n`{command}`, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC.\n\n"
        f"{machine.description()}. The load generator runs on the same machine.\n"
    )


def _sections(options: argparse.Namespace, folder: Path) -> Iterator[str]:
    sample = [data for _, data in notes.draw(DISTINCT, 0, DISTINCT)]
    timings = _core(sample[:_CORE_NOTES])
    yield _core_table(sample[:_CORE_NOTES], timings)
    zipped = folder / "lote.zip"
    notes.write_zip(zipped, options.notes)
    try:
        with running(folder) as system:
            rows = list(_rows(options, system, sample, zipped, timings))
    except SystemMissing as problem:
        yield f"## Service\n\nNot measured: {problem}.\n"
        return
    yield _service_table(rows)


def _core(documents: Sequence[bytes]) -> dict[str, Timing]:
    """What the same notes cost without a service, and the floor, in turns."""
    floor = Floor(Sample("NF-e, 3 to 10 items", "nfe", list(documents)))
    subjects: dict[str, Callable[[bytes], object]] = {
        "floor": floor.straightforward,
        "validate": validate,
        "summarize": summarize,
        "process_all": lambda data: list(process_all(data)),
    }
    return race(subjects, documents, ROUNDS)


def _core_table(documents: Sequence[bytes], timings: dict[str, Timing]) -> str:
    floor = timings["floor"].cpu
    kilobytes = sum(map(len, documents)) / len(documents) / 1000
    rows = [
        (name, f"{t.cpu / 1000:.3f}", f"{t.cpu / floor:.2f}", f"{_per_minute(t.cpu):,.0f}")
        for name, t in timings.items()
    ]
    header = ("in the core", "CPU ms a note", "÷ floor", f"notes/min of {CORES} cores, no more")
    return (
        f"## What a note costs\n\nNF-e of 3 to 10 items, {kilobytes:.1f} kB on average. The floor "
        f"is that of the core benchmark.\n\n{markdown(header, rows)}\n"
    )


def _per_minute(microseconds: float) -> float:
    return CORES * 60e6 / microseconds


def _rows(
    options: argparse.Namespace,
    system: System,
    documents: Sequence[bytes],
    zipped: Path,
    timings: dict[str, Timing],
) -> Iterator[Row]:
    def requests(path: str) -> list[bytes]:
        return [post(path, data, "application/xml", system.key) for data in documents]

    def closed(sent: Sequence[bytes], core: Timing | None = None) -> Measured:
        run = closed_loop(
            system.target, sent, connections=CLIENTS, seconds=options.seconds, warm_up=WARM_UP
        )
        return _closed(asyncio.run(run), core)

    validacoes = requests("/v1/validacoes")
    yield _row(f"GET /saude, {CLIENTS} connections", "", lambda: closed([get("/saude")]))
    yield _row(
        f"POST /v1/validacoes, {CLIENTS} connections",
        "≥ 80,000/min",
        lambda: closed(validacoes, timings["validate"]),
    )
    yield _row(
        f"POST /v1/resumos, {CLIENTS} connections",
        "≥ 200,000/min",
        lambda: closed(requests("/v1/resumos"), timings["summarize"]),
    )
    yield _row(
        f"{options.rate:,.0f} validações/s, {options.connections:,} connections open",
        "p95 < 10 ms, p99 < 20 ms, errors 0; API ≤ 320 MB",
        lambda: _open(options, system, validacoes),
    )
    yield _row(
        f"a lote of {options.notes:,} notes, {zipped.stat().st_size / 1e6:,.0f} MB",
        "≥ 60,000/min; worker ≤ 300 MB",
        lambda: _lote(system, zipped, options.notes, timings["process_all"]),
    )


def _row(what: str, target: str, measure: Callable[[], Measured]) -> Row:
    """One that cannot be measured does not cost the others."""
    try:
        return Row(what, target, *measure())
    except (OSError, LoteFailed) as problem:
        return Row(what, target, f"not measured: {problem}", "")


def _closed(outcome: Outcome, core: Timing | None) -> Measured:
    rate = outcome.per_minute
    return (
        f"**{rate:,.0f}/min**; p50 {outcome.percentile(50):.1f} ms, "
        f"p99 {outcome.percentile(99):.1f} ms; errors {outcome.errors}",
        _share(rate, core) if core else "what server and client cost",
    )


def _share(per_minute: float, core: Timing) -> str:
    """How much of what the core could do at most is left."""
    return f"{per_minute / _per_minute(core.cpu):.0%} of the core's"


def _open(options: argparse.Namespace, system: System, sent: Sequence[bytes]) -> Measured:
    sampler = RoleSampler(system.pid, ROLES)
    sampler.start()
    run = open_loop(
        system.target,
        sent,
        connections=options.connections,
        rate=options.rate,
        seconds=options.open_seconds,
    )
    outcome = asyncio.run(run)
    peaks = sampler.stop()
    return (
        f"p50 {outcome.percentile(50):.1f} ms, **p95 {outcome.percentile(95):.1f} ms**, "
        f"**p99 {outcome.percentile(99):.1f} ms**; errors {outcome.errors}; "
        f"API {peaks.get('api', 0):.0f} MB",
        f"{len(outcome.latencies):,} answers; reopened {outcome.reopened}",
    )


def _lote(system: System, zipped: Path, count: int, core: Timing) -> Measured:
    sampler = RoleSampler(system.pid, ROLES)
    sampler.start()
    start = time.perf_counter()
    status, lote = system.ask("POST", "/v1/lotes", zipped)
    if status != 202:
        raise LoteFailed(f"POST /v1/lotes answered {status}: {lote}")
    uploaded = time.perf_counter() - start
    _until_done(system, lote["id"], count)
    seconds = time.perf_counter() - start
    peaks = sampler.stop()
    others = ", ".join(
        f"{role} {peak:.0f}" for role, peak in sorted(peaks.items()) if role and role != "worker"
    )
    rate = count / seconds * 60
    return (
        f"**{rate:,.0f}/min** ({seconds:.1f} s, of which upload {uploaded:.1f}); "
        f"worker {peaks.get('worker', 0):.0f} MB",
        f"{_share(rate, core)}; MB of the others: {others}",
    )


def _until_done(system: System, lote: str, count: int) -> None:
    """Raises `LoteFailed` unless every note is accepted, or when nothing moves any more."""
    before, moved = None, time.monotonic()
    while time.monotonic() - moved < _STALL:
        status, state = system.ask("GET", f"/v1/lotes/{lote}")
        if status != 200 or state["situacao"] == "falhou":
            raise LoteFailed(f"GET /v1/lotes/{lote} answered {status}: {state}")
        if state["situacao"] == "concluido":
            if state["contagens"].get("aceito") != count:
                raise LoteFailed(f"of {count} valid notes: {state['contagens']}")
            return
        now = (state["situacao"], state["contagens"])
        if now != before:
            before, moved = now, time.monotonic()
        time.sleep(_POLL)
    raise LoteFailed(f"nothing moved for {_STALL:.0f} s: {before}")


def _service_table(rows: Sequence[Row]) -> str:
    header = ("what", "target", "measured", "beside")
    cells = [(row.what, row.target, row.measured, row.beside) for row in rows]
    return (
        "## Service\n\nRates are of a closed loop; latencies of an open one, counted from the "
        "instant at which a request was due. Memory: peak of all processes of a "
        "role together, PSS. *of the core's*: of what the cores would do if they did nothing "
        f"else.\n\n{markdown(header, cells)}\n"
    )


if __name__ == "__main__":
    main()
