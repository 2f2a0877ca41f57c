"""The two that are scaled in a simulation: workers with their queue, the API with its machines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from fiscalxml_ops.scaling.alarms import Alarm, Metric, Policy
from fiscalxml_ops.scaling.fleet import Fleet
from fiscalxml_ops.scaling.measures import AGE, BACKLOG, BUSY, CPU, DEPTH, PRESSURE, RESERVATION
from fiscalxml_ops.scaling.plant import Plant
from fiscalxml_ops.scaling.pressure import Work
from fiscalxml_ops.scaling.queue import Delays, Queue
from fiscalxml_ops.scaling.rates import JOB_DOCUMENTS
from fiscalxml_ops.scaling.steps import Scaler
from fiscalxml_ops.scaling.watching import Watching

_MINUTE = 60.0


class Scaled:
    """Tasks, what their alarms see, and what the policies make of it."""

    def __init__(self, fleet: Fleet, scaler: Scaler, policies: Sequence[Policy]) -> None:
        self.fleet = fleet
        self.scaler = scaler
        self._policies = policies
        alarms: dict[Alarm, None] = {policy.alarm: None for policy in policies}
        self._watching = Watching(tuple(alarms))

    def decide(self, now: int, values: Mapping[Metric, float | None]) -> None:
        """Tell the alarms, and let policies act; what is wanted of the fleet is in the scaler."""
        self._watching.tell(now, values)
        acting = self._watching.acting(now)
        found = [(each, acting[each.alarm]) for each in self._policies if each.alarm in acting]
        if found:
            self.scaler.act(now, found)

    def settle(self, now: int) -> None:
        """Let the cooldown begin where the fleet is as was wanted."""
        if self.fleet.settled:
            self.scaler.settle(now)


class Workers:
    """Documents wait to be opened, then for a worker; the database takes only so many."""

    def __init__(self, plant: Plant) -> None:
        target = plant.worker
        self._plant = plant
        self.scaled = Scaled(
            Fleet(target.minimum, plant.task_start, plant.worker_stop),
            Scaler(target.minimum, target.maximum),
            target.policies,
        )
        self._unopened = Queue()
        self._queue = Queue()
        self._arriving = 0.0
        self.delays = Delays()
        self.processed = 0.0
        self.refused = 0.0
        self.work = self._measured(0, 0.0)

    @property
    def left(self) -> float:
        """Documents that came in and are not done."""
        return self._arriving + self._unopened.depth + self._queue.depth

    def age(self, now: int) -> float:
        """Of the oldest document that is not done."""
        return max(self._unopened.age(now), self._queue.age(now))

    def second(self, now: int, documents: float) -> None:
        """What comes in, in the second that ends at `now`, and what is done in it."""
        plant, fleet = self._plant, self.scaled.fleet
        self._take_in(now, documents)
        for since, amount in self._unopened.take(plant.opening_documents / _MINUTE):
            self._queue.put(since, amount)
        able = fleet.running * plant.worker_documents / _MINUTE
        done = 0.0
        for since, amount in self._queue.take(min(able, plant.database_documents / _MINUTE)):
            self.delays.add(now - since, amount)
            done += amount
        self.processed += done
        share = 1.0 if self._queue.depth else done / able if able else 0.0
        self.work = self._measured(now, share)
        self.scaled.decide(now, self._values())
        if now == plant.interruption and plant.spot:
            above = max(0, fleet.running - plant.worker.minimum)
            fleet.lose(above * plant.worker.spot // 100)
        fleet.want(now, self.scaled.scaler.desired)
        fleet.tick(now)
        self.scaled.settle(now)

    def _take_in(self, now: int, documents: float) -> None:
        """Whole lotes, or none where the oldest work has waited too long."""
        self._arriving += documents
        lotes = math.floor(self._arriving / self._plant.lote)
        arrived = lotes * self._plant.lote
        self._arriving -= arrived
        if self.age(now) > self._plant.refusing:
            self.refused += arrived
        else:
            self._unopened.put(now - 1, arrived)

    def _measured(self, now: int, share: float) -> Work:
        target, fleet = self._plant.worker, self.scaled.fleet
        return Work(
            depth=math.ceil(self._queue.depth / JOB_DOCUMENTS),
            age=self._queue.age(now),
            running=share * fleet.running * target.processes,
            workers=fleet.running,
            processes=target.processes,
        )

    def _values(self) -> dict[Metric, float | None]:
        of = {
            PRESSURE: self.work.pressure,
            DEPTH: self.work.depth,
            AGE: self.work.age,
            BUSY: self.work.busy,
            BACKLOG: self.work.backlog,
        }
        return {metric: of[metric.name] for metric in self._plant.worker.metrics}


class Api:
    """Requests are answered at once or not at all; each task has a machine to itself."""

    def __init__(self, plant: Plant) -> None:
        target = plant.api
        assert target.machines is not None  # noqa: S101 - the table says so
        machines = target.machines
        self._plant = plant
        self.scaled = Scaled(
            Fleet(target.minimum, plant.api_start, plant.api_stop),
            Scaler(target.minimum, target.maximum),
            target.policies,
        )
        self.machines = Scaled(
            Fleet(machines.minimum, plant.machine_start, 0),
            Scaler(machines.minimum, machines.maximum),
            machines.policies,
        )
        self.served = 0.0
        self.shed = 0.0
        self.cpu = 0.0

    def second(self, now: int, requests: float) -> None:
        """What is asked in the second that ends at `now`."""
        fleet, machines = self.scaled.fleet, self.machines.fleet
        able = fleet.running * self._plant.api_requests / _MINUTE
        served = min(requests, able)
        self.served += served
        self.shed += requests - served
        self.cpu = 100 * served / able if able else 0.0
        # ECS tells the reservation once a minute; a task that stops has its machine until its end.
        tells = now % int(_MINUTE) == 0 and machines.present > 0
        needed = max(fleet.wanted, fleet.placed)
        values: dict[Metric, float | None] = {
            CPU: self.cpu,
            RESERVATION: 100 * needed / machines.present if tells else None,
        }
        self.scaled.decide(now, values)
        self.machines.decide(now, values)
        fleet.want(now, self.scaled.scaler.desired)
        if now % int(_MINUTE) == 0:  # ECS's own scaling: a machine for each task that has none
            self.machines.scaler.adopt(fleet.wanted)
        # A machine with a task is protected.
        machines.want(now, max(self.machines.scaler.desired, fleet.placed))
        machines.tick(now)
        fleet.tick(now, machines.running)
        self.scaled.settle(now)
        self.machines.settle(now)
