"""Where work on the processor is done: at once when it is short, else in a thread.

A thread costs more than a small document does; a large one would hold up every other request of
this process.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import anyio

INLINE_BYTES = 64_000
"""of a document that is worked on in the event loop: some 5 ms, where a thread costs 0.1 more"""
_THREADS = 2

T = TypeVar("T")


async def run_sized(size: int, work: Callable[[], T]) -> T:
    """The result of `work`, which deals with a document of `size` bytes."""
    if size <= INLINE_BYTES:
        return work()
    return await anyio.to_thread.run_sync(work, limiter=_limiter())


@lru_cache(maxsize=1)
def _limiter() -> anyio.CapacityLimiter:
    """Few threads: each may hold a large tree, and they share one lock."""
    return anyio.CapacityLimiter(_THREADS)
