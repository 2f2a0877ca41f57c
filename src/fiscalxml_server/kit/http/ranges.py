"""A part of a file, as `Range` asks for it: one part, in bytes. Anything else gets the whole."""

from __future__ import annotations

import re
from typing import Final

_RANGE: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


class NadaAli(Exception):
    """The range begins behind the end of the file."""


def wanted_range(header: str | None, size: int) -> tuple[int, int] | None:
    """First byte and the one behind the last; None: the whole. Raises `NadaAli`."""
    match = _RANGE.fullmatch(header.strip().lower()) if header else None
    if match is None or match[0] == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        length = min(int(last), size)
        if not length:
            raise NadaAli
        return size - length, size
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise NadaAli
    return int(first), min(int(last) + 1, size) if last else size
