"""The keys of Standard Webhooks as text: `whsec_` secrets, `whsk_` and `whpk_` of ed25519."""

from __future__ import annotations

import base64
import binascii
import os
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SECRET: Final = "whsec_"  # noqa: S105 - the prefix of one
PRIVATE: Final = "whsk_"
PUBLIC: Final = "whpk_"
_BYTES: Final = 32
_SECRET_BYTES: Final = range(24, 65)
"""the specification's bounds"""


def new_secret() -> str:
    """What signs, and verifies, `v1`: both sides keep it."""
    return SECRET + _encode(os.urandom(_BYTES))


def new_key() -> str:
    """What signs `v1a`; receivers are given its `public_key` only."""
    return PRIVATE + _encode(os.urandom(_BYTES))


def public_key(private: str) -> str:
    """What verifies the signatures of a `whsk_` key. Raises ValueError."""
    return PUBLIC + _encode(read_private(private).public_key().public_bytes_raw())


def read_secret(text: str) -> bytes:
    """Raises ValueError for what is no `whsec_` of 24 to 64 bytes."""
    secret = _decode(text, SECRET)
    if len(secret) not in _SECRET_BYTES:
        raise ValueError(f"um segredo {SECRET} tem de 24 a 64 bytes")
    return secret


def read_private(text: str) -> Ed25519PrivateKey:
    """Raises ValueError for what is no `whsk_` of 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(_decode(text, PRIVATE))


def read_public(text: str) -> Ed25519PublicKey:
    """Raises ValueError for what is no `whpk_` of 32 bytes."""
    return Ed25519PublicKey.from_public_bytes(_decode(text, PUBLIC))


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _decode(text: str, prefix: str) -> bytes:
    if not text.startswith(prefix):
        raise ValueError(f"a chave não começa com {prefix}")
    encoded = text[len(prefix) :]
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"depois de {prefix} não vem base64") from None
