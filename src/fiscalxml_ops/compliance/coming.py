"""What other work of the same release brings. Whoever merges it takes its name out.

A name here may be cited though it is not there, is shown as *por vir*, and proves nothing. A test
fails as soon as one of them exists.
"""

from __future__ import annotations

from typing import Final

POR_VIR: Final[frozenset[str]] = frozenset()


def is_coming(cited: str) -> bool:
    """`cited`: a path, or a command with or without its options."""
    return any(cited == each or cited.startswith(f"{each} ") for each in POR_VIR)
