"""How many attempts in a minute: pure."""

from __future__ import annotations

from collections import deque
from typing import Final

MINUTE: Final = 60.0


class Ritmo:
    """Never more than so many in any minute. Times are those of a monotonic clock."""

    def __init__(self, por_minuto: int) -> None:
        self._begun: deque[float] = deque(maxlen=por_minuto)

    def wait(self, now: float) -> float:
        """Seconds until one may begin; 0: now."""
        if len(self._begun) < (self._begun.maxlen or 0):
            return 0.0
        return max(0.0, self._begun[0] + MINUTE - now)

    def begin(self, now: float) -> None:
        """One begins."""
        self._begun.append(now)

    def resized(self, por_minuto: int) -> Ritmo:
        """Another limit, which those of the last minute count for."""
        changed = Ritmo(por_minuto)
        changed._begun.extend(self._begun)
        return changed
