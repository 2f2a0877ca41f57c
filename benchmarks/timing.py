"""Best of several rounds, in process CPU time and in wall time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Microseconds a document."""

    cpu: float
    wall: float


def race(
    subjects: Mapping[str, Callable[[bytes], object]],
    documents: Sequence[bytes],
    rounds: int,
    prepare: Callable[[], object] | None = None,
) -> dict[str, Timing]:
    """Each subject over all documents, in turns, so that noise of the machine hits all alike.

    The best round of each counts. One untimed document warms a subject up; `prepare` runs
    before every timed pass, for what has to be cold in it.
    """
    for subject in subjects.values():
        subject(documents[0])
    passes: dict[str, list[Timing]] = {name: [] for name in subjects}
    for _ in range(rounds):
        for name, subject in subjects.items():
            if prepare:
                prepare()
            passes[name].append(_pass(subject, documents))
    return {
        name: Timing(min(timing.cpu for timing in each), min(timing.wall for timing in each))
        for name, each in passes.items()
    }


def _pass(subject: Callable[[bytes], object], documents: Sequence[bytes]) -> Timing:
    wall, cpu = time.perf_counter(), time.process_time()
    for document in documents:
        subject(document)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return Timing(cpu / len(documents) * 1e6, wall / len(documents) * 1e6)
