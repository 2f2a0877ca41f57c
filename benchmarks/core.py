"""The benchmark of the core: `python -m benchmarks.core`, or `make bench`.

Floor, ours and peers on the same documents in one run, then the command line on a folder and the
memory of the schemas. Prints its tables and writes its part of `benchmarks/results.md`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import etree

from benchmarks import bulk, code_tables, machine, peers, rules, schema_memory, tables
from benchmarks.documents import Sample, notes_of_strangers, samples
from benchmarks.floor import Floor, public_key
from benchmarks.ours import Ours, forget_certificates
from benchmarks.results import write_part
from benchmarks.timing import Timing, race
from fiscalxml.generator import write_authorities

ROUNDS = 7
STRANGERS = 200


def main() -> None:
    """Measure everything that was not left out by an option."""
    options = _options()
    sections = [_heading()]
    print(sections[0])
    for section in _sections(options):
        print(section, flush=True)
        sections.append(section)
    if not options.print_only:
        write_part("\n".join(sections))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.core", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds, of which the best one")
    parser.add_argument("--notes", type=int, default=4000, help="notes for the command line")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--no-bulk", action="store_true", help="leave the command line out")
    parser.add_argument("--print-only", action="store_true", help="leave results.md as it is")
    return parser.parse_args()


def _heading() -> str:
    command = " ".join(["python -m benchmarks.core", *sys.argv[1:]])
    return (
        f"# Core benchmark\n\n`{command}`, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC.\n\n"
        f"{machine.description()}.\n"
    )


def _sections(options: argparse.Namespace) -> Iterator[str]:
    measured = samples()
    with TemporaryDirectory() as folder:
        write_authorities(Path(folder))
        ours = Ours(folder)
        timings = {sample.name: _compare(sample, ours, options.rounds) for sample in measured}
        strangers = notes_of_strangers(STRANGERS)
        timings[strangers.name] = _compare(strangers, ours, options.rounds, cold=True)
        notes = [sample for sample in measured if sample.kind == "nfe"]
        ruled = {sample.name: _compare_rules(sample, ours, options.rounds) for sample in notes}
    yield tables.core([*measured, strangers], timings)
    yield tables.rules(notes, ruled)
    summed = {sample.name: _compare_resumo(sample, ours, options.rounds) for sample in measured}
    yield tables.resumo(measured, summed)
    if not options.no_peers:
        yield _peers(measured, timings)
    if not options.no_bulk:
        yield _bulk(options.notes)
    yield tables.schemas(schema_memory.measure())
    yield tables.codes(code_tables.measure())


def _compare(sample: Sample, ours: Ours, rounds: int, *, cold: bool = False) -> dict[str, Timing]:
    """Floor and ours in turns; `cold` forgets every certificate before each pass."""
    floor = Floor(sample)

    def forget() -> None:
        public_key.cache_clear()
        forget_certificates(ours)

    subjects = {
        "floor": floor.straightforward,
        "lean": floor.lean,
        "parse": ours.parse,
        "validate": ours.validate,
        "json": ours.validate_to_json,
    }
    return race(subjects, sample.documents, rounds, forget if cold else None)


def _compare_rules(sample: Sample, ours: Ours, repeats: int) -> dict[str, Timing]:
    """The floor and ours in turns: without rules, with a few, with many, with those at hand."""
    floor = Floor(sample).straightforward

    def beside_floor(name: str, within: AbstractContextManager[None]) -> dict[str, Timing]:
        with within:
            subjects = {f"floor of {name}": floor, name: ours.validate}
            return race(subjects, sample.documents, repeats)

    return (
        beside_floor("none", rules.no_rules())
        | beside_floor("few", rules.few_rules())
        | beside_floor("many", rules.few_rules(rules.EXTRA))
        | beside_floor("own", nullcontext())
    )


def _compare_resumo(sample: Sample, ours: Ours, rounds: int) -> dict[str, Timing]:
    """A bare parse and the resumo in turns."""
    subjects: dict[str, Callable[[bytes], object]] = {
        "lxml": etree.fromstring,
        "resumo": ours.summarize,
        "json": ours.summarize_to_json,
    }
    return race(subjects, sample.documents, rounds)


def _peers(measured: Sequence[Sample], timings: dict[str, dict[str, Timing]]) -> str:
    try:
        answer = peers.run_peers(measured)
    except peers.PeersMissing as missing:
        return f"## Peers\n\nNot measured: {missing}.\n"
    return tables.peers(measured, timings, answer)


def _bulk(notes: int) -> str:
    try:
        return tables.bulk(list(bulk.run_bulk(notes)))
    except bulk.CommandMissing as missing:
        return f"## Command line\n\nNot measured: {missing}.\n"


if __name__ == "__main__":
    main()
