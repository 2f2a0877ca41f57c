"""The slice of the deliveries that a subscription is in: one process has a slice at a time."""

from __future__ import annotations

import zlib
from typing import Final
from uuid import UUID

FATIAS: Final = 64


def slice_of(assinatura: UUID) -> int:
    """From 0 to `FATIAS` - 1; the same for ever."""
    return zlib.crc32(assinatura.bytes) % FATIAS
