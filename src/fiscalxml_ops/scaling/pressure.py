"""Pressure: one number that says whether there are too few workers (1 and above) or too many.

Both who publishes the metric and the simulator make it here. Standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass

from fiscalxml_ops.scaling.measures import AGE_SECONDS, BUSY_HIGH, DEPTH_PER_WORKER


@dataclass(frozen=True, kw_only=True)
class Work:
    """What there is to do, and who does it.

    `depth`: jobs that wait and that another worker would take; `age`: seconds since the oldest of
    them was written; `running`: jobs at work; `workers`: tasks, of `processes` each.
    """

    depth: float
    age: float
    running: float
    workers: int
    processes: int

    @property
    def busy(self) -> float:
        """Share of all processes that is at work, 0 to 1; 1 where there is no worker."""
        places = self.workers * self.processes
        return min(1.0, self.running / places) if places else 1.0

    @property
    def backlog(self) -> float:
        """Jobs that wait for each worker."""
        return self.depth / max(1, self.workers)

    @property
    def age_of_backlog(self) -> float:
        """The age, where more waits than is taken next: one job that is tried again is no queue."""
        return self.age if self.depth > self.workers * self.processes else 0.0

    @property
    def pressure(self) -> float:
        """The largest of backlog, age and busy share, each as a part of what is too much."""
        return max(
            self.backlog / DEPTH_PER_WORKER,
            self.age_of_backlog / AGE_SECONDS,
            self.busy / BUSY_HIGH,
        )
