"""The public keys by which tokens are verified at the gateway: a JWKS, as the Auth Service has it.

The Auth Service publishes a key an hour before it signs with it: who renders the gateway's
configuration more often than that never refuses a good token.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from urllib.request import urlopen

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from fiscalxml_server.kit.tokens import ALGORITHM

_CURVE: Final = "P-256"
_SECONDS: Final = 10
_MAX_BYTES: Final = 1024 * 1024


class ChavesInvalidas(Exception):
    """What was read is no JWKS of ours."""


class Chave(msgspec.Struct, frozen=True):
    """A public key, and the name that tokens call it by."""

    kid: str
    pem: str


def read(place: str) -> tuple[Chave, ...]:
    """The keys at an https:// address (http:// on this machine) or in a file.

    Raises ChavesInvalidas, OSError.
    """
    url = urlsplit(place)
    if url.scheme in ("http", "https"):
        if url.scheme == "http" and url.hostname not in ("127.0.0.1", "::1", "localhost"):
            raise ChavesInvalidas("o endereço deve começar com https://")
        context = ssl.create_default_context() if url.scheme == "https" else None
        with urlopen(place, timeout=_SECONDS, context=context) as answer:  # noqa: S310 - as above
            return parse(answer.read(_MAX_BYTES))
    return parse(Path(place).read_bytes())


def parse(text: bytes) -> tuple[Chave, ...]:
    """Every key of a JWKS, by `kid`. Raises ChavesInvalidas."""
    try:
        found = KeySet.import_key_set(msgspec.json.decode(text)).keys
    except (JoseError, msgspec.MsgspecError, ValueError, TypeError, KeyError) as error:
        raise ChavesInvalidas(f"não é um JWKS: {type(error).__name__}") from None
    return tuple(sorted(map(_key, found), key=lambda each: each.kid))


def _key(key: object) -> Chave:
    if not isinstance(key, ECKey) or key.curve_name != _CURVE or not key.kid:
        raise ChavesInvalidas(f"há uma chave que não é de {ALGORITHM}, ou que não tem kid")
    return Chave(key.kid, key.as_pem(private=False).decode())
