"""Memory of a process and its children, read from Linux's /proc while they run."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

_PERIOD = 0.1  # seconds; reading the maps of a process costs it a little time
_ROLE_PERIOD = 2.0  # seconds, for there are many processes: at 0.5 it took 6 % of two cores


def resident(pid: int | str = "self", field: str = "VmRSS") -> float:
    """Resident memory of a process in MB; `VmHWM` is its peak so far. 0 when it has ended."""
    return _field(Path(f"/proc/{pid}/status"), field)


def proportional(pid: int) -> float:
    """Memory of a process in MB, of shared pages its part (PSS). 0 when it has ended."""
    return _field(Path(f"/proc/{pid}/smaps_rollup"), "Pss")


class RoleSampler(threading.Thread):
    """Samples the memory of each role of a system of processes, until stopped."""

    def __init__(self, pid: int, roles: Mapping[str, str]) -> None:
        """`roles`: a word in the command line of a process -> the role of it and its children."""
        super().__init__(daemon=True)
        self.peaks: dict[str, float] = {}
        """role -> the most that its processes had together, in MB (PSS)"""
        self._pid = pid
        self._roles = roles
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(_ROLE_PERIOD):
            self._sample()
        self._sample()

    def _sample(self) -> None:
        now: Counter[str] = Counter()
        for pid, role in _walk(self._pid, "", self._roles):
            now[role] += round(proportional(pid) * 1000)
        for role, kilobytes in now.items():
            self.peaks[role] = max(self.peaks.get(role, 0.0), kilobytes / 1000)

    def stop(self) -> dict[str, float]:
        """End the sampling; the peaks."""
        self._ended.set()
        self.join()
        return self.peaks


def role_seconds(pid: int, roles: Mapping[str, str]) -> dict[str, float]:
    """Seconds of the processor that each role's processes have had so far, of those that live."""
    seconds: dict[str, float] = {}
    for each, role in _walk(pid, "", roles):
        seconds[role] = seconds.get(role, 0.0) + _cpu_seconds(each)
    return seconds


def _walk(pid: int, role: str, roles: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    words = _command(pid)
    role = next((name for word, name in roles.items() if word in words), role)
    yield pid, role
    for inner in _children(pid):
        yield from _walk(inner, role, roles)


def _cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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
            total = sum(proportional(pid) for pid in (self._pid, *_descendants(self._pid)))
            self.total_peak = max(self.total_peak, total)

    def stop(self) -> None:
        """End the sampling."""
        self._ended.set()
        self.join()


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for inner in _children(pid):
        found += [inner, *_descendants(inner)]
    return found


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # the process, or this thread of it, has ended
            found += [int(inner) for inner in path.read_text().split()]
    return found


def _command(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ""
    return words.replace(b"\0", b" ").decode(errors="replace")


def _field(path: Path, name: str) -> float:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return 0.0
    value = next((line for line in lines if line.startswith(f"{name}:")), "0 0 kB")
    return int(value.split()[1]) / 1000
