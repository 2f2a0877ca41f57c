"""What is looked at now and then, and told at each scrape until it is too old to be believed.

A look that fails, hangs or is not made any more leaves nothing behind: an old value looks like a
good one, while what is absent has an alert.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from fiscalxml_server.kit.telemetry.sampled import Reading


class Seen:
    """Readings by the part that they are of. Written by one thread, read by any."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._parts: dict[str, tuple[float, list[Reading]]] = {}

    def put(self, part: str, readings: Iterable[Reading], seconds: float) -> None:
        """As it is now; told for so many seconds, unless it is put again."""
        self._parts[part] = (self._clock() + seconds, list(readings))

    def forget(self, part: str) -> None:
        """Nothing of it is told until it is put again."""
        self._parts.pop(part, None)

    def told(self) -> list[Reading]:
        """Of all parts."""
        now = self._clock()
        # One call makes the list: another thread may put a part meanwhile.
        return [
            each for until, found in list(self._parts.values()) if now < until for each in found
        ]
