"""What is made before its turn: kept in memory while it is small, then in a file that has no name.

Encrypted there with a key that only this process knows: what is stored is sealed, and what waits
must not be easier to read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_FRAME_BYTES: Final = 256 * 1024
_MEMORY_BYTES: Final = 4 * 1024 * 1024
_TAG_BYTES: Final = 16


class SemEspaco(Exception):
    """There is no room for what waits. No OSError, which would look like a store that is away."""


class Rascunho:
    """Bytes that are written to the end, then read from the beginning, once."""

    def __init__(self) -> None:
        self._cipher = AESGCM(AESGCM.generate_key(256))
        self._file = SpooledTemporaryFile(_MEMORY_BYTES)  # noqa: SIM115 - outlives this call
        self._waiting = bytearray()
        self._frames = 0
        self.tamanho = 0
        """bytes written so far"""

    def write(self, data: bytes) -> None:
        """Add bytes. Raises `SemEspaco`."""
        self._waiting += data
        self.tamanho += len(data)
        while len(self._waiting) >= _FRAME_BYTES:
            sealed = self._cipher.encrypt(
                self._frames.to_bytes(12, "big"), self._waiting[:_FRAME_BYTES], None
            )
            try:
                self._file.write(sealed)
            except OSError as error:
                raise SemEspaco from error
            self._frames += 1
            del self._waiting[:_FRAME_BYTES]

    def read(self) -> Iterator[bytes]:
        """All that was written; nothing is kept."""
        self._file.seek(0, os.SEEK_SET)
        for frame in range(self._frames):
            sealed = self._file.read(_FRAME_BYTES + _TAG_BYTES)
            yield self._cipher.decrypt(frame.to_bytes(12, "big"), sealed, None)
        self._file.close()
        yield bytes(self._waiting)
        self._waiting.clear()
