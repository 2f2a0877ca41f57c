"""Whether GitHub signed what came: ECDSA on P-256 with SHA-256, over the bytes of the body."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from fiscalxml_server.auth.vazamentos.schemas import ChavesPublicas


def is_signed(keys: Path, identifier: str, signature: str, body: bytes) -> bool:
    """By the key of this name in the file, which may be replaced at any time.

    Raises OSError, `msgspec.ValidationError` for a file that is none such.
    """
    known = msgspec.json.decode(keys.read_bytes(), type=ChavesPublicas).public_keys
    for each in known:
        if each.key_identifier == identifier:
            return _holds(each.key, signature, body)
    return False


def _holds(pem: str, signature: str, body: bytes) -> bool:
    try:
        key = load_pem_public_key(pem.encode())
        if not isinstance(key, EllipticCurvePublicKey):
            return False
        key.verify(base64.b64decode(signature, validate=True), body, ECDSA(SHA256()))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
