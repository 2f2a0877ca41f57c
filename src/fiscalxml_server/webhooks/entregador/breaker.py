"""Whether a receiver is called at all: pure.

Closed until it fails too often; then open for a while, twice as long each time; then one attempt
says whether it closes.
"""

from __future__ import annotations

from collections import deque
from typing import Final

CONSECUTIVE: Final = 10
"""failures, one after the other, that open it"""
ATTEMPTS: Final = 10
"""within the window, of which so many must fail"""
SHARE: Final = 0.7
FIRST_SECONDS: Final = 30.0
LONGEST_SECONDS: Final = 300.0

_WINDOW_SECONDS: Final = 300.0
_BUCKET_SECONDS: Final = 10.0


class Disjuntor:
    """Of one subscription. Times are those of a monotonic clock."""

    def __init__(self, first: float = FIRST_SECONDS, longest: float = LONGEST_SECONDS) -> None:
        self._first = first
        self._longest = longest
        self._seconds = first
        self._until: float | None = None
        self._probing = False
        self._consecutive = 0
        self._buckets: deque[list[float]] = deque()  # when it began, good, bad

    @property
    def aberto(self) -> bool:
        """Not closed: at most one attempt at a time is made."""
        return self._until is not None

    def wait(self, now: float) -> float | None:
        """Seconds until an attempt may be made; 0: now; None: not before another has ended."""
        if self._until is None:
            return 0.0
        if self._probing:
            return None
        return max(0.0, self._until - now)

    def begin(self) -> None:
        """An attempt is made, which `wait` allowed."""
        if self._until is not None:
            self._probing = True

    def forget(self) -> None:
        """An attempt ended that says nothing of the receiver."""
        self._probing = False

    def succeeded(self, now: float) -> None:
        """The receiver has taken something."""
        if self._until is not None:
            self._until = None
            self._seconds = self._first
            self._probing = False
            self._buckets.clear()
        self._consecutive = 0
        self._bucket(now)[1] += 1

    def failed(self, now: float) -> bool:
        """It has not; whether that opened the breaker."""
        if self._until is not None:
            if self._probing:  # others were under way when it opened
                self._probing = False
                self._seconds = min(self._seconds * 2, self._longest)
                self._until = now + self._seconds
            return False
        self._consecutive += 1
        self._bucket(now)[2] += 1
        if self._consecutive < CONSECUTIVE and not self._mostly_bad():
            return False
        self._until = now + self._seconds
        return True

    def _bucket(self, now: float) -> list[float]:
        buckets = self._buckets
        while buckets and buckets[0][0] < now - _WINDOW_SECONDS:
            buckets.popleft()
        if not buckets or buckets[-1][0] + _BUCKET_SECONDS <= now:
            buckets.append([now, 0, 0])
        return buckets[-1]

    def _mostly_bad(self) -> bool:
        bad = sum(each[2] for each in self._buckets)
        attempts = bad + sum(each[1] for each in self._buckets)
        return attempts >= ATTEMPTS and bad >= SHARE * attempts
