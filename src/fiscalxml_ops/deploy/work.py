"""What workers count, read from the folder that their processes share: no port is needed for it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fiscalxml_server.kit.telemetry.metrics import jobs
from fiscalxml_server.kit.telemetry.sharing import read_shared

_SAMPLE: Final = f"{jobs.metric._name}_count"


def attempts_of_jobs(folder: Path) -> tuple[int, int]:
    """How many ended, and how many of them in an error; none where nobody counts there."""
    ended = failed = 0.0
    for family in read_shared(folder):
        for sample in family.samples:
            if sample.name == _SAMPLE:
                ended += sample.value
                failed += sample.value if sample.labels["outcome"] == "error" else 0
    return round(ended), round(failed)
