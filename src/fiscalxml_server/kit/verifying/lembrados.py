"""A few thousand things that were found out, the least used of which are forgotten first."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")


class Lembrados(Generic[T]):
    """By the SHA-256 of a credential: what is remembered opens nothing."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[bytes, T] = OrderedDict()

    def get(self, key: bytes) -> T | None:
        """What was put there last, unless it was forgotten."""
        found = self._found.get(key)
        if found is not None:
            self._found.move_to_end(key)
        return found

    def put(self, key: bytes, value: T) -> None:
        """Remember it as the most recently used."""
        self._found[key] = value
        self._found.move_to_end(key)
        if len(self._found) > self._most:
            self._found.popitem(last=False)

    def forget(self, key: bytes) -> None:
        """As if it had never been put there."""
        self._found.pop(key, None)

    def __len__(self) -> int:
        return len(self._found)


def key_of(credencial: str) -> bytes:
    """What a credential is remembered by."""
    return hashlib.sha256(credencial.encode("utf-8", "surrogatepass")).digest()
