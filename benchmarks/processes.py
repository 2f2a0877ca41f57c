"""Memory of a process and its children, read from Linux's /proc while they run."""

from __future__ import annotations

import threading
from pathlib import Path

_PERIOD = 0.1  # seconds; reading the maps of a process costs it a little time


def resident(pid: int | str = "self", field: str = "VmRSS") -> float:
    """Resident memory of a process in MB; `VmHWM` is its peak so far. 0 when it has ended."""
    return _field(Path(f"/proc/{pid}/status"), field)


class MemorySampler(threading.Thread):
    """Samples a process tree until stopped; all figures in MB."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.parent_peak = 0.0
        """resident memory of the parent alone"""
        self.total_peak = 0.0
        """proportional memory of all processes together: shared pages count once"""
        self._pid = pid
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(_PERIOD):
            self.parent_peak = max(self.parent_peak, resident(self._pid, "VmHWM"))
            tree = [self._pid, *_descendants(self._pid)]
            total = sum(_field(Path(f"/proc/{pid}/smaps_rollup"), "Pss") for pid in tree)
            self.total_peak = max(self.total_peak, total)

    def stop(self) -> None:
        """End the sampling."""
        self._ended.set()
        self.join()


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in path.read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *_descendants(child)]
    return found


def _field(path: Path, name: str) -> float:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return 0.0
    value = next((line for line in lines if line.startswith(f"{name}:")), "0 0 kB")
    return int(value.split()[1]) / 1000
