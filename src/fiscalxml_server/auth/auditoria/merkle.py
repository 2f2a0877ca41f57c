"""The tree over the ends of all chains: hashes of RFC 6962, leaves in order of organisation."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID


class Folha(NamedTuple):
    """The end of a chain."""

    organizacao: UUID
    numero: int
    elo: bytes


def leaf(folha: Folha) -> bytes:
    """Its hash."""
    numero = folha.numero.to_bytes(8, "big")
    return sha256(b"\0" + folha.organizacao.bytes + numero + folha.elo).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The hash of the tree."""
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0] if level else sha256().digest()


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """What must be known besides a leaf to come to the root."""
    level, steps = list(leaves), []
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            steps.append(level[beside])
        level, index = _above(level), index >> 1
    return steps


def root_by_path(own: bytes, index: int, size: int, steps: Sequence[bytes]) -> bytes | None:
    """The root that a leaf and its path lead to; None where they are of no such tree."""
    last = size - 1
    if not 0 <= index <= last:
        return None
    left = list(steps)
    while last > 0:
        if index & 1 or index < last:
            if not left:
                return None
            beside = left.pop(0)
            own = _node(beside, own) if index & 1 else _node(own, beside)
        index, last = index >> 1, last >> 1
    return None if left else own


def _above(level: Sequence[bytes]) -> list[bytes]:
    """The next level: who has nobody beside it goes up as it is."""
    pairs = [_node(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
    return pairs + list(level[len(level) & ~1 :])


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()
