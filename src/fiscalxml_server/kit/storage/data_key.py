"""The key of an organisation's data, and what is derived from it.

Copies are sealed with random 96-bit nonces, so one key is good for 2**32 of them: rotate before.
"""

from __future__ import annotations

from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32


class DataKey:
    """One key of one organisation. `number` counts its keys from 1, and is in every header."""

    def __init__(self, organizacao: UUID, number: int, secret: bytes) -> None:
        self.organizacao = organizacao
        self.number = number
        self._secret = secret
        self.copies = AESGCM(self._derive(b"", b"copia"))
        self.bound = organizacao.bytes
        """what every seal is bound to besides its header"""

    def upload_cipher(self, salt: bytes, objeto: str) -> AESGCM:
        """The key of one upload alone; another object, or salt, has another."""
        return AESGCM(self._derive(salt, b"envio" + objeto.encode()))

    def _derive(self, salt: bytes, use: bytes) -> bytes:
        info = b"fiscalxml " + self.organizacao.bytes + use
        return HKDF(SHA256(), KEY_BYTES, salt, info).derive(self._secret)
