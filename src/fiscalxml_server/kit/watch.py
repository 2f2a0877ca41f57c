"""A process that stands still ends itself: the kernel does it, whatever holds the interpreter.

For work that may take hours, as long as it gets on: a limit of its whole time would come too late.
"""

from __future__ import annotations

import signal


class _Process:
    """What this process was started for."""

    worker = False


def watch_process() -> None:
    """From now on this process may be ended: it does jobs, and another takes its place."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _Process.worker = True


def getting_on(seconds: float) -> None:
    """The work goes on; the process ends unless this is said again, or `done`, in so long."""
    if _Process.worker:
        signal.setitimer(signal.ITIMER_REAL, seconds)


def done() -> None:
    """Nothing is being watched any more."""
    if _Process.worker:
        signal.setitimer(signal.ITIMER_REAL, 0)
