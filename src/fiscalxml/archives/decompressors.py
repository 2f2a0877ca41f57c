"""Decompressors whose output and memory are bounded at every step."""

from __future__ import annotations

import bz2
import lzma
import zlib

from fiscalxml.archives.limits import Budget
from fiscalxml.archives.nature import ArchiveKind
from fiscalxml.archives.refusals import RefusedError
from fiscalxml.archives.streams import Decompressor, Inflated, Reader, read_up_to

# `xz -9` uses a dictionary of 64 MiB; a stream that asks for more is refused.
_LZMA_DICTIONARY = 64 * 1024**2
_LZMA_LEAST = 4096  # the smallest dictionary that liblzma accepts
_XZ_MEMORY = _LZMA_DICTIONARY + 8 * 1024**2

_STORED, _DEFLATED, _BZIP2, _LZMA = 0, 8, 12, 14
# PKWARE APPNOTE 6.3.10, 4.4.5
_OTHER_METHODS = {
    1: "Shrink",
    6: "Implode",
    9: "Deflate64",
    93: "Zstandard",
    95: "XZ",
    98: "PPMd",
}


class _Copy:
    """Stored data: what comes in goes out."""

    eof = False
    needs_input = True
    unused_data = b""

    def decompress(self, data: bytes, _max_length: int) -> bytes:
        return data


class _Zlib:
    """`zlib.decompressobj` in the shape of the other decompressors."""

    def __init__(self, wbits: int) -> None:
        self._zlib = zlib.decompressobj(wbits)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._zlib.decompress(data or self._zlib.unconsumed_tail, max_length)


def _deflate() -> Decompressor:
    return _Zlib(-zlib.MAX_WBITS)


def _gzip() -> Decompressor:
    return _Zlib(16 + zlib.MAX_WBITS)  # zlib itself checks header, CRC-32 and size


def _xz() -> Decompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)


def inflate_stream(kind: ArchiveKind, raw: Reader, budget: Budget) -> Inflated:
    """The bytes inside a gzip, bzip2 or xz stream; of a plain TAR, itself, counted."""
    if kind == "gzip":
        return Inflated(raw, _gzip, budget, magic=b"\x1f\x8b")
    if kind == "bzip2":
        return Inflated(raw, bz2.BZ2Decompressor, budget, magic=b"BZh")
    if kind == "xz":
        return Inflated(raw, _xz, budget, magic=b"\xfd7zXZ\0")
    return Inflated(raw, _Copy, budget, terminated=False)


def inflate_zip_entry(method: int, raw: Reader, budget: Budget) -> Inflated:
    """The bytes of a ZIP entry. Raises `RefusedError` on a method that is not accepted."""
    if method == _DEFLATED:
        return Inflated(raw, _deflate, budget)
    if method == _STORED:
        return Inflated(raw, _Copy, budget, terminated=False)
    if method == _BZIP2:
        return Inflated(raw, bz2.BZ2Decompressor, budget)
    if method == _LZMA:
        header = read_up_to(raw, 9)
        # An LZMA entry may leave out its end mark: its size in the directory is what counts.
        return Inflated(raw, lambda: _zip_lzma(header), budget, terminated=False)
    raise RefusedError("XML-046", metodo=_OTHER_METHODS.get(method, str(method)))


def _zip_lzma(header: bytes) -> Decompressor:
    """APPNOTE 5.8: version (2), size of the rest (2), properties (1), dictionary (4)."""
    if len(header) < 9 or header[2:4] != b"\x05\0":
        raise RefusedError("XML-044")
    rest, lc = divmod(header[4], 9)
    pb, lp = divmod(rest, 5)
    asked = int.from_bytes(header[5:9], "little")
    size = min(max(asked, _LZMA_LEAST), _LZMA_DICTIONARY)
    lzma1 = {"id": lzma.FILTER_LZMA1, "lc": lc, "lp": lp, "pb": pb, "dict_size": size}
    try:
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[lzma1])
    except (lzma.LZMAError, ValueError) as error:
        raise RefusedError("XML-044") from error
