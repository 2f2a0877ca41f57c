"""How a part of a resumo is read: each field names the tag that it comes from, verbatim.

`Endereco.read(grupo)` copies the texts as they stand: nothing is rounded, trimmed or converted, so
an amount of the resumo is the amount of the XML. The tags are also what the tests compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple, Self

import msgspec

from fiscalxml.documents.groups import VAZIO, Grupo

Texto = str | None


class Parte(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a resumo. What the document does not have is left out."""

    TAGS: ClassVar[Mapping[str, str]] = {}
    """field -> where its text is, from the part's group: a tag, or groups and a tag (a/b/c).
    Alternatives are divided by a blank, for kinds that name the same thing in different ways; the
    first that is there counts."""

    @classmethod
    def read(cls, grupo: Grupo, **outros: Any) -> Self:
        """The part that a group holds; `outros` are fields that are read elsewhere."""
        return cls(**{**texts(grupo, cls.TAGS), **outros})

    @classmethod
    def maybe(cls, grupo: Grupo, **outros: Any) -> Self | None:
        """The same; None when the group is not there."""
        return None if grupo is VAZIO else cls.read(grupo, **outros)


def texts(grupo: Grupo, tags: Mapping[str, str]) -> dict[str, str]:
    """name -> text, of the tags (as in `Parte.TAGS`) that the group has."""
    if grupo is VAZIO:
        return {}
    known = _KNOWN.get(id(tags)) or _learn(tags)
    if known.plain:
        return {name: text for name, tag in known.plain if (text := grupo.get(tag))}
    found = {}
    for name, paths in known.paths:
        for groups, campo in paths:
            if text := (grupo.em(*groups) if groups else grupo)[campo]:
                found[name] = text
                break
    return found


class _Table(NamedTuple):
    """The tags of a table taken apart, once for all documents."""

    tags: Mapping[str, str]
    """the table itself, so that its id stays its own"""
    plain: tuple[tuple[str, str], ...]
    """(name, tag), when no tag of it needs more than a look-up"""
    paths: tuple[tuple[str, tuple[tuple[tuple[str, ...], str], ...]], ...]
    """(name, alternatives), each (groups, field)"""


_KNOWN: dict[int, _Table] = {}
_MAX_KNOWN = 1024  # tables are constants of the views: some two hundred


def _learn(tags: Mapping[str, str]) -> _Table:
    plain = tuple(tags.items()) if all(path.isalnum() for path in tags.values()) else ()
    table = _Table(tags, plain, tuple((name, _split(paths)) for name, paths in tags.items()))
    if len(_KNOWN) >= _MAX_KNOWN:
        _KNOWN.clear()
    _KNOWN[id(tags)] = table
    return table


def _split(paths: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    steps = (path.split("/") for path in paths.split())
    return tuple((tuple(groups), campo) for *groups, campo in steps)


def present(**parts: Any) -> dict[str, Any]:
    """The parts that are there, by name."""
    return {name: part for name, part in parts.items() if part is not None}
