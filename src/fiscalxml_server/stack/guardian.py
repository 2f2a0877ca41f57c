"""Ends the supervised processes when their supervisor was killed and cannot.

The guardian is a small process of its own that reads a pipe: a line for each process group that
starts or ends. When the pipe closes with groups still running, their supervisor is gone: they are
asked to end, then forced. It inherits the lock of the data folder, so that the folder is free for
another run exactly when nobody writes to it any more.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress

PATIENCE = 5.0
"""seconds between asking and forcing"""


class Guardiao:
    """The supervisor's end of the pipe."""

    def __init__(self, keep_open: Iterable[int] = ()) -> None:
        """`keep_open`: file descriptors that the guardian holds as long as it lives."""
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-m", __name__],
            stdin=subprocess.PIPE,
            pass_fds=tuple(keep_open),
            start_new_session=True,
        )

    def watch(self, group: int, ending: signal.Signals) -> None:
        """From now on `group` gets `ending` when this process dies."""
        self._tell(f"+ {group} {int(ending)}\n")

    def forget(self, group: int) -> None:
        """The group has ended."""
        self._tell(f"- {group}\n")

    def close(self) -> None:
        """Ends what is still watched, and the guardian."""
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        self._process.wait()

    def _tell(self, line: str) -> None:
        pipe = self._process.stdin
        if pipe is not None:
            with suppress(BrokenPipeError):  # it was killed: supervision goes on without it
                pipe.write(line.encode())
                pipe.flush()


def signal_group(group: int, number: int) -> bool:
    """False when there is no such group any more."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS: EPERM for a group of zombies
        return False
    return True


def end_groups(groups: Mapping[int, int]) -> None:
    """Send each group its signal; SIGKILL to those that are there after `PATIENCE`."""
    for group, ending in groups.items():
        signal_group(group, ending)
    if not _gone(groups):
        for group in groups:
            signal_group(group, signal.SIGKILL)
        _gone(groups)


def _gone(groups: Iterable[int]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while any(signal_group(group, 0) for group in groups):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def main() -> None:
    """Read the pipe to its end, then end what is left."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    groups: dict[int, int] = {}
    for line in sys.stdin:
        sign, group, *ending = line.split()
        if sign == "+":
            groups[int(group)] = int(ending[0])
        else:
            groups.pop(int(group), None)
    end_groups(groups)


if __name__ == "__main__":
    main()
