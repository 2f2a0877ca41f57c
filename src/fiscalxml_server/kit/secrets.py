"""A service's own secret, and what is derived from it: keyed hashes and sealed values.

Each service that keeps some has its own file. Each use has a key of its own, so that no value of
one is good for another.
The secrets of before are kept while something was made by them: each value begins with the id of
its secret. `auth.resealing` makes anew what can be, and counts the rest.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ID_BYTES: Final = 4
_BYTES: Final = 32
_NONCE: Final = 12


# Medida: criptografia
class Segredos:
    """Derives keys by use; `use` is a constant of the code, such as `b"chave de api"`."""

    def __init__(self, current: bytes, *previous: bytes) -> None:
        secrets = [_Segredo(each) for each in (current, *previous)]
        self._current = secrets[0]
        self._by_id = {each.id: each for each in secrets}
        self.id = self._current.id
        """of the one that makes new values"""

    @classmethod
    def read(cls, path: Path) -> Segredos:
        """Of 64 hexadecimal digits a line, the current one first. Raises OSError, ValueError."""
        secrets = [bytes.fromhex(line) for line in path.read_text("ascii").split()]
        if not secrets:
            raise ValueError("there is no secret in the file")
        return cls(*secrets)

    def digest(self, use: bytes, message: bytes) -> bytes:
        """HMAC-SHA256: what is kept of a random credential, or the index of a personal number."""
        return self._current.digest(use, message)

    def digests(self, use: bytes, message: bytes) -> Sequence[bytes]:
        """What any of the secrets made of it, by which a row is looked for."""
        return [each.digest(use, message) for each in self._by_id.values()]

    def matches(self, use: bytes, message: bytes, kept: bytes) -> bool:
        """Whether `kept` was made of the message, by any of the secrets."""
        secret = self._by_id.get(kept[:ID_BYTES], self._current)
        return hmac.compare_digest(secret.digest(use, message), kept)

    def seal(self, use: bytes, context: bytes, value: bytes) -> bytes:
        """AES-256-GCM; opens under the same use and context only."""
        nonce = os.urandom(_NONCE)
        sealed = AESGCM(self._current.key(use)).encrypt(nonce, value, context)
        return self.id + nonce + sealed

    def open(self, use: bytes, context: bytes, sealed: bytes) -> bytes:
        """Raises ValueError when it was not sealed so."""
        secret = self._by_id.get(sealed[:ID_BYTES])
        nonce, body = sealed[ID_BYTES : ID_BYTES + _NONCE], sealed[ID_BYTES + _NONCE :]
        try:
            if secret is not None:
                return AESGCM(secret.key(use)).decrypt(nonce, body, context)
        except (InvalidTag, ValueError):
            pass
        raise ValueError("not sealed by these secrets for this use")


class _Segredo:
    def __init__(self, secret: bytes) -> None:
        if len(secret) != _BYTES:
            raise ValueError("the secret must have 32 bytes")
        self._secret = secret
        self._keys: dict[bytes, bytes] = {}
        self.id = self.key(b"id")[:ID_BYTES]

    def digest(self, use: bytes, message: bytes) -> bytes:
        return self.id + hmac.digest(self.key(use), message, "sha256")

    def key(self, use: bytes) -> bytes:
        key = self._keys.get(use)
        if key is None:
            info = b"fiscalxml " + use
            key = self._keys[use] = HKDF(SHA256(), _BYTES, None, info).derive(self._secret)
        return key
