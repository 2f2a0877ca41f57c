"""Members of a TAR stream, read forward a block at a time.

Headers are parsed by the standard `tarfile.TarInfo.frombuf`. The rest of `tarfile` is not used: it
reads extended headers of any size into memory, keeps every member, and in Python versions that we
support crafted headers can make it hang (CVE-2024-6232, CVE-2025-8194).
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from contextlib import suppress

from fiscalxml.archives.members import Member
from fiscalxml.archives.names import decode_name, label
from fiscalxml.archives.refusals import RefusedError
from fiscalxml.archives.streams import CHUNK, Reader, read_up_to

_BLOCK = tarfile.BLOCKSIZE
_MAX_EXTENDED = 1024**2  # bytes of a long name or of PAX records
_SIZE_DIGITS = 19
_SPARSE = b"GNU.sparse"  # stands for any of the records of a sparse file
_SPARSE_MORE, _SPARSE_MORE_AGAIN = 482, 504  # "the map goes on" in a GNU header, in a map block

_PAX = (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE)
_EXTENSIONS = (*_PAX, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
_FILES = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE)
_NO_DATA = {
    tarfile.DIRTYPE: "pasta",
    tarfile.SYMTYPE: "link simbólico, que não é seguido",
    tarfile.LNKTYPE: "link físico, que não é seguido",
    tarfile.CHRTYPE: "dispositivo",
    tarfile.BLKTYPE: "dispositivo",
    tarfile.FIFOTYPE: "canal (FIFO)",
}


def tar_members(stream: Reader) -> Iterator[Member]:
    """Members in order; each must be read before the next is asked for.

    Past a damaged header it goes on at the next sound one. Raises `RefusedError` at the end when
    anything was damaged or is missing.
    """
    return _Tar(stream).members()


class _Tar:
    def __init__(self, stream: Reader) -> None:
        self._stream = stream
        self._damaged = False
        self._ended = False  # the last block seen was an end mark
        self._extended: dict[bytes, bytes] = {}  # PAX records on the next member

    def members(self) -> Iterator[Member]:
        while block := read_up_to(self._stream, _BLOCK):
            self._ended = not any(block)
            header = None if self._ended else self._header(block)
            if header and header.type in _EXTENSIONS:
                self._extend(header)
            elif header:
                yield from self._member(header, block)
        if self._damaged:
            raise _incomplete("há trechos ilegíveis, e o que estava neles não foi lido")
        if not self._ended:
            raise _incomplete("falta a marca de fim, e pode haver entradas perdidas")

    def _header(self, block: bytes) -> tarfile.TarInfo | None:
        if len(block) < _BLOCK:
            raise _cut()
        if self._damaged and block[257:262] != b"ustar":
            return None  # still inside what was damaged
        with suppress(tarfile.HeaderError):
            header = tarfile.TarInfo.frombuf(block, "latin-1", "strict")
            if header.size >= 0:
                return header
        self._lose()
        return None

    def _lose(self) -> None:
        self._damaged = True
        self._extended = {}

    def _extend(self, header: tarfile.TarInfo) -> None:
        """Keep what an extension header says of the next member."""
        body = _Body(self._stream, header.size)
        if header.size > _MAX_EXTENDED:
            self._lose()
        elif header.type == tarfile.GNUTYPE_LONGNAME:
            self._extended[b"path"] = read_up_to(body, header.size).partition(b"\0")[0]
        elif header.type in _PAX:
            try:
                self._extended |= _pax_records(read_up_to(body, header.size))
            except ValueError:
                self._lose()
        body.skip()

    def _member(self, header: tarfile.TarInfo, block: bytes) -> Iterator[Member]:
        extended, self._extended = self._extended, {}
        name = label(decode_name(extended.get(b"path") or header.name.encode("latin-1")))
        if header.type == tarfile.GNUTYPE_SPARSE:
            self._skip_sparse_map(block)
        size = 0 if header.type in _NO_DATA else int(extended.get(b"size", header.size))
        body = _Body(self._stream, size)
        if not header.isdir():
            yield Member(name, _Opener(header.type, extended, body), _NO_DATA.get(header.type))
        body.skip()

    def _skip_sparse_map(self, block: bytes) -> None:
        more = block[_SPARSE_MORE]
        while more:
            block = read_up_to(self._stream, _BLOCK)
            if len(block) < _BLOCK:
                raise _cut()
            more = block[_SPARSE_MORE_AGAIN]


class _Opener:
    """Opens a member whose body is at hand, unless it is of a type that is not accepted."""

    def __init__(self, kind: bytes, extended: dict[bytes, bytes], body: _Body) -> None:
        self._refused = None
        if _SPARSE in extended or kind == tarfile.GNUTYPE_SPARSE:
            self._refused = "esparso"
        elif kind not in _FILES:
            self._refused = ascii(kind.decode("latin-1"))
        self._body = body

    def __call__(self) -> Reader:
        if self._refused:
            raise RefusedError("XML-057", tipo=self._refused)
        return self._body


class _Body:
    """A member's data in the stream, and the padding to the next block."""

    def __init__(self, stream: Reader, size: int) -> None:
        self._stream = stream
        self._left = size
        self._padding = -size % _BLOCK

    def read(self, size: int) -> bytes:
        data = self._stream.read(min(size, self._left))
        if self._left and not data:
            raise _cut()
        self._left -= len(data)
        return data

    def skip(self) -> None:
        while self.read(CHUNK):
            pass
        if len(read_up_to(self._stream, self._padding)) < self._padding:
            raise _cut()


def _pax_records(body: bytes) -> dict[bytes, bytes]:
    """Of the records '<length> <key>=<value>\\n' (POSIX.1-2001, pax), those that matter here.

    Raises `ValueError` on malformed ones.
    """
    records = {}
    at = 0
    while at < len(body):
        digits, _, _ = body[at : at + 8].partition(b" ")
        record = body[at : at + int(digits)]
        key, mark, value = record[len(digits) + 1 : -1].partition(b"=")
        if not mark or not record.endswith(b"\n") or len(record) != int(digits):
            raise ValueError(record[:80])
        if key == b"size" and not (value.isdigit() and len(value) <= _SIZE_DIGITS):
            raise ValueError(value[:80])
        if key in (b"path", b"size"):
            records[key] = value
        elif key.startswith(b"GNU.sparse."):
            records[_SPARSE] = b""
        at += len(record)
    return records


def _cut() -> RefusedError:
    return _incomplete("ele termina no meio de uma entrada")


def _incomplete(detalhe: str) -> RefusedError:
    return RefusedError("XML-043", detalhe=detalhe)
