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
        try:
            found = os.stat(path)  # noqa: PTH116
            if stat.S_ISDIR(found.st_mode):
                yield from _below(path, _label(Path(path).resolve().name), skip)
            else:
                yield _file(path, _label(Path(path).name), found, nomeado=True)
        except OSError as error:
            yield NaoLido(path, error, nomeado=True)


def shown(path: str) -> str:
    """A path as a message can hold it: bytes of the name that are not UTF-8 become U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")


def _below(folder: str, label: str, skip: Callable[[str], bool]) -> Iterator[Encontrado]:
    """Raises OSError where the folder itself cannot be listed."""
    with os.scandir(folder) as listed:
        entries = sorted(listed, key=lambda entry: entry.name)
    for entry in entries:
        name = f"{label}/{_label(entry.name)}" if label else _label(entry.name)
        try:
            if entry.is_dir(follow_symlinks=False):
                yield from _below(entry.path, name, skip)
                continue
            found = entry.stat()
        except OSError as error:
            yield NaoLido(entry.path, error)
            continue
        if stat.S_ISREG(found.st_mode) and not skip(entry.path):
            yield _file(entry.path, name, found)


def _file(path: str, name: str, found: os.stat_result, *, nomeado: bool = False) -> Arquivo:
    return Arquivo(path, name, found.st_size, found.st_mtime_ns, nomeado)


def _label(name: str) -> str:
    """A name as every archive and report can hold it."""
    text = os.fsencode(name).decode("utf-8", "replace")
    return "".join(char if char.isprintable() and char != "\\" else "_" for char in text)
