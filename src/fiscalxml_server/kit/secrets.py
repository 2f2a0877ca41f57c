"""A service's own secret, and what is derived from it: keyed hashes and sealed values.

Each service that keeps some has its own file. Each use has a key of its own, so that no value of
one is good for another.
"""

from __future__ import annotations

import hmac
import os
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_BYTES: Final = 32
_NONCE: Final = 12


class Segredos:
    """Derives keys by use; `use` is a constant of the code, such as `b"chave de api"`."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != _BYTES:
            raise ValueError("the secret must have 32 bytes")
        self._secret = secret
        self._keys: dict[bytes, bytes] = {}

    @classmethod
    def read(cls, path: Path) -> Segredos:
        """From 64 hexadecimal digits. Raises OSError, ValueError."""
        return cls(bytes.fromhex(path.read_text("ascii")))

    def digest(self, use: bytes, message: bytes) -> bytes:
        """HMAC-SHA256: what is kept of a random credential, or the index of a personal number."""
        return hmac.digest(self._key(use), message, "sha256")

    def seal(self, use: bytes, context: bytes, value: bytes) -> bytes:
        """AES-256-GCM; opens under the same use and context only."""
        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(self._key(use)).encrypt(nonce, value, context)

    def open(self, use: bytes, context: bytes, sealed: bytes) -> bytes:
        """Raises ValueError when it was not sealed so."""
        try:
            return AESGCM(self._key(use)).decrypt(sealed[:_NONCE], sealed[_NONCE:], context)
        except (InvalidTag, ValueError):
            raise ValueError("not sealed by this secret for this use") from None

    def _key(self, use: bytes) -> bytes:
        key = self._keys.get(use)
        if key is None:
            info = b"fiscalxml " + use
            key = self._keys[use] = HKDF(SHA256(), _BYTES, None, info).derive(self._secret)
        return key
