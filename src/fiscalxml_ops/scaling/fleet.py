"""Tasks and machines that start, run and stop, second by second."""

from __future__ import annotations

from collections import deque


class Fleet:
    """What runs of a role. `starts`, `stops`: seconds that one takes to be there, and to be gone.

    `running` is what works; `present` is what is paid for, from the request to the end.
    """

    def __init__(self, running: int, starts: int, stops: int) -> None:
        self.running = running
        self._starts = starts
        self._stops = stops
        self._waiting = 0
        self._starting: deque[list[int]] = deque()
        self._stopping: deque[list[int]] = deque()

    @property
    def wanted(self) -> int:
        """What runs, starts, or waits for a place."""
        return self.running + self._started + self._waiting

    @property
    def placed(self) -> int:
        """What has a place: it runs, starts, or still stops."""
        return self.running + self._started + self._ending

    @property
    def present(self) -> int:
        """What is paid for."""
        return self.placed

    @property
    def settled(self) -> bool:
        """Whether nothing is under way."""
        return not (self._waiting or self._starting or self._stopping)

    @property
    def _started(self) -> int:
        return sum(number for _, number in self._starting)

    @property
    def _ending(self) -> int:
        return sum(number for _, number in self._stopping)

    def want(self, now: int, number: int) -> None:
        """Ask for so many in all: the newest go first."""
        more = number - self.wanted
        if more > 0:
            self._waiting += more
            return
        less = -more
        less -= self._forget(less)
        while less and self._starting:
            newest = self._starting[-1]
            part = min(less, newest[1])
            newest[1] -= part
            less -= part
            if not newest[1]:
                self._starting.pop()
        if less:
            self.running -= less
            self._stopping.append([now + self._stops, less])

    def lose(self, number: int) -> int:
        """So many that run end at once and are asked for again; how many there were."""
        lost = min(number, self.running)
        self.running -= lost
        self._waiting += lost
        return lost

    def tick(self, now: int, places: int | None = None) -> None:
        """A second passes. `places`: for those that have one; None: there is always one."""
        while self._starting and self._starting[0][0] <= now:
            self.running += self._starting.popleft()[1]
        while self._stopping and self._stopping[0][0] <= now:
            self._stopping.popleft()
        room = self._waiting if places is None else max(0, places - self.placed)
        begins = min(self._waiting, room)
        if begins:
            self._waiting -= begins
            self._starting.append([now + self._starts, begins])

    def _forget(self, number: int) -> int:
        part = min(number, self._waiting)
        self._waiting -= part
        return part
