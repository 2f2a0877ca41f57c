"""Signed texts (compact JWS) of which the key is named by their header."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection
from functools import lru_cache
from typing import Any, Final, TypeVar

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

T = TypeVar("T")

_MAX_HEADER: Final = 512


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What we write, and nothing else: no `crit`, no key that the text brings itself."""

    alg: str
    kid: str
    typ: str


@lru_cache(maxsize=64)  # those of good tokens are as many as keys
def _read_header(part: str) -> Header | None:
    try:
        data = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        return msgspec.json.decode(data, type=Header)
    except (ValueError, binascii.Error, msgspec.MsgspecError, RecursionError):
        return None


def header_of(text: str) -> Header | None:
    """What the header says, before anything is verified; None where it is not one of ours."""
    part = text.partition(".")[0]
    return _read_header(part) if 0 < len(part) <= _MAX_HEADER else None


def claimed(text: str, kind: type[T]) -> T | None:
    """What the body says, before anything is verified; None where it has another shape."""
    parts = text.split(".")
    if len(parts) != 3:
        return None
    try:
        data = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        return msgspec.json.decode(data, type=kind)
    except (ValueError, binascii.Error, msgspec.MsgspecError, RecursionError):
        return None


def verified(
    text: str, key: ECKey | RSAKey, algorithms: Collection[str], kind: type[T]
) -> T | None:
    """The claims; None where the signature is not the key's, or they have another shape."""
    try:
        claims: dict[str, Any] = jwt.decode(text, key, algorithms=algorithms).claims
        return msgspec.convert(claims, kind)
    except (JoseError, ValueError, TypeError, msgspec.MsgspecError, RecursionError):
        return None
