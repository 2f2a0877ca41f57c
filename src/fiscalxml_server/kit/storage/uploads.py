"""What may be larger than memory, sealed in frames (the STREAM construction).

    magic 4 bytes | key number 4 | frame bytes 4 | salt 32 | frames, each AES-256-GCM, tag last

The upload's own key is derived from the data key, the salt and the object's name. A frame's nonce
is its position and whether it is the last: a frame that was cut, moved, repeated or taken from
another upload does not open. Any frame opens without those before it.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import AsyncIterator

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fiscalxml_server.kit.settings import MEGABYTE
from fiscalxml_server.kit.storage.data_key import DataKey
from fiscalxml_server.kit.storage.errors import CopiaAdulterada, EnvioGrande

FRAME_BYTES = MEGABYTE
"""plain bytes of every frame but the last"""
TAG_BYTES = 16
_MAGIC = b"FXE1"
_MAX_FRAME_BYTES = 16 * MEGABYTE
_SALT_BYTES = 32
_HEADER = struct.Struct(f">4sII{_SALT_BYTES}s")
_NONCE = struct.Struct(">QI")
HEADER_BYTES = _HEADER.size


class Envio(msgspec.Struct, frozen=True):
    """An upload that was stored: its object, and size and SHA-256 of the original bytes."""

    objeto: str
    tamanho: int
    sha256: bytes


class Header(msgspec.Struct, frozen=True):
    """What stands before the frames; bound to each of them."""

    key_number: int
    frame_bytes: int
    salt: bytes

    @classmethod
    def new(cls, key: DataKey) -> Header:
        return cls(key.number, FRAME_BYTES, os.urandom(_SALT_BYTES))

    @classmethod
    def parse(cls, data: bytes) -> Header:
        """Raises CopiaAdulterada."""
        if len(data) != HEADER_BYTES or not data.startswith(_MAGIC):
            raise CopiaAdulterada("o envio não tem o cabeçalho esperado")
        _, number, frame_bytes, salt = _HEADER.unpack(data)
        if not 0 < frame_bytes <= _MAX_FRAME_BYTES:
            raise CopiaAdulterada(f"quadros de {frame_bytes} bytes")
        return cls(number, frame_bytes, salt)

    def to_bytes(self) -> bytes:
        return _HEADER.pack(_MAGIC, self.key_number, self.frame_bytes, self.salt)


class FrameCipher:
    """Seals and opens the frames of one upload."""

    def __init__(self, key: DataKey, header: Header, objeto: str) -> None:
        self._cipher: AESGCM = key.upload_cipher(header.salt, objeto)
        self._bound = header.to_bytes()

    def seal(self, index: int, last: bool, data: bytes | bytearray) -> bytes:
        return self._cipher.encrypt(_NONCE.pack(index, last), data, self._bound)

    def open(self, index: int, last: bool, sealed: bytes | memoryview) -> bytes:
        """Raises CopiaAdulterada."""
        try:
            return self._cipher.decrypt(_NONCE.pack(index, last), sealed, self._bound)
        except InvalidTag:
            raise CopiaAdulterada(f"o quadro {index} do envio não confere com o seu selo") from None


class UploadSealer:
    """Seals an upload as it arrives, and sums up what went through."""

    def __init__(self, key: DataKey, objeto: str) -> None:
        header = Header.new(key)
        self.header = header.to_bytes()
        self._objeto = objeto
        self._cipher = FrameCipher(key, header, objeto)
        self._sha256 = hashlib.sha256()
        self._size = 0
        self._index = 0

    def frame(self, data: bytes | bytearray, last: bool) -> bytes:
        """The next sealed frame. CPU work of about a millisecond, without the interpreter lock."""
        self._sha256.update(data)
        sealed = self._cipher.seal(self._index, last, data)
        self._index += 1
        self._size += len(data)
        return sealed

    def envio(self) -> Envio:
        return Envio(self._objeto, self._size, self._sha256.digest())


async def cut_frames(
    chunks: AsyncIterator[bytes], max_bytes: int
) -> AsyncIterator[tuple[bytearray, bool]]:
    """Frames of FRAME_BYTES, and whether each is the last, which may be shorter or empty.

    Raises EnvioGrande.
    """
    waiting = bytearray()
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > max_bytes:
            raise EnvioGrande(max_bytes)
        waiting += chunk
        while len(waiting) > FRAME_BYTES:
            yield waiting[:FRAME_BYTES], False
            del waiting[:FRAME_BYTES]
    yield waiting, True
