"""Members of a ZIP, by its central directory.

The standard `zipfile` is not used to read: it holds every entry in memory, one bad record loses
the whole archive, bzip2 and LZMA are inflated without a bound, and before Python 3.11.8 it does
not see overlapping entries (CVE-2024-0450).
"""

from __future__ import annotations

import struct
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from fiscalxml.archives.decompressors import inflate_zip_entry
from fiscalxml.archives.directory import Directory, Record, locate, records
from fiscalxml.archives.limits import Budget
from fiscalxml.archives.members import Member
from fiscalxml.archives.refusals import RefusedError
from fiscalxml.archives.streams import Reader, Seekable, Window, read_up_to

_LOCAL_HEADER = struct.Struct("<4s22x2H")  # APPNOTE 4.3.7: signature, sizes of name and extra


def zip_members(file: Seekable, budget: Budget) -> Iterator[Member]:
    """Members in directory order. Raises `RefusedError` where the directory stops making sense."""
    directory = locate(file)
    budget.admit_entries(directory.count)
    layout = _Layout(file, directory, budget)
    for record in records(file, directory):
        if record.folder:
            continue
        nature = "link simbólico, que não é seguido" if record.symlink else None
        yield Member(record.name, partial(_open, file, record, layout, budget), nature)


class _Layout:
    """Where entries begin, to tell overlapping ones: 8 bytes an entry."""

    def __init__(self, file: Seekable, directory: Directory, budget: Budget) -> None:
        offsets = array("Q")
        with suppress(RefusedError):  # raised again when the directory is read for its entries
            for record in records(file, directory):
                if record.offset < directory.start:
                    offsets.append(record.offset)
                budget.admit_entries(len(offsets))
        self._offsets = array("Q", sorted(offsets))
        self._end = directory.start

    def room(self, offset: int) -> int:
        """Bytes from `offset` to the next entry or the directory; 0 when two entries begin there.

        Raises `RefusedError` when it is not before the directory.
        """
        if offset >= self._end:
            raise _misplaced()
        after = bisect_right(self._offsets, offset)
        if after - bisect_left(self._offsets, offset) > 1:
            return 0
        following = self._offsets[after] if after < len(self._offsets) else self._end
        return following - offset


def _open(file: Seekable, record: Record, layout: _Layout, budget: Budget) -> Reader:
    if record.encrypted:
        raise RefusedError("XML-045")
    room = layout.room(record.offset)
    header = read_up_to(Window(file, record.offset, _LOCAL_HEADER.size), _LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
        raise _misplaced()
    _, name_size, extra_size = _LOCAL_HEADER.unpack(header)
    data_at = _LOCAL_HEADER.size + name_size + extra_size
    if data_at + record.packed > room:
        raise RefusedError("XML-048")
    packed = Window(file, record.offset + data_at, record.packed)
    return _Checked(inflate_zip_entry(record.method, packed, budget), record)


class _Checked:
    """An entry's bytes, compared at their end with the size and CRC-32 in the directory."""

    def __init__(self, stream: Reader, record: Record) -> None:
        self._stream = stream
        self._record = record
        self._left = record.size
        self._crc = 0

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._left -= len(data)
        self._crc = zlib.crc32(data, self._crc)
        if self._left < 0 or (self._left > 0 and not data):
            raise _damaged("o tamanho não confere com o declarado")
        if not data and self._crc != self._record.crc:
            raise _damaged("a soma de verificação (CRC-32) não confere")
        return data


def _misplaced() -> RefusedError:
    return _damaged("seus dados não estão onde o índice diz")


def _damaged(detalhe: str) -> RefusedError:
    return RefusedError("XML-047", detalhe=detalhe)
