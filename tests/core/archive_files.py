"""Archives made in memory for the tests, sound and crafted."""

from __future__ import annotations

import io
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable
from typing import IO, cast

from fiscalxml.archives import ArchiveLimits, Entry, Ignorado, Item, Recusa, iter_archive
from fiscalxml.archives.streams import Reader

XML = b"<nfeProc><NFe/></nfeProc>"


class _Pipe(io.RawIOBase):
    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        return self._data.readinto(memoryview(buffer)[:1000])


def pipe(data: bytes) -> IO[bytes]:
    """A source that can only be read forward, a little at a time."""
    return cast("IO[bytes]", _Pipe(data))


class StoredObject:
    """A source with the three methods that reading in any order takes, and no more."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def read(self, size: int) -> bytes:
        piece = self._data[self._at : self._at + size]
        self._at += len(piece)
        return piece

    def seek(self, offset: int, whence: int = 0) -> None:
        self._at = offset + (len(self._data) if whence == io.SEEK_END else 0)

    def tell(self) -> int:
        return self._at


def dice(seed: int) -> random.Random:
    """The same chances on every run."""
    return random.Random(seed)  # noqa: S311


def read(data: bytes | Reader, name: str = "a", limits: ArchiveLimits | None = None) -> list[Item]:
    source = io.BytesIO(data) if isinstance(data, bytes) else data
    return list(iter_archive(source, name, limits or ArchiveLimits()))


def seen(items: Iterable[Item]) -> list[tuple[str, bytes | str]]:
    """(name, data | code | reason) of each item."""
    return [(item.name, _gist(item)) for item in items]


def _gist(item: Item) -> bytes | str:
    match item:
        case Entry(data=data):
            return data
        case Recusa(codigo=codigo):
            return codigo
        case Ignorado(motivo=motivo):
            return motivo


def a_zip(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return buffer.getvalue()


def a_tar(*files: tuple[str, bytes], mode: str = "w", form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=form) as archive:  # type: ignore[call-overload]
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def tar_header(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.GNU_FORMAT)


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def local_header(name: bytes = b"x.xml", extra: bytes = b"") -> bytes:
    return struct.pack("<4s22x2H", b"PK\3\4", len(name), len(extra)) + name + extra


def record(
    name: bytes = b"x.xml",
    data: bytes = XML,
    packed: bytes | None = None,
    *,
    offset: int = 0,
    method: int = 0,
    flags: int = 0,
    size: int | None = None,
    crc: int | None = None,
    extra: bytes = b"",
    mode: int = 0,
) -> bytes:
    """A central directory record, true unless told otherwise."""
    return (
        struct.pack(
            "<4s4B4HL2L5H2L",
            b"PK\1\2",
            *(20, 3, 20, 0, flags, method, 0, 0),
            zlib.crc32(data) if crc is None else crc,
            len(data if packed is None else packed),
            len(data) if size is None else size,
            *(len(name), len(extra), 0, 0, 0, mode << 16, offset),
        )
        + name
        + extra
    )


def raw_zip(body: bytes, *records: bytes, count: int | None = None, disk: int = 0) -> bytes:
    directory = b"".join(records)
    count = len(records) if count is None else count
    end = struct.pack("<4s4H2LH", b"PK\5\6", disk, disk, count, count, len(directory), len(body), 0)
    return body + directory + end
