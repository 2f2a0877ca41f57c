"""What a ZIP or TAR reader hands to the walk: a named member, opened only when wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fiscalxml.archives.streams import Reader


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive. `open` raises `RefusedError` when it cannot be read.

    `nature` is set when the archive itself says that it is no file, as of a link.
    """

    name: str
    open: Callable[[], Reader]
    nature: str | None = None
