"""The central directory of a ZIP, read a record at a time: a million entries need no list.

Layouts from PKWARE APPNOTE 6.3.10, 4.3 and 4.5. Offsets and sizes in bytes.
"""

from __future__ import annotations

import os
import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from fiscalxml.archives.limits import inteiro
from fiscalxml.archives.names import decode_name, label
from fiscalxml.archives.refusals import RefusedError
from fiscalxml.archives.streams import Seekable, Window, read_up_to

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")
_RECORD = struct.Struct("<4s4B4HL2L5H2L")
_MAX_COMMENT = 0xFFFF
_IN_EXTRA = 0xFFFFFFFF  # a 32-bit field whose value is in the ZIP64 extra field

_UTF8 = 1 << 11
_ENCRYPTED = 1 << 0 | 1 << 6 | 1 << 13
_ZIP64_FIELD = 0x0001
_UNICODE_PATH_FIELD = 0x7075
_UNIX = 3


@dataclass(frozen=True, slots=True)
class Directory:
    """Where the central directory is. `base`: bytes before the ZIP, as of a self-extractor."""

    start: int
    size: int
    base: int
    count: int
    zip64: bool


@dataclass(frozen=True, slots=True)
class Record:
    """What the directory says of an entry. `offset`: of its local header, from the file's start."""

    name: str
    method: int
    encrypted: bool
    symlink: bool
    crc: int
    packed: int
    size: int
    offset: int

    @property
    def folder(self) -> bool:
        return self.name.endswith("/") and self.size == 0


def locate(file: Seekable) -> Directory:
    """Find the directory from the end of the file. Raises `RefusedError`."""
    file.seek(0, os.SEEK_END)
    length = file.tell()
    tail_at = max(0, length - _END.size - _MAX_COMMENT - _LOCATOR64.size - _END64.size)
    file.seek(tail_at)
    tail = read_up_to(file, length - tail_at)
    at = _find_end(tail)
    if at is None:
        file.seek(0)
        if read_up_to(file, 2) != b"PK":
            raise RefusedError("XML-040")
        raise _damaged("falta o índice das entradas (diretório central)")
    return _directory(tail[:at], tail_at, _END.unpack_from(tail, at))


def _find_end(tail: bytes) -> int | None:
    """The end record whose comment reaches the end of the file exactly, else the last one."""
    last = None
    at = len(tail)
    while (at := tail.rfind(b"PK\x05\x06", 0, at)) >= 0:
        if at + _END.size > len(tail):
            continue
        comment = _END.unpack_from(tail, at)[-1]
        if at + _END.size + comment == len(tail):
            return at
        last = at if last is None else last
    return last


def _directory(before: bytes, before_at: int, end: tuple[int, ...]) -> Directory:
    _, disk, start_disk, _, count, size, offset, _ = end
    finish = before_at + len(before)
    zip64 = False
    locator_at = len(before) - _LOCATOR64.size
    end64_at = locator_at - _END64.size
    if end64_at >= 0 and before.startswith(b"PK\x06\x07", locator_at):
        zip64 = before.startswith(b"PK\x06\x06", end64_at)
    if zip64:
        *_, disk, start_disk, _, count, size, offset = _END64.unpack_from(before, end64_at)
        finish = before_at + end64_at
    if disk or start_disk:
        raise RefusedError("XML-056")
    start = finish - size
    if start < offset:
        raise _damaged("o índice das entradas não está onde deveria")
    return Directory(start, size, start - offset, count, zip64)


def records(file: Seekable, directory: Directory) -> Iterator[Record]:
    """Every record; then `RefusedError` when the directory is damaged or misses some."""
    window = Window(file, directory.start, directory.size)
    count = 0
    while fixed := read_up_to(window, _RECORD.size):
        if len(fixed) < _RECORD.size or not fixed.startswith(b"PK\x01\x02"):
            raise _damaged("o índice das entradas está corrompido")
        fields = _RECORD.unpack(fixed)
        name_size, extra_size, comment_size = fields[12:15]
        name, extra, comment = (
            read_up_to(window, n) for n in (name_size, extra_size, comment_size)
        )
        if len(name) + len(extra) + len(comment) < name_size + extra_size + comment_size:
            raise _damaged("o índice das entradas está corrompido")
        yield _record(fields, name, extra, directory.base)
        count += 1
    # Without ZIP64 some programs write the count modulo 65536.
    if count != directory.count and (directory.zip64 or (count - directory.count) % 0x10000):
        raise _damaged(
            f"o índice declara {inteiro(directory.count)} entradas, mas tem {inteiro(count)}"
        )


def _record(fields: tuple[int, ...], name: bytes, extra: bytes, base: int) -> Record:
    system = fields[2]
    flags, method = fields[5:7]
    crc, packed, size = fields[9:12]
    attributes, offset = fields[17:19]
    extras = dict(_extra_fields(extra))
    size, packed, offset = _zip64(extras.get(_ZIP64_FIELD, b""), size, packed, offset)
    return Record(
        name=label(_name(name, flags, extras.get(_UNICODE_PATH_FIELD, b""))),
        method=method,
        encrypted=bool(flags & _ENCRYPTED),
        symlink=system == _UNIX and stat.S_ISLNK(attributes >> 16),
        crc=crc,
        packed=packed,
        size=size,
        offset=base + offset,
    )


def _extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        tag, size = struct.unpack_from("<HH", extra, at)
        yield tag, extra[at + 4 : at + 4 + size]
        at += 4 + size


def _zip64(extra: bytes, *values: int) -> list[int]:
    """The values, each that says so replaced by the next of the extra field, if it is there."""
    wide = iter(struct.unpack_from(f"<{len(extra) // 8}Q", extra))
    return [next(wide, value) if value == _IN_EXTRA else value for value in values]


def _name(raw: bytes, flags: int, unicode_path: bytes) -> str:
    """The Unicode path field (4.6.9) when it belongs to this name; else the name itself."""
    if not flags & _UTF8 and unicode_path[:5] == b"\x01" + zlib.crc32(raw).to_bytes(4, "little"):
        return decode_name(unicode_path[5:])
    return decode_name(raw)


def _damaged(detalhe: str) -> RefusedError:
    return RefusedError("XML-042", detalhe=detalhe)
