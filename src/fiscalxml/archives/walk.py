"""The walk through an archive and the archives inside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import IO, TypeGuard

from fiscalxml.archives.decompressors import inflate_stream
from fiscalxml.archives.limits import ArchiveLimits, Budget, tamanho
from fiscalxml.archives.members import Member
from fiscalxml.archives.names import label
from fiscalxml.archives.nature import HEAD_BYTES, ArchiveKind, archive_kind, nature
from fiscalxml.archives.refusals import ExhaustedError, RefusedError
from fiscalxml.archives.results import Entry, Ignorado, Recusa
from fiscalxml.archives.streams import CHUNK, Reader, Rest, Seekable, read_up_to
from fiscalxml.archives.tars import tar_members
from fiscalxml.archives.zips import zip_members

_REFUSED_KINDS: dict[ArchiveKind, str] = {
    "7z": "7z",
    "rar": "RAR",
    "zstd": "Zstandard",
    "cab": "CAB",
}
_COMPRESSED_SUFFIXES = {
    ".gz": "",
    ".bz2": "",
    ".xz": "",
    ".tgz": ".tar",
    ".tbz2": ".tar",
    ".txz": ".tar",
}

_DEFAULTS = ArchiveLimits()

Item = Entry | Recusa | Ignorado


def iter_archive(
    source: Reader | Path, name: str, limits: ArchiveLimits = _DEFAULTS
) -> Iterator[Item]:
    """Everything in an archive, in its order, a file at a time; folders are left out.

    `source` is read from its current position (a seekable ZIP: the whole file). It needs `read`
    alone; with `seek` and `tell` a ZIP is not copied first. One that is no archive gives a
    `Recusa`. `name` begins every label. Raises only `OSError` of the source.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            yield from iter_archive(file, name, limits)
        return
    walk = _Walk(limits)
    try:
        yield from walk.source(source, name)
    except (RefusedError, ExhaustedError) as refused:
        yield refused.recusa(name)


class _Walk:
    def __init__(self, limits: ArchiveLimits) -> None:
        self._limits = limits
        self._budget = Budget(limits)

    def source(self, source: Reader, name: str) -> Iterator[Item]:
        head = read_up_to(source, HEAD_BYTES)
        kind = _kind(name, head) or "zip"  # a self-extracting ZIP begins with its program
        if kind == "zip" and _is_seekable(source):
            yield from self._members(zip_members(source, self._budget), name, depth=0)
        else:
            yield from self._archive(kind, name, Rest(head, source), depth=0)

    def _archive(self, kind: ArchiveKind, name: str, stream: Reader, depth: int) -> Iterator[Item]:
        if kind in _REFUSED_KINDS:
            raise RefusedError("XML-041", formato=_REFUSED_KINDS[kind])
        if kind == "zip":
            with SpooledTemporaryFile(max_size=self._limits.max_entry_bytes) as file:
                self._spool(stream, file)
                yield from self._members(zip_members(file, self._budget), name, depth)
            return
        inflated = inflate_stream(kind, stream, self._budget)
        inner_name = name if kind == "tar" else _without_suffix(name)
        head = read_up_to(inflated, HEAD_BYTES)
        inner = Rest(head, inflated)
        if _kind(inner_name, head) == "tar":
            yield from self._members(tar_members(inner), name, depth)
        else:
            only = Member(label(inner_name), lambda: inner)
            yield from self._members([only], name, depth)
        if inflated.leftover:
            raise RefusedError("XML-055")

    def _spool(self, stream: Reader, file: IO[bytes]) -> None:
        left = self._limits.max_spool_bytes
        while chunk := stream.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise RefusedError("XML-054", limite=tamanho(self._limits.max_spool_bytes))
            file.write(chunk)

    def _members(self, members: Iterable[Member], archive: str, depth: int) -> Iterator[Item]:
        for member in members:
            self._budget.spend_entry()
            name = f"{archive}!{member.name}"
            try:
                yield from self._member(member, name, depth)
            except RefusedError as refused:
                yield refused.recusa(name)

    def _member(self, member: Member, name: str, depth: int) -> Iterator[Item]:
        if member.nature:
            yield _ignorado(name, member.nature)
            return
        stream = member.open()
        head = read_up_to(stream, HEAD_BYTES)
        if what := nature(member.name, head):
            yield _ignorado(name, what)
        elif kind := _kind(member.name, head):
            if depth == self._limits.max_nesting:
                raise RefusedError("XML-053", limite=str(self._limits.max_nesting))
            yield from self._archive(kind, name, Rest(head, stream), depth + 1)
        else:
            yield Entry(name, self._data(head, stream))

    def _data(self, head: bytes, stream: Reader) -> bytes:
        limit = self._limits.max_entry_bytes
        data = head + read_up_to(stream, limit + 1 - len(head))
        if len(data) > limit:
            raise RefusedError("XML-049", limite=tamanho(limit))
        return data


def _is_seekable(source: Reader) -> TypeGuard[Seekable]:
    """Files say so; of other objects, those that can seek at all."""
    seekable = getattr(source, "seekable", None)
    return seekable() if seekable else hasattr(source, "seek") and hasattr(source, "tell")


def _ignorado(name: str, what: str) -> Ignorado:
    return Ignorado(name, f"Não é arquivo fiscal: {what}.")


def _kind(name: str, head: bytes) -> ArchiveKind | None:
    """By content; an empty or pre-POSIX TAR has no mark of its own, and only its name tells."""
    return archive_kind(head) or ("tar" if name.lower().endswith(".tar") else None)


def _without_suffix(name: str) -> str:
    """'a.zip!dir/x.xml.gz' -> 'x.xml'; 'x.tgz' -> 'x.tar'."""
    path = PurePosixPath(name.rpartition("!")[2])
    suffix = _COMPRESSED_SUFFIXES.get(path.suffix.lower())
    return path.name if suffix is None else path.stem + suffix
