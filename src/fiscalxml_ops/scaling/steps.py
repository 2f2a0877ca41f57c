"""What step policies make of a number of tasks, as Application Auto Scaling does it."""

from __future__ import annotations

from collections.abc import Sequence

from fiscalxml_ops.scaling.alarms import Policy


def change(policy: Policy, value: float, current: int) -> int:
    """Tasks that are added (below 0: removed) at this value of the metric.

    A step's bound belongs to it on the side of the threshold. A part of a task is cut off, but a
    percentage is never less than `least` tasks.
    """
    above = policy.alarm.upper
    for step in policy.steps:
        if _within(value, step.lower, step.upper, above):
            if policy.adjustment == "ChangeInCapacity":
                return step.change
            sign = 1 if step.change > 0 else -1
            return sign * max(abs(current * step.change) // 100, policy.least)
    return 0


def _within(value: float, lower: float | None, upper: float | None, above: bool) -> bool:
    if above:
        return (lower is None or value >= lower) and (upper is None or value < upper)
    return (lower is None or value > lower) and (upper is None or value <= upper)


class Scaler:
    """The desired number of tasks of a target, and what cooldowns let its policies do.

    A cooldown begins when the tasks are as many as was wanted (`settle`). Until its end what was
    added counts as made, so that only a larger step adds the difference, and nothing is removed.
    """

    def __init__(self, minimum: int, maximum: int) -> None:
        self.minimum = minimum
        self.maximum = maximum
        self.desired = minimum
        self._added = 0
        self._cooldown = 0
        self._free_at: int | None = 0
        """None: what was wanted last is still under way"""

    def act(self, now: int, found: Sequence[tuple[Policy, float]]) -> None:
        """Let the policies act whose alarms do so at once: the largest result holds."""
        cooling = self._free_at is None or now < self._free_at
        before = self.desired - self._added if cooling else self.desired
        wanted = max(self._result(policy, value, before, cooling) for policy, value in found)
        wanted = min(self.maximum, max(self.minimum, wanted))
        if wanted == self.desired:
            return
        self._added = max(0, wanted - before)
        self._cooldown = max(policy.cooldown for policy, _ in found)
        self._free_at = None
        self.desired = wanted

    def adopt(self, number: int) -> None:
        """Somebody else asks for so many, at least."""
        self.desired = max(self.desired, min(self.maximum, number))

    def settle(self, now: int) -> None:
        """The tasks are as many as wanted."""
        if self._free_at is None:
            self._free_at = now + self._cooldown

    def _result(self, policy: Policy, value: float, before: int, cooling: bool) -> int:
        step = change(policy, value, before)
        if cooling:
            return max(self.desired, before + step)
        return self.desired + step
