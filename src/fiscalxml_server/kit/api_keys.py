"""The shape of an API key: what tells a key from a typing error, or from any other text.

`fx_live_Ab3dE6gH_` + 22 random characters + 6 of a CRC32. The eight characters after the prefix
name the key and are no secret: it is looked up and shown in lists by them. The random ones have
131 bits. The CRC32, over all before it, lets services refuse what is no key without asking
anybody, and scanners of leaked secrets find keys with next to no false alarms.
"""

from __future__ import annotations

import re
import secrets
import string
import zlib
from typing import Final

import msgspec

ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
"""base62, digits first; the CRC32 is written in it, the highest digit first, in six"""
PATTERN: Final = r"\bfx_(?:live|test)_[0-9A-Za-z]{8}_[0-9A-Za-z]{28}\b"
"""what scanners of secrets look for; `parse` confirms what they find"""
_LOOKUP: Final = 8
_SECRET: Final = 22
_CHECK: Final = 6
_SHAPE: Final = re.compile(r"fx_(live|test)_([0-9A-Za-z]{8})_[0-9A-Za-z]{22}([0-9A-Za-z]{6})")


class Partes(msgspec.Struct, frozen=True):
    """What a well-formed key says of itself; whether it is anybody's, it does not."""

    consulta: str
    """by which it is looked up"""
    teste: bool


# Medida: chaves-de-api
def new_key(*, teste: bool) -> str:
    """A key that nobody has had before."""
    body = f"{prefix(_random(_LOOKUP), teste=teste)}_{_random(_SECRET)}"
    return body + checksum(body)


def prefix(consulta: str, *, teste: bool) -> str:
    """The beginning of a key: all that may be shown of it."""
    return f"fx_{'test' if teste else 'live'}_{consulta}"


def parse(text: str) -> Partes | None:
    """None when the text is no key, or one with a character wrong. Asks nobody."""
    shape = _SHAPE.fullmatch(text)
    if shape is None or checksum(text[:-_CHECK]) != shape[3]:
        return None
    return Partes(consulta=shape[2], teste=shape[1] == "test")


def checksum(body: str) -> str:
    """The last characters of a key that begins so: anybody can compute them."""
    rest, digits = zlib.crc32(body.encode("ascii")), ""
    for _ in range(_CHECK):
        rest, digit = divmod(rest, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
