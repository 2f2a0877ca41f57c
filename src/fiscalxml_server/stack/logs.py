"""A file per role; its last lines are shown to people when the role keeps dying."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, Final

_LARGEST: Final = 32 * 1024 * 1024
"""bytes; a larger file makes room at the next start, the one before it is kept"""
_TAIL: Final = 64 * 1024


class Registro:
    """The log of one role, JSON in ECS form or plain lines, whatever the role writes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._start = 0

    def open(self) -> IO[bytes]:
        """For a process about to start, at the end of the file."""
        if self.path.exists() and self.path.stat().st_size > _LARGEST:
            self.path.replace(self.path.with_suffix(".log.1"))
        log = self.path.open("ab")
        self._start = log.tell()
        return log

    def write(self, line: str) -> None:
        """A line of the supervisor's own."""
        with self.open() as log:
            log.write(f"{line}\n".encode())

    def last_lines(self, most: int = 12) -> list[str]:
        """What the last process wrote at its end, messages only."""
        with self.path.open("rb") as log:
            size = log.seek(0, 2)
            log.seek(max(self._start, size - _TAIL))
            text = log.read().decode(errors="replace")
        return [line for each in text.splitlines() for line in _message(each)][-most:]


def _message(line: str) -> list[str]:
    """An ECS line's message and stack, or the line as it is."""
    try:
        event = json.loads(line)
        return [
            *str(event["message"]).splitlines(),
            *str(event.get("error", {}).get("stack_trace", "")).splitlines(),
        ]
    except (ValueError, LookupError, TypeError, AttributeError):
        return [line]
