"""Files and folders as members of a ZIP."""

from __future__ import annotations

import os
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
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        name = f"{label}/{entry.name}" if label else entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from _below(Path(entry.path), name)
        elif entry.is_file() and not _foreign(entry.path):
            yield _member(name, Path(entry.path))


def _foreign(path: str) -> bool:
    with Path(path).open("rb") as file:
        return nature(path, file.read(HEAD_BYTES)) is not None


def _member(name: str, path: Path) -> Membro:
    return Membro(os.fsencode(name).decode("utf-8", "replace"), partial(file_chunks, path))
