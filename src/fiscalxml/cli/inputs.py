"""From the PATHs of a command line to the files in them, one at a time and in a stable order."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from fiscalxml.archives import Entry, Ignorado, Recusa, archive_kind, iter_archive, nature
from fiscalxml.archives.nature import HEAD_BYTES
from fiscalxml.archives.streams import read_up_to
from fiscalxml.xml import Limits

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Arquivo:
    """A file to be read by whoever judges it. `name` is what the report calls it."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class NaoLido:
    """A file or folder that could not be read. `nomeado`: it was on the command line itself."""

    name: str
    motivo: str
    nomeado: bool


Documento = Arquivo | Entry | Recusa
"""What gets a report."""

Encontrado = Documento | Ignorado | NaoLido


def discover(paths: Iterable[str], stdin: IO[bytes]) -> Iterator[Encontrado]:
    """What is in each path: a file, a folder, an archive, or `-` for `stdin`."""
    for path in paths:
        try:
            yield from _named(path, stdin)
        except OSError as error:
            yield NaoLido(label(path), why(error), nomeado=True)


def label(path: str) -> str:
    """The path as a report can hold it: bytes of the name that are not UTF-8 become U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")


def why(error: OSError) -> str:
    """The cause in Portuguese; the system's own words follow its locale."""
    motivo = _MOTIVOS.get(error.errno or 0)
    return motivo or f"erro do sistema ({errno.errorcode.get(error.errno or 0, 'desconhecido')})"


_MOTIVOS = {
    errno.ENOENT: "não existe",
    errno.EACCES: "sem permissão",
    errno.EPERM: "sem permissão",
    errno.EROFS: "o disco só permite leitura",
    errno.ENOSPC: "sem espaço no disco",
    errno.EDQUOT: "a cota de disco acabou",
    errno.ENOTDIR: "parte do caminho não é uma pasta",
    errno.EISDIR: "é uma pasta",
    errno.ELOOP: "links simbólicos em círculo",
    errno.ENAMETOOLONG: "nome longo demais",
    errno.EIO: "erro no disco",
    errno.EMFILE: "arquivos abertos demais no processo",
    errno.ENFILE: "arquivos abertos demais no sistema",
    errno.ESTALE: "a pasta de rede mudou",
    errno.ENXIO: "o dispositivo não responde",
}


def read_whole(item: Arquivo | Entry) -> bytes:
    """Up to one byte more than is taken, so that what is too large is refused as such.

    Raises OSError.
    """
    if isinstance(item, Entry):
        return item.data
    with Path(item.path).open("rb") as source:
        return source.read(Limits().max_bytes + 1)


def _named(path: str, stdin: IO[bytes]) -> Iterator[Encontrado]:
    """A path of the command line: whatever it is, it is judged, never ignored by its nature."""
    if path != STDIN and Path(path).is_dir():
        yield from _folder(path)
        return
    with nullcontext(stdin) if path == STDIN else Path(path).open("rb") as file:
        regular = path != STDIN and stat.S_ISREG(os.fstat(file.fileno()).st_mode)
        source = file if regular else _peekable(file)
        head = _peek(source)
        if archive_kind(head):
            yield from iter_archive(source, label(path))
        elif regular:
            yield Arquivo(label(path), path)
        else:
            # One byte more than accepted is enough for it to be refused.
            yield Entry(label(path), read_up_to(source, Limits().max_bytes + 1))


def _folder(folder: str) -> Iterator[Encontrado]:
    """Every file below, by name within each folder; only the open folders' names are held."""
    open_folders = [_listed(folder)]
    while open_folders:
        path = next(open_folders[-1], None)
        if path is None:
            open_folders.pop()
            continue
        try:
            mode = os.lstat(path).st_mode
            if stat.S_ISDIR(mode):
                open_folders.append(_listed(path))
            else:
                yield from _inside(path, mode)
        except OSError as error:
            yield NaoLido(label(path), why(error), nomeado=False)


def _listed(folder: str) -> Iterator[str]:
    # Names and not `Path`s: a folder may hold a million.
    names = sorted(os.listdir(folder))  # noqa: PTH208
    return (os.path.join(folder, name) for name in names)  # noqa: PTH118


def _inside(path: str, mode: int) -> Iterator[Encontrado]:
    if stat.S_ISLNK(mode):
        mode = os.stat(path).st_mode  # noqa: PTH116
    if stat.S_ISDIR(mode):
        yield Ignorado(label(path), "Link simbólico para uma pasta, que não é seguido.")
    elif not stat.S_ISREG(mode):
        yield Ignorado(label(path), "Não é um arquivo comum.")
    else:
        yield from _regular(path)


def _regular(path: str) -> Iterator[Encontrado]:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        head = read_up_to(file, HEAD_BYTES)
    if what := nature(path, head):
        yield Ignorado(label(path), f"Não é arquivo fiscal: {what}.")
    elif archive_kind(head):
        yield from iter_archive(Path(path), label(path))
    else:
        yield Arquivo(label(path), path)


def _peek(source: IO[bytes]) -> bytes:
    start = source.tell()
    head = read_up_to(source, HEAD_BYTES)
    source.seek(start)
    return head


def _peekable(file: IO[bytes]) -> IO[bytes]:
    """A pipe that can go back to its first bytes; a file, as `< nota.zip`, is one already."""
    return file if file.seekable() else _Pipe(file)


class _Pipe(io.BytesIO):
    """The head of a stream that cannot seek, then its rest."""

    def __init__(self, rest: IO[bytes]) -> None:
        super().__init__(read_up_to(rest, HEAD_BYTES))
        self._rest = rest

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(size) or self._rest.read(-1 if size is None else size)

    def seekable(self) -> bool:
        return False
