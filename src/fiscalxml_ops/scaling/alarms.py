"""What CloudWatch and Auto Scaling are told, as data. Standard library only: the CDK app reads it.

Names and meanings are those of the services: an `Alarm` is PutMetricAlarm, a `Policy` the
StepScaling of Application Auto Scaling (a service's tasks) or of EC2 Auto Scaling (machines).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Comparison = Literal["GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold"]
Adjustment = Literal["ChangeInCapacity", "PercentChangeInCapacity"]
Missing = Literal["notBreaching", "breaching"]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """`dimensions`: names, whose values only the installation knows."""

    namespace: str
    name: str
    dimensions: tuple[str, ...]
    period: int
    """seconds between two datapoints; below 60, the metric is stored at high resolution"""
    delay: int
    """seconds from the end of a period until alarms see it: an assumption of the simulator"""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """`datapoints` of the last `periods` breach: ALARM. It acts then, and each minute after."""

    name: str
    metric: Metric
    comparison: Comparison
    threshold: float
    periods: int
    datapoints: int
    statistic: Literal["Average", "Maximum", "Minimum"] = "Average"
    missing: Missing = "notBreaching"
    """a metric that is not there neither adds nor removes anything; another alarm tells of it"""

    @property
    def upper(self) -> bool:
        """Whether values above the threshold breach it."""
        return self.comparison != "LessThanThreshold"

    def breached(self, value: float) -> bool:
        """Whether a datapoint counts."""
        match self.comparison:
            case "GreaterThanOrEqualToThreshold":
                return value >= self.threshold
            case "GreaterThanThreshold":
                return value > self.threshold
        return value < self.threshold


@dataclass(frozen=True, kw_only=True)
class Step:
    """From `lower` to `upper`, values of the metric (None: no end); `change`: tasks, or percent."""

    change: int
    lower: float | None = None
    upper: float | None = None

    def interval(self, threshold: float) -> tuple[float | None, float | None]:
        """MetricIntervalLowerBound and -UpperBound, which are relative to the threshold."""
        return (
            None if self.lower is None else round(self.lower - threshold, 6),
            None if self.upper is None else round(self.upper - threshold, 6),
        )


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What an alarm does to a number of tasks or machines.

    `cooldown`: of tasks, seconds in which an addition counts as made (only a larger step adds the
    difference) and a removal is not followed by another. Of machines, the warm-up.
    """

    name: str
    alarm: Alarm
    adjustment: Adjustment
    steps: tuple[Step, ...]
    cooldown: int
    least: int = 1
    """MinAdjustmentMagnitude"""


@dataclass(frozen=True, kw_only=True)
class Machines:
    """An Auto Scaling group behind a capacity provider with managed scaling and draining.

    One task a machine. `policies` are what is added to ECS's own: additions by the alarms that ask
    for the tasks, removals sooner than its 15 minutes.
    """

    instance: str
    minimum: int
    maximum: int
    target_capacity: int
    """percent of the machines that tasks fill: 100, since a task and a machine come together"""
    warmup: int
    policies: tuple[Policy, ...]


@dataclass(frozen=True, kw_only=True)
class Target:
    """A role whose tasks are scaled. `spot`: percent of what is above the minimum, at most."""

    role: str
    minimum: int
    maximum: int
    vcpu: float
    memory: int
    """MB"""
    processes: int
    """of one task, as `fiscalxml role … --processos`; 1 where the role takes no number"""
    policies: tuple[Policy, ...]
    machines: Machines | None = None
    """None: Fargate"""
    spot: int = 0
    stop_timeout: int = 30
    """seconds from SIGTERM to SIGKILL"""

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """That its alarms look at, each once."""
        return tuple({policy.alarm.metric: None for policy in self.policies})
