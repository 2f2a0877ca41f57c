"""Bodies of requests: bytes, or a source that is streamed and, where it can, begun again."""

from __future__ import annotations

import io
import os
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

import msgspec

CHUNK: Final = 256 * 1024
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_LEVEL: Final = 1  # XML shrinks to a tenth at once; more costs more than it saves

Caminho: TypeAlias = str | os.PathLike[str]


class Fonte(msgspec.Struct, frozen=True):
    """A body that is read while it is sent. `repetivel`: `abrir` may be called again."""

    abrir: Callable[[], Iterator[bytes]]
    tamanho: int | None = None
    repetivel: bool = True


Corpo: TypeAlias = bytes | Fonte


class Membro(msgspec.Struct, frozen=True):
    """A file that becomes part of a ZIP. `abrir` gives its bytes in pieces; may raise OSError."""

    nome: str
    abrir: Callable[[], Iterator[bytes]]


def file_body(path: Caminho) -> Fonte:
    """A file as it is. Raises OSError."""
    return Fonte(lambda: file_chunks(path), Path(path).stat().st_size)


def stream_body(stream: BinaryIO) -> Fonte:
    """What is left of an open file or pipe; begun again only where it can seek."""
    if not stream.seekable():
        return Fonte(lambda: _chunks(stream), repetivel=False)
    start = stream.tell()

    def again() -> Iterator[bytes]:
        stream.seek(start)
        return _chunks(stream)

    return Fonte(again, stream.seek(0, os.SEEK_END) - start)


def zip_body(members: Callable[[], Iterable[Membro]]) -> Fonte:
    """Files as a ZIP that is written while it is sent; of the same files, the same bytes."""
    return Fonte(lambda: _zipped(members()))


def file_chunks(path: Caminho) -> Iterator[bytes]:
    """The bytes of a file in pieces. Raises OSError."""
    with Path(path).open("rb", buffering=0) as file:
        yield from _chunks(file)


def _chunks(file: io.RawIOBase | BinaryIO) -> Iterator[bytes]:
    while piece := file.read(CHUNK):
        yield piece


def _zipped(members: Iterable[Membro]) -> Iterator[bytes]:
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for member in members:
            info = zipfile.ZipInfo(member.nome, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # two files may have one name
                opened = archive.open(info, "w", force_zip64=True)
            with opened:
                for piece in member.abrir():
                    opened.write(piece)
                    if outlet.size >= CHUNK:
                        yield outlet.take()
    yield outlet.take()


class _Outlet(io.RawIOBase):
    """What the ZIP is written to; it cannot be sought in."""

    def __init__(self) -> None:
        self._written = bytearray()

    @property
    def size(self) -> int:
        return len(self._written)

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(data)  # type: ignore[arg-type]  # any buffer, as the base class says
        self._written += view
        return view.nbytes

    def take(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken
