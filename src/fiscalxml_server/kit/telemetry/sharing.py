"""The folder where the processes of one role share their counters.

Each process of `prometheus_client` writes files named by its pid. Two things that the library
leaves open are settled here: a folder that an earlier run left is emptied by the first process
that joins it, and the files of a process that ended are folded into one file per type, since
workers that are recycled would otherwise leave thousands (the counts stay, live gauges go).
"""

from __future__ import annotations

import fcntl
import os
import struct
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedRandom
from pathlib import Path

from prometheus_client import values
from prometheus_client.metrics_core import Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

_ENVIRONMENT = "PROMETHEUS_MULTIPROC_DIR"
_FOLDED = "folded"
_MEMBERS = "member_*"
"""empty files, one a process: it has joined, whether it has counted anything or not"""
_FOLDED_TYPES = ("counter", "histogram")
_DAMAGED = (RuntimeError, struct.error, UnicodeDecodeError)


class SharedFolder:
    """A folder that this process has joined. Held open: its lock says that the role lives."""

    def __init__(self, path: Path) -> None:
        """Raises OSError where the folder cannot be made or written."""
        path.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._members: BufferedRandom = (path / "members.lock").open("a+b")
        self._join()

    def _join(self) -> None:
        """The first one in (none else holds the lock) finds only what an earlier run left."""
        try:
            fcntl.flock(self._members, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        else:
            for file in (*self.path.glob("*.db"), *self.path.glob(_MEMBERS)):
                file.unlink(missing_ok=True)
        fcntl.flock(self._members, fcntl.LOCK_SH)
        (self.path / _MEMBERS.replace("*", str(os.getpid()))).touch()

    def use(self) -> None:
        """Values of metrics made from now on live in the folder.

        `prometheus_client` chooses between memory and files when it is imported, by the
        environment. Metrics here have labels, so no value exists before `metrics.configure`.
        """
        os.environ[_ENVIRONMENT] = str(self.path)
        values.ValueClass = values.MultiProcessValue()

    @contextmanager
    def settled(self) -> Iterator[None]:
        """While inside, no file of an ended process is left and none other folds."""
        with _alone(self.path):
            self._fold_ended()
            yield

    def processes(self) -> set[int]:
        """Those that have joined, or count here, and live."""
        files = (*self.path.glob("*.db"), *self.path.glob(_MEMBERS))
        return {pid for file in files if (pid := _pid(file)) and _lives(pid)}

    def leave(self) -> None:
        """The gauges of this process end with it."""
        mark_process_dead(os.getpid(), str(self.path))

    def _fold_ended(self) -> None:
        ended = {pid for file in self.path.glob("*.db") if (pid := _pid(file)) and not _lives(pid)}
        for pid in ended:
            mark_process_dead(pid, str(self.path))
        for file in self.path.glob(_MEMBERS):
            if (pid := _pid(file)) and not _lives(pid):
                file.unlink(missing_ok=True)
        for kind in _FOLDED_TYPES:
            files = [file for pid in ended if (file := self.path / f"{kind}_{pid}.db").exists()]
            if files:
                self._fold(kind, files)

    def _fold(self, kind: str, files: list[Path]) -> None:
        total: defaultdict[str, float] = defaultdict(float)
        folded = self.path / f"{kind}_{_FOLDED}.db"
        for file in [folded, *files] if folded.exists() else files:
            for key, value in _read(file):
                total[key] += value
        fresh = self.path / f"{kind}.new"
        fresh.unlink(missing_ok=True)
        written = MmapedDict(str(fresh))
        for key, value in total.items():
            written.write_value(key, value, 0.0)
        written.close()
        fresh.replace(folded)
        for file in files:
            file.unlink(missing_ok=True)


def read_shared(path: Path) -> list[Metric]:
    """What the processes of a folder count, by somebody who is none of them; nothing where there is
    no such folder. Raises OSError."""
    if not path.is_dir():
        return []
    with _alone(path), suppress(FileNotFoundError):  # a role begins anew, and empties it
        return list(MultiProcessCollector(None, str(path)).collect())
    return []


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Nobody folds or reads beside."""
    with (path / "fold.lock").open("a+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            # Closing is not enough: a child forked meanwhile has the file open too.
            fcntl.flock(lock, fcntl.LOCK_UN)


def _pid(file: Path) -> int | None:
    last = file.stem.rpartition("_")[2]
    return int(last) if last.isdigit() else None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _read(file: Path) -> list[tuple[str, float]]:
    """Nothing from a file that its process was killed while making."""
    try:
        return [(key, value) for key, value, _, _ in MmapedDict.read_all_values_from_file(file)]
    except _DAMAGED:
        return []
