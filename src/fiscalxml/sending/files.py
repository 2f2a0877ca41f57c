"""The files below the paths that were given, one at a time and in a stable order."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

_TICK_NS: Final = 2_000_000_000  # the coarsest clock of a file system, FAT's


class Arquivo(msgspec.Struct, frozen=True):
    """A file. `caminho`: absolute; `nome`: in a lote; `nomeado`: it was given itself."""

    caminho: str
    nome: str
    tamanho: int
    mtime_ns: int
    nomeado: bool = False

    @property
    def is_fresh(self) -> bool:
        """Whether it may change once more without its time of change showing it."""
        return 0 <= time.time_ns() - self.mtime_ns < _TICK_NS


class NaoLido(msgspec.Struct, frozen=True):
    """A file or folder that could not be read."""

    caminho: str
    erro: OSError
    nomeado: bool = False


Encontrado: TypeAlias = Arquivo | NaoLido


def find(
    paths: Iterable[str], skip: Callable[[str], bool] = lambda _: False
) -> Iterator[Encontrado]:
    """Every ordinary file; links to folders are not followed. `skip`: paths to leave out."""
    for given in paths:
        path = os.path.abspath(given)  # noqa: PTH100 - links stay as they are
        label = _label(Path(path).name)
        try:
            found = os.stat(path)  # noqa: PTH116
            if stat.S_ISDIR(found.st_mode):
                yield from _below(path, label, skip)
            else:
                yield _file(path, label, found, nomeado=True)
        except OSError as error:
            yield NaoLido(path, error, nomeado=True)


def shown(path: str) -> str:
    """A path as a message can hold it: bytes of the name that are not UTF-8 become U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")


def _below(folder: str, label: str, skip: Callable[[str], bool]) -> Iterator[Encontrado]:
    """By name within each folder; only the open folders' names are held.

    Raises OSError where the folder itself cannot be listed.
    """
    open_folders = [_listed(folder, label)]
    while open_folders:
        path, name = next(open_folders[-1], ("", ""))
        if not path:
            open_folders.pop()
            continue
        try:
            found = os.lstat(path)
            if stat.S_ISDIR(found.st_mode):
                open_folders.append(_listed(path, name))
                continue
            if stat.S_ISLNK(found.st_mode):
                found = os.stat(path)  # noqa: PTH116
        except OSError as error:
            yield NaoLido(path, error)
            continue
        if stat.S_ISREG(found.st_mode) and not skip(path):
            yield _file(path, name, found)


def _listed(folder: str, label: str) -> Iterator[tuple[str, str]]:
    """Path and label of what is in a folder. Names are sorted, and not `Path`s: there may be a
    million. Raises OSError at once."""
    names = sorted(os.listdir(folder))  # noqa: PTH208
    above = f"{label}/" if label else ""
    return ((os.path.join(folder, name), above + _label(name)) for name in names)  # noqa: PTH118


def _file(path: str, name: str, found: os.stat_result, *, nomeado: bool = False) -> Arquivo:
    return Arquivo(path, name, found.st_size, found.st_mtime_ns, nomeado)


def _label(name: str) -> str:
    """A name as every archive and report can hold it."""
    text = os.fsencode(name).decode("utf-8", "replace")
    return "".join(char if char.isprintable() and char != "\\" else "_" for char in text)
