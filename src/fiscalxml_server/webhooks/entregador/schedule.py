"""When to try again: pure."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final

LONGEST_SECONDS: Final = 24 * 3600.0
JITTER: Final = 0.2
"""a step is this much shorter or longer, so that those who failed together do not come together"""


def wait_after(
    schedule: Sequence[float],
    failures: int,
    retry_after: float | None = None,
    chance: Callable[[], float] = random.random,
) -> float | None:
    """Seconds to wait after so many failures; None: no more.

    `retry_after`, which the receiver asks for, counts between the step and a day.
    """
    if failures > len(schedule):
        return None
    step = schedule[failures - 1] * (1 + JITTER * (2 * chance() - 1))
    if retry_after is not None:
        step = max(step, min(retry_after, LONGEST_SECONDS))
    return step
