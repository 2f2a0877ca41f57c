"""Files of a folder store across power cuts and killed processes.

obstore writes `name#1`, and renames it to `name` when it is complete, without a sync.
"""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from pathlib import Path

_HALF_WRITTEN = re.compile(r".+#\d+")
_REMEMBERED = 50_000


class FolderSync:
    """Syncs files below `root`, and the folders that name them. A sync takes a millisecond or two,
    so folders that are known to be named for good are not asked again."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._named: set[Path] = set()
        """folders whose own name is durable"""
        sync(root.parent)

    def settle(self, path: str) -> None:
        """Waits until the file and its name are on the disk. Raises OSError."""
        file = self._root / path
        sync(file)
        made = []
        for folder in file.parents:
            sync(folder)
            if folder == self._root or folder in self._named:
                break
            made.append(folder)
        if len(self._named) >= _REMEMBERED:
            self._named.clear()
        self._named.update(made)


def delete_half_written(root: Path, older_than: float) -> int:
    """Deletes what nobody has written to for so many seconds; how many files that were."""
    limit = time.time() - older_than
    deleted = 0
    for path in root.rglob("*#*"):
        with suppress(FileNotFoundError):  # it was completed meanwhile
            if _HALF_WRITTEN.fullmatch(path.name) and path.stat().st_mtime < limit:
                path.unlink()
                deleted += 1
    return deleted


def sync(path: Path) -> None:
    """fsync of a file or folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
