"""Contents of files: what they are by nature, their SHA-256, and the same bytes again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Literal

import msgspec

from fiscalxml.archives import archive_kind, nature
from fiscalxml.archives.nature import HEAD_BYTES
from fiscalxml.client.bodies import file_chunks

Especie = Literal["documento", "arquivo", "alheio"]
"""what goes into a remessa with others; an archive, which is one of its own; no fiscal file"""
_OPENED = ("zip", "tar", "gzip", "bzip2", "xz")


class Conteudo(msgspec.Struct, frozen=True):
    """`sha256` is empty for what is not sent."""

    sha256: bytes
    especie: Especie


class Mudou(Exception):
    """A file is not what it was when it was planned to be sent, or is gone."""

    def __init__(self, caminho: str) -> None:
        super().__init__(caminho)
        self.caminho = caminho


def read_content(path: str, name: str, *, judge_nature: bool) -> Conteudo:
    """Raises OSError."""
    digest = hashlib.sha256()
    especie: Especie | None = None
    for piece in file_chunks(path):
        if especie is None:
            especie = _especie(name, piece[:HEAD_BYTES], judge_nature)
            if especie == "alheio":
                return Conteudo(b"", "alheio")
        digest.update(piece)
    return Conteudo(digest.digest(), especie or "documento")


def same_content(path: str, sha256: bytes, told: Callable[[int], None]) -> Iterator[bytes]:
    """The bytes in pieces. The last one comes only when all are known to be the planned ones, so
    that nothing else can ever be taken for them. Raises `Mudou`."""
    digest = hashlib.sha256()
    held = b""
    try:
        for piece in file_chunks(path):
            digest.update(piece)
            if held:
                told(len(held))
                yield held
            held = piece
    except OSError as error:
        raise Mudou(path) from error
    if digest.digest() != sha256:
        raise Mudou(path)
    told(len(held))
    yield held


def _especie(name: str, head: bytes, judge_nature: bool) -> Especie:
    if judge_nature and nature(name, head) is not None:
        return "alheio"
    return "arquivo" if archive_kind(head) in _OPENED else "documento"
