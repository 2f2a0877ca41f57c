"""An upload as a seekable file: ranges of the object, opened frame by frame, with read-ahead."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from fiscalxml_server.kit.storage.errors import CopiaAdulterada, CopiaAusente
from fiscalxml_server.kit.storage.uploads import (
    FRAME_BYTES,
    HEADER_BYTES,
    TAG_BYTES,
    FrameCipher,
    Header,
)

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from typing_extensions import Buffer

FRAMES_AHEAD = 8
"""frames that one request fetches while reading goes forward"""
_BUFFER_BYTES = 256 * 1024


class Frames(msgspec.Struct, frozen=True):
    """How an object of `stored` bytes is divided: a header, then frames of `plain` + `extra`."""

    stored: int
    header: int
    plain: int
    extra: int

    @property
    def stride(self) -> int:
        return self.plain + self.extra

    @property
    def count(self) -> int:
        """An empty upload has one frame, too."""
        return max(1, -(-(self.stored - self.header) // self.stride))

    @property
    def size(self) -> int:
        """Plain bytes of all frames."""
        return self.stored - self.header - self.count * self.extra

    def start(self, index: int) -> int:
        return self.header + index * self.stride


def sealed_frames(stored: int, header: Header) -> Frames:
    return Frames(stored, HEADER_BYTES, header.frame_bytes, TAG_BYTES)


def plain_frames(stored: int) -> Frames:
    return Frames(stored, 0, FRAME_BYTES, 0)


class UploadReader(io.RawIOBase):
    """Reads an upload from any position; for one thread. Keeps one open frame in memory.

    Raises CopiaAdulterada, CopiaAusente when it is deleted meanwhile, and what the store raises.
    """

    def __init__(
        self, frames: Frames, fetch: Callable[[int, int], Buffer], cipher: FrameCipher | None
    ) -> None:
        """`fetch(start, length)` gives bytes of the object; without a cipher they are plain."""
        super().__init__()
        self._frames = frames
        self._fetch = fetch
        self._cipher = cipher
        self._position = 0
        self._index = -1
        self._frame = b""
        self._ahead: dict[int, memoryview] = {}

    def verify_end(self) -> None:
        """Opens the last frame, which only an upload that is whole has."""
        self._load(self._frames.count - 1)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._frames.size}
        position = base[whence] + offset
        if position < 0:
            raise ValueError(f"negative position: {position}")
        self._position = position
        return position

    def readinto(self, buffer: WriteableBuffer) -> int:
        if self._position >= self._frames.size:
            return 0
        index, skip = divmod(self._position, self._frames.plain)
        self._load(index)
        target = memoryview(buffer).cast("B")
        taken = min(len(target), len(self._frame) - skip)
        target[:taken] = self._frame[skip : skip + taken]
        self._position += taken
        return taken

    def _load(self, index: int) -> None:
        if index == self._index:
            return
        if index not in self._ahead:
            self._fetch_from(index, FRAMES_AHEAD if index == self._index + 1 else 1)
        stored = self._ahead.pop(index)
        if self._cipher is None:
            self._frame = bytes(stored)
        else:
            self._frame = self._cipher.open(index, index == self._frames.count - 1, stored)
        self._index = index

    def _fetch_from(self, index: int, wanted: int) -> None:
        frames = self._frames
        start, end = frames.start(index), min(frames.start(index + wanted), frames.stored)
        if end <= start:
            raise CopiaAdulterada("o envio não tem quadros")
        try:
            fetched = memoryview(self._fetch(start, end - start))
        except FileNotFoundError as error:
            # An OSError would look like a damaged archive to whoever reads one from here.
            raise CopiaAusente("o envio foi apagado durante a leitura") from error
        if len(fetched) != end - start:
            raise CopiaAdulterada("o envio ficou menor durante a leitura")
        self._ahead = {
            index + n: fetched[n * frames.stride : (n + 1) * frames.stride]
            for n in range(-(-len(fetched) // frames.stride))
        }


def buffered(reader: UploadReader) -> io.BufferedReader:
    """For small reads."""
    return io.BufferedReader(reader, _BUFFER_BYTES)
