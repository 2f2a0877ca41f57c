"""The figures as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.bulk import Bulk
from benchmarks.documents import Sample
from benchmarks.rules import EXTRA, FEW
from benchmarks.timing import Timing

Timings = Mapping[str, Mapping[str, Timing]]


def core(samples: Sequence[Sample], timings: Timings) -> str:
    """Floor and ours, in ms of CPU time a document."""
    rows = []
    for sample in samples:
        times = timings[sample.name]
        floor = times["floor"].cpu
        rows.append(
            (
                sample.name,
                f"{sample.kilobytes:.1f}",
                _ms(floor),
                _ms(times["lean"].cpu),
                _ms(times["parse"].cpu),
                _ms(times["validate"].cpu),
                f"**{times['validate'].cpu / floor:.2f}**",
                f"{times['validate'].cpu / times['lean'].cpu:.2f}",
                _ms(times["json"].cpu),
                _ms(times["validate"].wall),
            )
        )
    header = (
        *("document", "kB", "floor", "lean floor", "our parse", "validate", "÷ floor"),
        *("÷ lean", "validate + JSON", "validate, wall"),
    )
    return (
        "## validate against the floor\n\n"
        "ms of CPU time a document, best round, caches warm, garbage collector on; distinct "
        "documents of 20 signers. Floor: lxml parse, compiled XSD, C14N, SHA-1, RSA; *lean* with "
        "direct C14N. `validate` runs every layer, the schemas inside `infModal` and both "
        "signatures of an NFS-e included, which the floor does not. *New certificates*: every note "
        "has its own, and none was seen before, so chains are verified too.\n\n"
        f"{markdown(header, rows)}\n"
    )


def rules(samples: Sequence[Sample], timings: Timings) -> str:
    """What rules add to the form."""
    rows = []
    for sample in samples:
        times = timings[sample.name]
        ratios = (
            times[name].cpu / times[f"floor of {name}"].cpu
            for name in ("none", "few", "many", "own")
        )
        rows.append((sample.name, f"{sample.kilobytes:.1f}", *(f"{each:.2f}" for each in ratios)))
    header = (
        *("document", "kB", "no rules", f"{FEW} rules", f"and {EXTRA} synthetic"),
        "all at hand",
    )
    return (
        "## Rules\n\n"
        "`validate` ÷ floor, each beside a floor of its own round. The few rules are spread over "
        "the catalogue. The synthetic ones compare a field of a group; half of them stand on "
        "groups that the notes do not have.\n\n"
        f"{markdown(header, rows)}\n"
    )


def resumo(samples: Sequence[Sample], timings: Timings) -> str:
    """The resumo beside a bare parse."""
    rows = []
    for sample in samples:
        times = timings[sample.name]
        parse = times["lxml"].cpu
        row = (sample.name, f"{sample.kilobytes:.1f}", _ms(parse), _ms(times["resumo"].cpu))
        ratios = (times[name].cpu / parse for name in ("resumo", "json"))
        rows.append((*row, *(f"{each:.1f}" for each in ratios)))
    header = ("document", "kB", "lxml parse", "summarize", "÷ parse", "with JSON ÷ parse")
    return (
        "## summarize against the parse\n\n"
        "ms of CPU time a document; `lxml.etree.fromstring` alone is the unit.\n\n"
        f"{markdown(header, rows)}\n"
    )


def peers(samples: Sequence[Sample], timings: Timings, answer: Mapping[str, Any]) -> str:
    """Each peer on each sample: time and what it said, beside ours."""
    names = {f"{n:02d}-{sample.kind}": sample.name for n, sample in enumerate(samples)}
    rows = []
    for row in answer["rows"]:
        peer = row["peer"]
        sample = names.get(row.get("sample", ""), "all")
        if "error" in row:
            rows.append((peer, sample, "—", "—", row["error"]))
            continue
        ratio = row["cpu"] / timings[sample]["validate"].cpu
        rows.append((peer, sample, _ms(row["cpu"]), f"{ratio:.1f}", row["answer"]))
    header = ("peer", "document", "CPU ms", "÷ our validate", "what it answered")
    return (
        "## Peers\n\n"
        f"The same documents in the peers' own environment (Python {answer['python']}), by their "
        "documented entry points, warm. fiscal-mcp checks schema, key and 28 rules, no signature; "
        "the other two only read. All three are MIT-licensed. All documents are valid but for "
        f"those with faults.\n\n{markdown(header, rows)}\n"
    )


def bulk(runs: Sequence[Bulk]) -> str:
    """The command line, with the gain of a second job."""
    rows = [
        (
            str(run.jobs),
            f"{run.notes:,}",
            f"{run.notes / run.generation:,.0f}",
            f"{run.seconds:.1f}",
            f"{run.notes / run.seconds:,.0f}",
            f"{runs[0].seconds / run.seconds:.2f}",
            f"{run.parent_peak:.0f}",
            f"{run.total_peak:.0f}",
        )
        for run in runs
    ]
    header = (
        *("jobs", "notes", "generated/s", "s", "notes/s", "speed-up"),
        *("parent's peak RSS, MB", "all processes' peak PSS, MB"),
    )
    return (
        "## Command line\n\n`fiscalxml generate --tipos nfe --itens 3 --protocolo --jobs N`, then "
        "`fiscalxml validate FOLDER --json --jobs N`; wall time from start to exit, the first as a "
        f"rate.\n\n{markdown(header, rows)}\n"
    )


def schemas(figures: Mapping[str, float]) -> str:
    """Memory of the compiled schemas."""
    grown = figures["after"] - figures["before"]
    return (
        "## Compiled schemas\n\n"
        f"The {figures['roots']:.0f} everyday roots, all of them in one fresh process: "
        f"**{grown:.1f} MB** more resident memory ({figures['before']:.1f} before), "
        f"{figures['cpu']:.2f} s of CPU time.\n"
    )


def codes(figures: Mapping[str, float]) -> str:
    """What the tables of codes (NCM, CFOP, municípios …) cost."""
    grown = figures["after"] - figures["before"]
    return (
        "## Tables of codes\n\n"
        f"All of them ({figures['bytes'] / 1024:.0f} KB of data), read in one fresh process: "
        f"**{grown:.1f} MB** more resident memory, {figures['cpu'] * 1000:.1f} ms of CPU time. "
        f"A look-up takes {figures['lookup'] * 1e9:.0f} ns after that.\n"
    )


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def _ms(microseconds: float) -> str:
    return f"{microseconds / 1000:.3f}" if microseconds < 10_000 else f"{microseconds / 1000:.1f}"
