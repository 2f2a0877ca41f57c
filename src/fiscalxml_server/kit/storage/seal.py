"""One copy, sealed: compressed, encrypted, bound to its header and organisation.

version 1 byte | codec 1 | key number 4 | nonce 12 | AES-256-GCM of the packed bytes, tag last
"""

from __future__ import annotations

import os
import struct
from enum import IntEnum

from cryptography.exceptions import InvalidTag

from fiscalxml_server.kit.compression import compress, decompress
from fiscalxml_server.kit.storage.data_key import DataKey
from fiscalxml_server.kit.storage.errors import CopiaAdulterada

VERSION = 1
NONCE_BYTES = 12
TAG_BYTES = 16
_HEADER = struct.Struct(">BBI")
_BODY = _HEADER.size + NONCE_BYTES
HEAD_BYTES = _BODY + TAG_BYTES
"""of any copy, enough to tell its key"""

Sealed = bytes | memoryview


class Codec(IntEnum):
    """How the bytes were packed before they were encrypted."""

    NONE = 0
    ZSTD = 1


# Medida: cifra-em-repouso, criptografia
def seal(data: bytes, key: DataKey) -> bytes:
    """The sealed copy of `data`; never the same bytes twice."""
    packed, codec = compress(data), Codec.ZSTD
    if len(packed) >= len(data):
        packed, codec = data, Codec.NONE
    header = _HEADER.pack(VERSION, codec, key.number)
    nonce = os.urandom(NONCE_BYTES)
    return b"".join((header, nonce, key.copies.encrypt(nonce, packed, header + key.bound)))


def key_number(sealed: Sealed) -> int:
    """Which of the organisation's keys sealed it. Raises CopiaAdulterada."""
    if len(sealed) < HEAD_BYTES:
        raise CopiaAdulterada("cópia curta demais")
    version, _, number = _HEADER.unpack_from(sealed)
    if version != VERSION:
        raise CopiaAdulterada(f"versão de cópia desconhecida: {version}")
    return int(number)


def unseal(sealed: Sealed, key: DataKey) -> bytes:
    """The original bytes. Raises CopiaAdulterada where any bit differs from what was sealed."""
    header, nonce = bytes(sealed[: _HEADER.size]), sealed[_HEADER.size : _BODY]
    try:
        packed = key.copies.decrypt(nonce, sealed[_BODY:], header + key.bound)
    except InvalidTag:
        raise CopiaAdulterada("a cópia não confere com o seu selo") from None
    return packed if header[1] == Codec.NONE else decompress(packed)
