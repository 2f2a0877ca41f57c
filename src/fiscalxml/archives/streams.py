"""Forward-only readers that never hold more than one chunk, whatever a file claims."""

from __future__ import annotations

import lzma
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Protocol

from fiscalxml.archives.limits import Budget, inteiro
from fiscalxml.archives.refusals import RefusedError

CHUNK = 64 * 1024
_RATIO_GRACE = 1024**2


class Reader(Protocol):
    """At most `size` bytes; none only at the end."""

    def read(self, size: int, /) -> bytes: ...


class Seekable(Reader, Protocol):
    """A stream whose bytes can be asked for in any order: a file, or an object in a store."""

    def seek(self, offset: int, whence: int = 0, /) -> object: ...
    def tell(self) -> int: ...


class Decompressor(Protocol):
    """The shape of `bz2.BZ2Decompressor` and `lzma.LZMADecompressor`."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def read_up_to(stream: Reader, size: int) -> bytes:
    """`size` bytes, fewer only when the stream ends."""
    pieces = []
    while size > 0 and (piece := stream.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


class _Chunked(ABC):
    """A reader over chunks: read in any size, fetched one chunk at a time."""

    def __init__(self) -> None:
        self._chunk = b""
        self._at = 0

    def read(self, size: int) -> bytes:
        if self._at == len(self._chunk):
            self._chunk, self._at = self._next_chunk(), 0
        piece = self._chunk[self._at : self._at + size]
        self._at += len(piece)
        return piece

    @abstractmethod
    def _next_chunk(self) -> bytes:
        """Some bytes; none at the end, however often asked."""


class Window(_Chunked):
    """A stretch of a seekable file, which others may be reading at the same time."""

    def __init__(self, file: Seekable, offset: int, size: int) -> None:
        super().__init__()
        self._file = file
        self._offset = offset
        self._left = size

    def _next_chunk(self) -> bytes:
        self._file.seek(self._offset)
        chunk = self._file.read(min(CHUNK, self._left))
        self._offset += len(chunk)
        self._left -= len(chunk)
        return chunk


class Rest(_Chunked):
    """A stream whose head was already read."""

    def __init__(self, head: bytes, stream: Reader) -> None:
        super().__init__()
        self._chunk = head
        self._stream = stream

    def _next_chunk(self) -> bytes:
        return self._stream.read(CHUNK)


class Inflated(_Chunked):
    """The decompressed bytes of a stream, charged to the budget and held to its ratio.

    `terminated`: the format marks its own end, so input that stops before it is truncated.
    `magic`: the format may be several members in a row (gzip, bzip2, xz), each begun by it.
    Raises `RefusedError` on corrupt data, and again on every later read.
    """

    def __init__(
        self,
        raw: Reader,
        decompressor: Callable[[], Decompressor],
        budget: Budget,
        *,
        terminated: bool = True,
        magic: bytes | None = None,
    ) -> None:
        super().__init__()
        self._raw = raw
        self._new = decompressor
        self._current = decompressor()
        self._budget = budget
        self._terminated = terminated
        self._magic = magic
        self._pending = b""
        self._consumed = 0
        self._produced = 0
        self._ended = False
        self._failure: RefusedError | None = None
        self.leftover = False  # once at the end: bytes followed that are no member

    def _next_chunk(self) -> bytes:
        if self._failure is None:
            try:
                return self._produce()
            except RefusedError as refused:
                self._failure = refused
        raise self._failure

    def _produce(self) -> bytes:
        while not self._ended:
            if self._current.eof:
                self._ended = not self._next_member()
            elif chunk := self._decompress():
                self._account(len(chunk))
                return chunk
        return b""

    def _decompress(self) -> bytes:
        hungry = self._current.needs_input
        data = self._input() if hungry else b""
        try:
            chunk = self._current.decompress(data, CHUNK)
        except (zlib.error, lzma.LZMAError, OSError) as error:  # OSError is how bz2 says it
            raise RefusedError("XML-044") from error
        if hungry and not data and not chunk and not self._current.eof:
            if self._terminated:
                raise RefusedError("XML-044")
            self._ended = True
        return chunk

    def _input(self) -> bytes:
        if self._pending:
            data, self._pending = self._pending, b""
            return data
        data = self._raw.read(CHUNK)
        self._consumed += len(data)
        return data

    def _next_member(self) -> bool:
        if self._magic is None:
            return False
        rest = self._current.unused_data.lstrip(b"\0")
        while not rest and (more := self._raw.read(CHUNK)):
            rest = more.lstrip(b"\0")  # zeros are padding, as tapes and xz write it
        rest += read_up_to(self._raw, len(self._magic) - len(rest))
        self.leftover = bool(rest) and not rest.startswith(self._magic)
        if not rest or self.leftover:
            return False
        self._pending = rest
        self._current = self._new()
        return True

    def _account(self, count: int) -> None:
        self._budget.spend_bytes(count)
        self._produced += count
        ratio = self._budget.limits.max_ratio
        if self._produced > _RATIO_GRACE and self._produced > ratio * self._consumed:
            raise RefusedError("XML-050", limite=inteiro(ratio))
