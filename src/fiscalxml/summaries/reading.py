"""How a part of a resumo is read: each field names the tag that it comes from, verbatim.

`Endereco.read(grupo)` copies the texts as they stand: nothing is rounded, trimmed or converted, so
an amount of the resumo is the amount of the XML. The tags are also what the tests compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, Self

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
    found: dict[str, str] = {}
    if grupo is VAZIO:
        return found
    for name, paths in tags.items():
        text = grupo.get(paths)
        if text is None and not paths.isalnum():
            text = _first(grupo, paths)
        if text:
            found[name] = text
    return found


def text_at(grupo: Grupo, paths: str) -> str:
    """The text at one of these paths, empty where there is none."""
    return grupo.get(paths) or _first(grupo, paths)


def _first(grupo: Grupo, paths: str) -> str:
    for groups, campo in _compiled(paths):
        if text := (grupo.em(*groups) if groups else grupo)[campo]:
            return text
    return ""


@cache
def _compiled(paths: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    """(groups, field) of each path; there are as many as the tables of the views name."""
    split = (path.split("/") for path in paths.split())
    return tuple((tuple(groups), campo) for *groups, campo in split)


def present(**parts: Any) -> dict[str, Any]:
    """The parts that are there, by name."""
    return {name: part for name, part in parts.items() if part is not None}
