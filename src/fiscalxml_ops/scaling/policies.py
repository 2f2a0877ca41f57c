"""THE TABLE of what is scaled, by what, and how far. Standard library only: the CDK app reads it.

Decision 40 says why these numbers; the simulator (`fiscalxml-ops escala simular`) shows what they
come to, and a test holds both ways under five minutes.
"""

from __future__ import annotations

from typing import Final

from fiscalxml_ops.scaling.alarms import Alarm, Machines, Policy, Step, Target
from fiscalxml_ops.scaling.measures import (
    BUSY_HIGH,
    BUSY_LOW,
    CPU,
    CPU_HIGH,
    CPU_LOW,
    DEPTH,
    PRESSURE,
    RESERVATION,
    own,
)

__all__ = (
    *("NAMESPACE", "PERIOD", "PRESSURE", "DEPTH", "AGE", "BUSY", "CPU", "RESERVATION"),
    *("API", "AUTH", "WEBHOOKS", "DELIVERER", "KONG", "WORKER", "TARGETS"),
    *("WITHOUT_METRIC", "ALARMS", "FIXED"),
)


def _high(role: str) -> Alarm:
    return Alarm(
        name=f"{role}-cpu-alta",
        metric=CPU,
        comparison="GreaterThanOrEqualToThreshold",
        threshold=CPU_HIGH,
        periods=3,
        datapoints=3,
    )


def _low(role: str) -> Alarm:
    return Alarm(
        name=f"{role}-cpu-baixa",
        metric=CPU,
        comparison="LessThanThreshold",
        threshold=CPU_LOW,
        periods=6,
        datapoints=6,
    )


def _by_cpu(role: str, saturated: int) -> tuple[Policy, Policy]:
    """`saturated`: percent that is added above 95 % of CPU, where nobody knows how much lacks."""
    return (
        Policy(
            name=f"{role}-mais",
            alarm=_high(role),
            adjustment="PercentChangeInCapacity",
            steps=(
                Step(lower=CPU_HIGH, upper=85, change=34),
                Step(lower=85, upper=95, change=67),
                Step(lower=95, change=saturated),
            ),
            cooldown=120,
        ),
        Policy(
            name=f"{role}-menos",
            alarm=_low(role),
            adjustment="PercentChangeInCapacity",
            # What stays is at 50 % of CPU at most: one step is enough, and nothing is added again.
            steps=(
                Step(upper=15, change=-70),
                Step(lower=15, upper=20, change=-60),
                Step(lower=20, upper=CPU_LOW, change=-40),
            ),
            cooldown=60,
        ),
    )


def _on_fargate(role: str) -> Target:
    return Target(
        role=role,
        minimum=2,
        maximum=6,
        vcpu=1,
        memory=2048,
        processes=1,
        policies=_by_cpu(role, saturated=100),
    )


_API: Final = _by_cpu("api", saturated=250)
_WORKER_MORE: Final = Alarm(
    name="worker-pressao-alta",
    metric=own(PRESSURE),
    comparison="GreaterThanOrEqualToThreshold",
    threshold=1.0,
    periods=3,
    datapoints=3,
)
_WORKER_DEPTH: Final = Alarm(
    name="worker-fila-alta",
    metric=own(DEPTH),
    comparison="GreaterThanThreshold",
    threshold=100.0,
    periods=6,
    datapoints=6,
)
_WORKER_LESS: Final = Alarm(
    name="worker-pressao-baixa",
    metric=own(PRESSURE),
    comparison="LessThanThreshold",
    threshold=round(BUSY_LOW / BUSY_HIGH, 2),
    periods=6,
    datapoints=6,
)

API: Final = Target(
    role="api",
    minimum=3,
    maximum=10,
    vcpu=2,
    memory=3072,
    processes=2,
    policies=_API,
    machines=Machines(
        instance="c5.large",
        minimum=3,
        maximum=10,
        target_capacity=100,
        warmup=120,
        policies=(
            # The same alarm, so that the machine starts while its task is being asked for.
            Policy(
                name="maquinas-mais",
                alarm=_API[0].alarm,
                adjustment="PercentChangeInCapacity",
                steps=_API[0].steps,
                cooldown=120,
            ),
            # ECS's own alarm waits 15 minutes, which cannot be changed (containers-roadmap#1220).
            # No step removes more than is free, and a machine with a task is protected.
            Policy(
                name="maquinas-menos",
                alarm=Alarm(
                    name="maquinas-livres",
                    metric=RESERVATION,
                    comparison="LessThanThreshold",
                    threshold=100.0,
                    periods=1,
                    datapoints=1,
                ),
                adjustment="PercentChangeInCapacity",
                steps=(
                    Step(upper=30, change=-70),
                    *(Step(lower=at, upper=at + 10, change=at - 90) for at in range(30, 90, 10)),
                    Step(lower=90, upper=100, change=-1),
                ),
                cooldown=0,  # a removal warms nothing up
            ),
        ),
    ),
)
AUTH: Final = _on_fargate("auth")
WEBHOOKS: Final = _on_fargate("webhooks")
DELIVERER: Final = _on_fargate("entregador")
KONG: Final = _on_fargate("kong")
WORKER: Final = Target(
    role="worker",
    minimum=4,
    maximum=20,
    vcpu=2,
    memory=4096,
    processes=2,
    spot=50,
    stop_timeout=60,  # a block is done within 30 s, or its lease is given back
    policies=(
        Policy(
            name="worker-mais",
            alarm=_WORKER_MORE,
            adjustment="PercentChangeInCapacity",
            steps=(
                # Less, and a spike that is a little too much was met after five minutes.
                Step(lower=1, upper=1.5, change=50),
                Step(lower=1.5, upper=2.5, change=100),
                # More than a minute of work for all: what lacks is not known, and the minutes that
                # sixteen workers too many cost are cheaper than the queue.
                Step(lower=2.5, change=400),
            ),
            cooldown=60,
        ),
        # A queue over 100 for a minute, whatever the pressure says of so many workers.
        Policy(
            name="worker-fila",
            alarm=_WORKER_DEPTH,
            adjustment="ChangeInCapacity",
            steps=(Step(lower=100, change=1),),
            cooldown=60,
        ),
        Policy(
            name="worker-menos",
            alarm=_WORKER_LESS,
            adjustment="PercentChangeInCapacity",
            # What stays is at a pressure of 0.8 at most: nothing is added again.
            steps=(
                Step(upper=0.2, change=-75),
                Step(lower=0.2, upper=0.3, change=-60),
                Step(lower=0.3, upper=0.43, change=-40),
            ),
            cooldown=60,
        ),
    ),
)
TARGETS: Final = (API, AUTH, WEBHOOKS, DELIVERER, KONG, WORKER)

WITHOUT_METRIC: Final = Alarm(
    name="escala-sem-medida",
    metric=own(PRESSURE),
    comparison="LessThanThreshold",
    threshold=0.0,  # no pressure is: only what is missing breaches
    periods=12,
    datapoints=12,
    missing="breaching",
)
"""two minutes without our metric: nothing is scaled any more, and somebody is told"""
ALARMS: Final = (WITHOUT_METRIC,)
"""that notify, and scale nothing"""

FIXED: Final = {"relay": 2, "escala": 1}
"""roles that are not scaled -> tasks. Any number of relays may run; one metric is enough, and ECS
starts it again"""
