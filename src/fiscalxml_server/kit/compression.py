"""zstd, with contexts that are made once for each thread: making one costs more than using it.

Level 3, measured on notes of 8.5 KB: 34 µs for 3.37 KB; level 1 takes 25 µs for 3.46 KB, level 4
takes 70 µs for 3.33 KB.
"""

from __future__ import annotations

import threading

import zstandard

_LEVEL = 3


class _Contexts(threading.local):
    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=_LEVEL)
        self.decompressor = zstandard.ZstdDecompressor()


_contexts = _Contexts()


def compress(data: bytes) -> bytes:
    """`data` as one frame that knows its size."""
    return _contexts.compressor.compress(data)


def decompress(data: bytes) -> bytes:
    """The inverse of `compress`, of trusted bytes only."""
    return _contexts.decompressor.decompress(data)
