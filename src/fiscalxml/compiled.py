"""The modules in C, which are there where a compiler was when the package was built."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType


def compiled(name: str) -> ModuleType | None:
    """The module of that full name; None where it was not compiled, and Python does the same."""
    return import_module(name) if find_spec(name) else None
