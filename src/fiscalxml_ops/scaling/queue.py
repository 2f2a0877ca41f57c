"""What waits, oldest first, and how long it did: a queue of amounts, second by second."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field


@dataclass
class Queue:
    """Amounts (documents) in the order of their arrival."""

    depth: float = 0.0
    _parts: deque[list[float]] = field(default_factory=deque)
    """[second of arrival, amount]"""

    def put(self, since: float, amount: float) -> None:
        """`since`: when it came in; never before what is there."""
        if amount > 0:
            self._parts.append([since, amount])
            self.depth += amount

    def take(self, amount: float) -> list[tuple[float, float]]:
        """The oldest, no more than so much: (since, amount)."""
        taken: list[tuple[float, float]] = []
        while amount > 0 and self._parts:
            oldest = self._parts[0]
            part = min(amount, oldest[1])
            taken.append((oldest[0], part))
            amount -= part
            if part == oldest[1]:
                self._parts.popleft()
            else:
                oldest[1] -= part
        # Counted anew where nothing is left, or small errors would add up to a queue.
        self.depth = self.depth - sum(part for _, part in taken) if self._parts else 0.0
        return taken

    def age(self, now: float) -> float:
        """Seconds since the oldest came in; 0 where nothing waits."""
        return now - self._parts[0][0] if self._parts else 0.0


@dataclass
class Delays:
    """How many documents waited how many seconds."""

    _seconds: dict[int, float] = field(default_factory=dict)

    def add(self, seconds: float, amount: float) -> None:
        """So much was done so long after it came in."""
        whole = math.ceil(seconds)
        self._seconds[whole] = self._seconds.get(whole, 0.0) + amount

    def share(self, part: float) -> int:
        """Within how many seconds this part of all was done; 0 where nothing was."""
        total = sum(self._seconds.values())
        done = 0.0
        for seconds in sorted(self._seconds):
            done += self._seconds[seconds]
            if done >= part * total:
                return seconds
        return 0

    @property
    def longest(self) -> int:
        """Seconds."""
        return max(self._seconds, default=0)
