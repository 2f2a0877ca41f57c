"""A ZIP that is written from its first byte to its last, for who cannot go back.

`zipfile` keeps 0.4 KB of every file until its end, 400 MB for a million; `stream-zip` 0.35. Here
the directory waits in a `Rascunho`. Files that are at hand have their sizes before them, as every
reader likes best; the offsets, and the directory, are ZIP64 where they must be. One file has less
than 4 GiB.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from isal import isal_zlib

from fiscalxml_server.kit.spool import Rascunho

MAX_FILE_BYTES: Final = 2**32 - 2
"""of one file"""
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_DESCRIPTOR: Final = struct.Struct("<4s3L")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_OFFSET64: Final = struct.Struct("<2HQ")
_END: Final = struct.Struct("<4s4H2LH")
_END64: Final = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64: Final = struct.Struct("<4sLQL")
_UTF8: Final = 0x800
_SIZES_FOLLOW: Final = 0x008
_DEFLATED: Final = 8
_PLAIN_VERSION: Final = 20
_ZIP64_VERSION: Final = 45
_MADE_ON_UNIX: Final = 3 << 8 | _ZIP64_VERSION
_REGULAR_FILE: Final = 0o100644 << 16
_FULL: Final = 0xFFFFFFFF
_FULL_COUNT: Final = 0xFFFF


class Deflate:
    """Bytes on their way into a ZIP, and what the ZIP says of them."""

    def __init__(self, level: int) -> None:
        self._deflate = isal_zlib.compressobj(level, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)
        self.crc = 0
        self.size = 0
        self.packed = 0

    def add(self, data: bytes) -> bytes:
        """What is ready of the compressed bytes. Raises OverflowError past MAX_FILE_BYTES."""
        self.size += len(data)
        if self.size > MAX_FILE_BYTES:
            raise OverflowError("a file of a ZIP with 4 GiB")
        self.crc = isal_zlib.crc32(data, self.crc)
        return self._counted(self._deflate.compress(data))

    def end(self) -> bytes:
        """The rest of them."""
        return self._counted(self._deflate.flush())

    def _counted(self, packed: bytes) -> bytes:
        self.packed += len(packed)
        return packed


class Comprimido:
    """A file that is made while others are written, compressed, to be put into a ZIP later."""

    def __init__(self, level: int) -> None:
        self.deflate = Deflate(level)
        self.rascunho = Rascunho()

    def write(self, data: bytes) -> None:
        """Add bytes."""
        self.rascunho.write(self.deflate.add(data))

    def end(self) -> None:
        """No more bytes come."""
        self.rascunho.write(self.deflate.end())


class Zip:
    """See the module. Every call gives the bytes that follow; names are unique, with `/`."""

    def __init__(self, instante: datetime, level: int) -> None:
        """`instante`: of all files; a ZIP has no time zone."""
        self._date = (instante.year - 1980) << 9 | instante.month << 5 | instante.day
        self._time = instante.hour << 11 | instante.minute << 5 | instante.second // 2
        self._level = level
        self._directory = Rascunho()
        self._count = 0
        self._offset = 0
        self._open: tuple[bytes, int, Deflate] | None = None

    def file(self, nome: str, data: bytes) -> bytes:
        """A whole file."""
        deflate = Deflate(self._level)
        packed = deflate.add(data) + deflate.end()
        return self._header(nome.encode(), deflate) + self._passed(packed)

    def copy(self, nome: str, comprimido: Comprimido) -> Iterator[bytes]:
        """A file that was compressed before."""
        yield self._header(nome.encode(), comprimido.deflate)
        for chunk in comprimido.rascunho.read():
            yield self._passed(chunk)

    def begin(self, nome: str) -> bytes:
        """A file that follows by `write`, until `finish`."""
        name, start = nome.encode(), self._offset
        self._open = name, start, Deflate(self._level)
        return self._passed(self._local(name, _SIZES_FOLLOW, 0, 0, 0))

    def write(self, data: bytes) -> bytes:
        """Bytes of the file that was begun."""
        return self._passed(self._current().add(data))

    def finish(self) -> bytes:
        """The end of the file that was begun."""
        deflate = self._current()
        rest = self._passed(deflate.end())
        assert self._open is not None  # noqa: S101 - it is, see above
        name, start, _ = self._open
        self._open = None
        self._list(name, _SIZES_FOLLOW, deflate, start)
        sizes = (deflate.crc, deflate.packed, deflate.size)
        return rest + self._passed(_DESCRIPTOR.pack(b"PK\x07\x08", *sizes))

    def end(self) -> Iterator[bytes]:
        """The directory."""
        start, size, count = self._offset, self._directory.tamanho, self._count
        yield from self._directory.read()
        if count >= _FULL_COUNT or start + size >= _FULL:
            version = (_MADE_ON_UNIX, _ZIP64_VERSION)
            yield _END64.pack(b"PK\x06\x06", 44, *version, 0, 0, count, count, size, start)
            yield _LOCATOR64.pack(b"PK\x06\x07", 0, start + size, 1)
        count, size, start = min(count, _FULL_COUNT), min(size, _FULL), min(start, _FULL)
        yield _END.pack(b"PK\x05\x06", 0, 0, count, count, size, start, 0)

    def _current(self) -> Deflate:
        if self._open is None:
            raise ValueError("no file was begun")
        return self._open[2]

    def _header(self, name: bytes, deflate: Deflate) -> bytes:
        if self._open is not None:
            raise ValueError("a file that was begun has not ended")
        self._list(name, 0, deflate, self._offset)
        return self._passed(self._local(name, 0, deflate.crc, deflate.packed, deflate.size))

    def _local(self, name: bytes, flags: int, crc: int, packed: int, size: int) -> bytes:
        fixed = (_PLAIN_VERSION, _UTF8 | flags, _DEFLATED, self._time, self._date)
        return _LOCAL.pack(b"PK\x03\x04", *fixed, crc, packed, size, len(name), 0) + name

    def _list(self, name: bytes, flags: int, deflate: Deflate, start: int) -> None:
        extra, version = b"", _PLAIN_VERSION
        if start >= _FULL:
            extra, version = _OFFSET64.pack(1, 8, start), _ZIP64_VERSION
        fixed = (_MADE_ON_UNIX, version, _UTF8 | flags, _DEFLATED, self._time, self._date)
        sizes = (deflate.crc, deflate.packed, deflate.size)
        lengths = (len(name), len(extra), 0, 0, 0)
        self._directory.write(
            _CENTRAL.pack(b"PK\x01\x02", *fixed, *sizes, *lengths, _REGULAR_FILE, min(start, _FULL))
            + name
            + extra
        )
        self._count += 1

    def _passed(self, data: bytes) -> bytes:
        self._offset += len(data)
        return data
