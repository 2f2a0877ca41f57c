"""How soon a spike is met, and how soon what it took is given back."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fiscalxml_ops.scaling.measures import BUSY_LOW, CPU_LOW
from fiscalxml_ops.scaling.simulation import Run, Sample


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """Seconds; None where it did not come to that.

    `…_out`: from the spike's first second until as many tasks are at work as it needs (or as there
    may be). `…_in`: from the moment when fewer than 30 % are busy and nothing waits, until as few
    are left as in the end.
    """

    workers_out: int | None
    workers_in: int | None
    api_out: int | None
    api_in: int | None
    machines_in: int | None


def reaction(run: Run, begin: int, end: int) -> Reaction:
    """Of a run whose spike lasts from `begin` to `end` (seconds)."""
    plant, last = run.plant, run.samples[-1]
    during = [each for each in run.samples if each.second > begin]
    after = [each for each in during if each.second >= end]
    documents = max(each.documents for each in during)
    requests = max(each.requests for each in during)
    workers = min(plant.worker.maximum, math.ceil(documents / plant.worker_documents))
    api = min(plant.api.maximum, math.ceil(requests / plant.api_requests))
    idle = _first(
        after,
        lambda s: s.depth == 0 and s.documents < BUSY_LOW * s.workers * plant.worker_documents,
    )
    calm = _first(after, lambda s: s.cpu < CPU_LOW)
    return Reaction(
        workers_out=_seconds(begin, _first(during, lambda s: s.workers >= workers)),
        workers_in=_seconds(idle, _first(_from(after, idle), lambda s: s.workers <= last.workers)),
        api_out=_seconds(begin, _first(during, lambda s: s.api >= api)),
        api_in=_seconds(calm, _first(_from(after, calm), lambda s: s.api <= last.api)),
        machines_in=_seconds(
            calm, _first(_from(after, calm), lambda s: s.machines <= last.machines)
        ),
    )


def _first(samples: Sequence[Sample], holds: Callable[[Sample], bool]) -> int | None:
    return next((each.second for each in samples if holds(each)), None)


def _from(samples: Sequence[Sample], second: int | None) -> Sequence[Sample]:
    return [each for each in samples if second is not None and each.second >= second]


def _seconds(since: int | None, until: int | None) -> int | None:
    return None if since is None or until is None else until - since
