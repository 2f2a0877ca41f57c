"""Signed texts (compact JWS) of which the key is named by their header."""

from __future__ import annotations

import base64
from collections.abc import Collection
from functools import lru_cache
from typing import Any, Final, Literal, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

T = TypeVar("T")

_MAX_HEADER: Final = 512
_SCALAR: Final = 32  # bytes
_ECDSA: Final = ECDSA(SHA256())


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What we write, and nothing else: no `crit`, no key that the text brings itself."""

    alg: Literal["ES256"]
    kid: str
    typ: str


@lru_cache(maxsize=64)  # those of good tokens are as many as keys
def _read_header(part: str) -> Header | None:
    try:
        return msgspec.json.decode(_bytes_of(part), type=Header)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        return None


def header_of(text: str) -> Header | None:
    """What the header says, before anything is verified; None where it is not one of ours."""
    part = text.partition(".")[0]
    return _read_header(part) if 0 < len(part) <= _MAX_HEADER else None


def verified(text: str, key: ECKey, kind: type[T]) -> T | None:
    """The claims of a text whose header is a `Header`; None where the signature is not the key's,
    or they have another shape. `verified_by` takes half as long again, and any header.
    """
    signed, _, signature = text.rpartition(".")
    try:
        raw = _bytes_of(signature)
        if len(raw) != 2 * _SCALAR:
            return None
        r, s = int.from_bytes(raw[:_SCALAR], "big"), int.from_bytes(raw[_SCALAR:], "big")
        key.public_key.verify(encode_dss_signature(r, s), signed.encode("ascii"), _ECDSA)
        return msgspec.json.decode(_bytes_of(signed.partition(".")[2]), type=kind)
    except (InvalidSignature, ValueError, msgspec.MsgspecError, RecursionError):
        return None


def claimed(text: str, kind: type[T]) -> T | None:
    """What the body says, before anything is verified; None where it has another shape."""
    parts = text.split(".")
    if len(parts) != 3:
        return None
    try:
        return msgspec.json.decode(_bytes_of(parts[1]), type=kind)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        return None


def verified_by(
    text: str, key: ECKey | RSAKey, algorithms: Collection[str], kind: type[T]
) -> T | None:
    """The claims; None where the signature is not the key's, or they have another shape."""
    try:
        claims: dict[str, Any] = jwt.decode(text, key, algorithms=algorithms).claims
        return msgspec.convert(claims, kind)
    except (JoseError, ValueError, TypeError, msgspec.MsgspecError, RecursionError):
        return None


def _bytes_of(part: str) -> bytes:
    """Raises ValueError."""
    return base64.b64decode(part + "=" * (-len(part) % 4), b"-_", validate=True)
