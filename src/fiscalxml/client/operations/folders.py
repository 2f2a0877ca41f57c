"""Files and folders as members of a ZIP."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from fiscalxml.archives import nature
from fiscalxml.archives.nature import HEAD_BYTES
from fiscalxml.client.bodies import Caminho, Membro, file_chunks


def members(paths: Iterable[Caminho]) -> Iterator[Membro]:
    """Each file, by name within each folder; of a folder, what may be fiscal. Raises OSError."""
    for given in paths:
        path = Path(given)
        if path.is_dir():
            yield from _below(path, path.resolve().name)
        else:
            yield _member(path.name, path)


def _below(folder: Path, label: str) -> Iterator[Membro]:
    """By name within each folder; links to folders are not followed. Raises OSError."""
    open_folders = [_listed(str(folder), label)]
    while open_folders:
        path, name = next(open_folders[-1], ("", ""))
        if not path:
            open_folders.pop()
            continue
        mode = os.lstat(path).st_mode
        if stat.S_ISDIR(mode):
            open_folders.append(_listed(path, name))
        elif stat.S_ISREG(os.stat(path).st_mode) and not _foreign(path):  # noqa: PTH116
            yield _member(name, Path(path))


def _listed(folder: str, label: str) -> Iterator[tuple[str, str]]:
    """Path and label of what is in a folder: names and not `Path`s, there may be a million."""
    names = sorted(os.listdir(folder))  # noqa: PTH208
    above = f"{label}/" if label else ""
    return ((os.path.join(folder, name), above + name) for name in names)  # noqa: PTH118


def _foreign(path: str) -> bool:
    with Path(path).open("rb") as file:
        return nature(path, file.read(HEAD_BYTES)) is not None


def _member(name: str, path: Path) -> Membro:
    return Membro(os.fsencode(name).decode("utf-8", "replace"), partial(file_chunks, path))
