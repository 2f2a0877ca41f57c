"""What the processes of a role take of their machine, as Linux tells it; elsewhere, nothing."""

from __future__ import annotations

import os
import resource
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

from fiscalxml_server.kit.telemetry.sampled import (
    ROLE_FILES,
    ROLE_FILES_MAX,
    ROLE_MEMORY,
    ROLE_PROCESSES,
    Reading,
)

_PROC: Final = Path("/proc")
_RESIDENT: Final = 1  # field of statm, in pages


def footprint(pids: Collection[int]) -> list[Reading]:
    """Of these processes together; memory that they share is counted in each."""
    found = []
    for pid in pids:
        with suppress(OSError):  # it has just ended
            found.append(_of(_PROC / str(pid)))
    if not found:
        return []
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return [
        Reading(ROLE_PROCESSES, (), len(found)),
        Reading(ROLE_MEMORY, (), sum(memory for memory, _ in found)),
        Reading(ROLE_FILES, (), max(files for _, files in found)),
        Reading(ROLE_FILES_MAX, (), limit),
    ]


def _of(process: Path) -> tuple[int, int]:
    """Bytes that are resident, files that are open."""
    pages = int((process / "statm").read_text().split()[_RESIDENT])
    return pages * resource.getpagesize(), len(os.listdir(process / "fd"))  # noqa: PTH208
