"""What a simulation is of: rates, times and limits, which an option or a test may change."""

from __future__ import annotations

from dataclasses import dataclass

from fiscalxml_ops.scaling import rates
from fiscalxml_ops.scaling.alarms import Target
from fiscalxml_ops.scaling.policies import API, WORKER
from fiscalxml_server.kit.settings import Settings


def _default(name: str) -> float:
    return float(Settings.model_fields[name].default)


@dataclass(frozen=True, kw_only=True)
class Plant:
    """Rates are a minute, times in seconds. `lote`: documents that come in at once.

    `interruption`: when every spot task ends at once; None: never.
    """

    worker: Target = WORKER
    api: Target = API
    worker_documents: float = rates.WORKER_DOCUMENTS.value
    api_requests: float = rates.VALIDATIONS.value
    database_documents: float = rates.database_documents()
    opening_documents: float = rates.OPENING.value * _default("opening_window")
    refusing: float = _default("max_backlog_seconds")
    """age of the oldest work above which new lotes are refused (429), here as if of one
    organisation: with many, only those whose own work waits are"""
    task_start: int = int(rates.TASK_START.value)
    api_start: int = int(rates.TASK_START.value + rates.HEALTHY.value)
    machine_start: int = int(rates.MACHINE_START.value)
    worker_stop: int = int(rates.STOP.value)
    api_stop: int = int(rates.DRAIN.value)
    lote: float = 1000
    spot: bool = False
    interruption: int | None = None

    @property
    def most_documents(self) -> float:
        """A minute, of all workers that there may be, whatever else limits them."""
        return self.worker.maximum * self.worker_documents

    @property
    def most_requests(self) -> float:
        """A minute, of all tasks of the API that there may be."""
        return self.api.maximum * self.api_requests
