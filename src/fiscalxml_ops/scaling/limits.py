"""How much the largest installation carries: 10 tasks of the API, 20 workers, one database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fiscalxml_ops.scaling.load import daily
from fiscalxml_ops.scaling.plant import Plant

_MONTH: Final = (1.0,) * 19 + (1.6, 2.2, 1.0) + (0.2,) * 8
"""days of a month by weight: working days, those of the month's end as in `load.month_end`, and
days off; our assumption"""
DOCUMENTS_PER_USER: Final = (100, 500, 1000, 5000)
"""a month: our assumptions, from a small shop to a distributor"""
REQUESTS_PER_ACTIVE: Final = 6.0
"""a minute, of somebody who works with it at that moment: our assumption"""


@dataclass(frozen=True)
class Limit:
    """A part, what it carries a minute, and of what."""

    part: str
    minute: float
    unit: str


def limits(plant: Plant | None = None) -> tuple[Limit, ...]:
    """Of documents of lotes first, then of requests; the smallest of each kind binds."""
    plant = plant or Plant()
    return (
        Limit(f"{plant.worker.maximum} workers", plant.most_documents, "documentos"),
        Limit("banco (db.r5.xlarge)", plant.database_documents, "documentos"),
        Limit("abertura de arquivos", plant.opening_documents, "documentos"),
        Limit(f"{plant.api.maximum} tarefas da API", plant.most_requests, "requisições"),
    )


def binding(plant: Plant | None = None) -> Limit:
    """What bounds documents."""
    return min(
        (each for each in limits(plant) if each.unit == "documentos"),
        key=lambda limit: limit.minute,
    )


def peak_share() -> float:
    """The part of a month's documents that comes in its busiest minute."""
    day = daily(1.0, 0.0)
    busiest = max(each.documents for each in day.slices)
    return busiest * max(_MONTH) / (day.documents * sum(_MONTH))


def users(documents_a_month: float, plant: Plant | None = None) -> float:
    """So many, each with so many documents a month, that the busiest minute is carried."""
    return binding(plant).minute / (documents_a_month * peak_share())


def active(plant: Plant | None = None) -> float:
    """People who work with it at the same moment, at `REQUESTS_PER_ACTIVE`."""
    return (plant or Plant()).most_requests / REQUESTS_PER_ACTIVE
