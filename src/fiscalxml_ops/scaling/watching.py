"""Metrics and alarms as CloudWatch has them: datapoints of periods, seen late, M of N."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from fiscalxml_ops.scaling.alarms import Alarm, Metric

AGAIN: Final = 60
"""seconds after which an alarm that lasts acts again (CloudWatch: once a minute)"""


class Series:
    """Averages a value over a metric's periods; each is seen `delay` seconds after its end."""

    def __init__(self, metric: Metric) -> None:
        self._metric = metric
        self._sum = 0.0
        self._count = 0
        self._late: deque[tuple[int, float | None]] = deque()

    def tell(self, now: int, value: float | None) -> None:
        """The value in the second that ends at `now`; None where nothing is measured."""
        if value is not None:
            self._sum += value
            self._count += 1
        if now % self._metric.period == 0:
            mean = self._sum / self._count if self._count else None
            self._late.append((now + self._metric.delay, mean))
            self._sum, self._count = 0.0, 0

    def seen(self, now: int) -> Iterator[float | None]:
        """Datapoints that come to be seen now; None for a period without any value."""
        while self._late and self._late[0][0] <= now:
            yield self._late.popleft()[1]


class Watch:
    """The state of one alarm."""

    def __init__(self, alarm: Alarm) -> None:
        self._alarm = alarm
        self._last: deque[bool] = deque(maxlen=alarm.periods)
        self._acts_at: int | None = None
        self._value = 0.0

    @property
    def alarmed(self) -> bool:
        """Whether it is in ALARM."""
        return sum(self._last) >= self._alarm.datapoints

    def see(self, value: float | None) -> None:
        """Another datapoint."""
        if value is None:
            self._last.append(self._alarm.missing == "breaching")
            return
        self._value = value
        self._last.append(self._alarm.breached(value))

    def acting(self, now: int) -> float | None:
        """The newest value where the alarm acts in this second: it begins, or lasts a minute."""
        if not self.alarmed:
            self._acts_at = None
            return None
        if self._acts_at is not None and now < self._acts_at:
            return None
        self._acts_at = now + AGAIN
        return self._value


class Watching:
    """All alarms of some metrics, fed second by second."""

    def __init__(self, alarms: Sequence[Alarm]) -> None:
        self._series = {alarm.metric: Series(alarm.metric) for alarm in alarms}
        self._watches = {alarm: Watch(alarm) for alarm in alarms}

    def tell(self, now: int, values: Mapping[Metric, float | None]) -> None:
        """Values in the second that ends at `now`."""
        for metric, series in self._series.items():
            series.tell(now, values.get(metric))
            for value in series.seen(now):
                for alarm, watch in self._watches.items():
                    if alarm.metric == metric:
                        watch.see(value)

    def acting(self, now: int) -> dict[Alarm, float]:
        """Alarms that act in this second, with the value that they saw last."""
        found = ((alarm, watch.acting(now)) for alarm, watch in self._watches.items())
        return {alarm: value for alarm, value in found if value is not None}
