"""A load through the policies, second by second."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fiscalxml_ops.scaling.crew import Api, Workers
from fiscalxml_ops.scaling.load import Load
from fiscalxml_ops.scaling.plant import Plant
from fiscalxml_ops.scaling.queue import Delays

EVERY: Final = 10
"""seconds between two samples"""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """How it stood at a second. Rates are a minute; `refused` and `shed` since the beginning."""

    second: int
    documents: float
    requests: float
    workers: int
    workers_wanted: int
    api: int
    machines: int
    depth: float
    age: float
    pressure: float
    cpu: float
    refused: float
    shed: float


@dataclass(frozen=True, kw_only=True)
class Run:
    """What came of a load. Hours are of what is paid for, starts and stops included."""

    load: Load
    plant: Plant
    samples: tuple[Sample, ...]
    delays: Delays
    processed: float
    refused: float
    left: float
    served: float
    shed: float
    worker_hours: float
    spot_hours: float
    """of the worker's hours, those of spot"""
    machine_hours: float


def simulate(load: Load, plant: Plant | None = None) -> Run:
    """From the minimum of everything to the end of the load."""
    plant = plant or Plant()
    workers, api = Workers(plant), Api(plant)
    worker_seconds = spot_seconds = machine_seconds = 0.0
    samples: list[Sample] = []
    for now, documents, requests in _seconds(load):
        workers.second(now, documents)
        api.second(now, requests)
        present = workers.scaled.fleet.present
        worker_seconds += present
        if plant.spot:
            spot_seconds += max(0, present - plant.worker.minimum) * plant.worker.spot / 100
        machine_seconds += api.machines.fleet.present
        if now % EVERY == 0:
            samples.append(_sample(now, documents, requests, workers, api))
    return Run(
        load=load,
        plant=plant,
        samples=tuple(samples),
        delays=workers.delays,
        processed=workers.processed,
        refused=workers.refused,
        left=workers.left,
        served=api.served,
        shed=api.shed,
        worker_hours=worker_seconds / 3600,
        spot_hours=spot_seconds / 3600,
        machine_hours=machine_seconds / 3600,
    )


def _seconds(load: Load) -> Iterator[tuple[int, float, float]]:
    """(end of the second, documents in it, requests in it)"""
    for each in load.slices:
        length = each.end - each.start
        documents, requests = each.documents / length, each.requests / length
        for start in range(each.start, each.end):
            yield start + 1, documents, requests


def _sample(now: int, documents: float, requests: float, workers: Workers, api: Api) -> Sample:
    return Sample(
        second=now,
        documents=documents * 60,
        requests=requests * 60,
        workers=workers.scaled.fleet.running,
        workers_wanted=workers.scaled.scaler.desired,
        api=api.scaled.fleet.running,
        machines=api.machines.fleet.present,
        depth=workers.work.depth,
        age=workers.age(now),
        pressure=workers.work.pressure,
        cpu=api.cpu,
        refused=workers.refused,
        shed=api.shed,
    )
